/** The towers of a CLIP of OpenAI's architecture, for prompts to be learned on. */
import { argMax, embedding, exp, parameter, rename, sized } from '../../dsl/index.js'
import type { ClipTowers, TextTower } from '../towers/clip-towers.js'
import type { ClipArchitecture } from './architecture.js'
import { clipDims, levelWidths } from './architecture.js'
import { encodeImages } from './encode-images.js'
import { pairedPromptFeatures, promptFeatures } from './prompt-features.js'
import { publishedNameOf } from './published-architectures.js'
import { textEncoder, tokenTable } from './text-encoder.js'

/**
 * The text tower, with its width under the neutral name: `rename` costs no node, since both are the same number. A text
 * ends where the id is largest, as [EOT]'s is.
 */
const openAiTextTower = (architecture: ClipArchitecture): TextTower => {
  const { textWidth } = clipDims(architecture)
  const width = sized('width', textWidth)
  const encodePrompts = promptFeatures(architecture)
  const encodePairs = pairedPromptFeatures(architecture)
  const encode = textEncoder(architecture)
  return {
    width,
    contextLength: architecture.contextLength,
    embeddingTable: 'token_embedding.weight',
    embed: (ids) => embedding(rename(tokenTable(architecture), 1, width), ids),
    endsOf: (ids) => argMax(ids, 1),
    encode: (texts, ends) => encode(rename(texts, 2, textWidth), ends),
    encodePrompts: (context, classPrompts) => encodePrompts(rename(context, 2, textWidth), classPrompts),
    encodePairs: (shared, [first, second], classPrompts) =>
      encodePairs(
        rename(shared, 2, textWidth),
        [rename(first, 2, textWidth), rename(second, 2, textWidth)],
        classPrompts,
      ),
  }
}

/**
 * Frozen towers whose parameters have OpenAI's names.
 *
 * @example
 * const { forward } = adClip(openAiTowers(architecture), sizes, presets.reference)
 */
export const openAiTowers = (architecture: ClipArchitecture): ClipTowers => {
  const { embedding: features, side } = clipDims(architecture)
  const encode = encodeImages(architecture)
  return {
    published: publishedNameOf(architecture),
    embedding: features,
    side: sized('side', side),
    levelWidths: levelWidths(architecture),
    levelKind: architecture.kind === 'vit' ? 'blocks' : 'stages',
    encodeImages: (images) => encode(rename(rename(images, 2, side), 3, side)),
    text: openAiTextTower(architecture),
    logitScale: exp(parameter('logit_scale', [])),
    withVocabulary: (tokens) => openAiTowers({ ...architecture, vocabSize: tokens }),
  }
}
