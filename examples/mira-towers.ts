/** MIRA's towers as prompts are learned on them: all that AD-CLIP, CoOp and the others need of a stranger's CLIP. */
import type { Tensor } from 'tensile'
import { axis, broadcastTo, concat, dim, embedding, exp, parameter, rename, sized, slice } from 'tensile'
import type { ClipTowers, TextTower } from 'tensile/model'
import { levelMoments, wholePromptFeatures } from 'tensile/model'
import { encodeImages, encodePrompts, encodePromptTokens, endsOf } from './mira.js'

const [features, width, side] = [sized('E', 128), sized('width', 64), sized('side', 80)]
const imageTokens = sized('T', 257)
const positions = 128

const embeddingTable = 'text_encoder.embed.weight'
const table = parameter(embeddingTable, [dim(256), width])

/** Texts with zero bytes after them, up to the last position: MIRA was trained on them, and attends to them. */
const withZeroBytes = <N, L>(texts: Tensor<[N, L, 'width']>): Tensor<[N, 128, 'width']> => {
  const missing = positions - Number(axis(texts, 1).dim)
  if (missing === 0) return rename(texts, 1, dim(128))
  const zeroBytes = broadcastTo(slice(table, 0, 0, 1), [axis(texts, 0), sized('missing', missing), width])
  return rename(concat([texts, zeroBytes], 1), 1, dim(128))
}

const oneByOne: Pick<TextTower, 'embed' | 'endsOf' | 'encode'> = {
  embed: (bytes) => embedding(table, bytes),
  endsOf,
  encode: (texts, ends) => rename(encodePrompts(rename(withZeroBytes(texts), 2, dim(64)), ends), 1, features),
}

/** Every byte of a text sees every other one, so that prompts share nothing: each is encoded whole. */
export const miraTowers: ClipTowers = {
  embedding: features,
  side,
  levelWidths: Array.from({ length: 8 }, () => 32),
  levelKind: 'blocks',
  imageTokens,
  encodeImages: (images) => {
    const { feature, tokens, levels } = encodeImages(rename(rename(images, 2, dim(80)), 3, dim(80)))
    return {
      feature: rename(feature, 1, features),
      tokens: rename(rename(tokens, 1, imageTokens), 2, features),
      pixels: images,
      levels: levels.map((level) => levelMoments(level, 2.3e-8)),
    }
  },
  text: {
    ...oneByOne,
    encodeTokens: (texts) => {
      const encoded = encodePromptTokens(rename(withZeroBytes(texts), 2, dim(64)))
      return rename(slice(encoded, 1, 0, axis(texts, 1)), 2, features)
    },
    width,
    contextLength: positions,
    embeddingTable,
    encodePrompts: wholePromptFeatures(oneByOne),
  },
  logitScale: exp(parameter('temperature', [])),
}
