/** The towers of a CLIP of OpenAI's architecture, for prompts to be learned on. */
import { argMax, embedding, exp, parameter, rename, sized } from '../../dsl/index.js'
import type { DimHandle, Tensor } from '../../dsl/index.js'
import type { ClipTowers, TextTower } from '../towers/clip-towers.js'
import type { DeepPrompts, PromptedTowers } from '../towers/prompted-towers.js'
import type { ClipArchitecture, VisionTransformerClip } from './architecture.js'
import { clipDims, levelWidths } from './architecture.js'
import { encodeImages } from './encode-images.js'
import { pairedPromptFeatures, promptFeatures } from './prompt-features.js'
import { publishedNameOf } from './published-architectures.js'
import { promptedTextEncoder, textEncoder, textTokenEncoder, tokenTable } from './text-encoder.js'
import { promptedVisionTransformer } from './vision-transformer.js'

/**
 * The text tower, with its width under the neutral name: `rename` costs no node, since both are the same number. A text
 * ends where the id is largest, as [EOT]'s is.
 */
const openAiTextTower = (architecture: ClipArchitecture): TextTower => {
  const { textWidth } = clipDims(architecture)
  const width = sized('width', textWidth)
  const encodePrompts = promptFeatures(architecture)
  const encodePairs = pairedPromptFeatures(architecture)
  const [encode, encodeTokens] = [textEncoder(architecture), textTokenEncoder(architecture)] as const
  return {
    width,
    contextLength: architecture.contextLength,
    embeddingTable: 'token_embedding.weight',
    embed: (ids) => embedding(rename(tokenTable(architecture), 1, width), ids),
    endsOf: (ids) => argMax(ids, 1),
    encode: (texts, ends) => encode(rename(texts, 2, textWidth), ends),
    encodeTokens: (texts) => encodeTokens(rename(texts, 2, textWidth)),
    encodePrompts: (context, classPrompts) => encodePrompts(rename(context, 2, textWidth), classPrompts),
    encodePairs: (shared, [first, second], classPrompts) =>
      encodePairs(
        rename(shared, 2, textWidth),
        [rename(first, 2, textWidth), rename(second, 2, textWidth)],
        classPrompts,
      ),
  }
}

/** Prompts with their width under another name. */
const renamed = <P, W, V>([first, ...rest]: DeepPrompts<P, W>, width: DimHandle<V>): DeepPrompts<P, V> => {
  const own = (prompt: Tensor<[P, W]>): Tensor<[P, V]> => rename(prompt, 1, width)
  return [own(first), ...rest.map(own)]
}

const promptedImages = (architecture: VisionTransformerClip): NonNullable<PromptedTowers['images']> => {
  const { side, visionWidth } = clipDims(architecture)
  const encode = promptedVisionTransformer(architecture)
  return {
    blocks: architecture.visionLayers,
    width: sized('imageWidth', visionWidth),
    encode: (images, prompts) =>
      encode(rename(rename(images, 2, side), 3, side), renamed(prompts, visionWidth)),
  }
}

const promptedTowers = (architecture: ClipArchitecture): PromptedTowers => {
  const { textWidth } = clipDims(architecture)
  const encode = promptedTextEncoder(architecture)
  return {
    text: {
      blocks: architecture.textLayers,
      encode: ({ tokens }, prompts) => encode(tokens, renamed(prompts, textWidth)),
    },
    ...(architecture.kind === 'vit' ? { images: promptedImages(architecture) } : {}),
  }
}

/**
 * Frozen towers whose parameters have OpenAI's names.
 *
 * @example
 * const { forward } = adClip(openAiTowers(architecture), sizes, presets.reference)
 */
export const openAiTowers = (architecture: ClipArchitecture): ClipTowers => {
  const { embedding: features, side, imageTokens } = clipDims(architecture)
  const encode = encodeImages(architecture)
  return {
    published: publishedNameOf(architecture),
    embedding: features,
    side: sized('side', side),
    levelWidths: levelWidths(architecture),
    levelKind: architecture.kind === 'vit' ? 'blocks' : 'stages',
    imageTokens: sized('T', imageTokens),
    encodeImages: (images) => encode(rename(rename(images, 2, side), 3, side)),
    text: openAiTextTower(architecture),
    logitScale: exp(parameter('logit_scale', [])),
    withVocabulary: (tokens) => openAiTowers({ ...architecture, vocabSize: tokens }),
    prompted: promptedTowers(architecture),
  }
}
