/** The towers of a CLIP of OpenAI's architecture, for prompts to be learned on. */
import { argMax, exp, parameter } from '../../dsl/index.js'
import type { ClipArchitecture } from '../clip/architecture.js'
import { clipDims, levelWidths } from '../clip/architecture.js'
import { textEncoder, tokenEmbedding } from '../clip/text-encoder.js'
import type { ClipTowers } from './clip-towers.js'
import { encodeImages } from './encode-images.js'
import { pairedPromptFeatures, promptFeatures } from './prompt-features.js'

/**
 * Frozen towers under OpenAI's names. Texts end where the id is largest, as [EOT]'s is.
 *
 * @example
 * const { forward } = adClip(openAiTowers(architecture), sizes, presets.reference)
 */
export const openAiTowers = (architecture: ClipArchitecture): ClipTowers => {
  const { embedding, side, textWidth } = clipDims(architecture)
  return {
    embedding,
    side,
    levelWidths: levelWidths(architecture),
    levelKind: architecture.kind === 'vit' ? 'blocks' : 'stages',
    encodeImages: encodeImages(architecture),
    text: {
      width: textWidth,
      contextLength: architecture.contextLength,
      embeddingTable: 'token_embedding.weight',
      embed: tokenEmbedding(architecture),
      endsOf: (ids) => argMax(ids, 1),
      encode: textEncoder(architecture),
      encodePrompts: promptFeatures(architecture),
      encodePairs: pairedPromptFeatures(architecture),
    },
    logitScale: exp(parameter('logit_scale', [])),
    withVocabulary: (tokens) => openAiTowers({ ...architecture, vocabSize: tokens }),
  }
}
