/** CLIP's text encoder: a causal transformer, read at the end of the text. */
import {
  add,
  axis,
  broadcastTo,
  causalMask,
  embedding,
  matmul,
  parameter,
  pickRow,
  slice,
} from '../../dsl/index.js'
import type { Dim, Tensor } from '../../dsl/index.js'
import { layerNormLayer } from '../layers.js'
import { transformer } from '../transformer.js'
import type { ClipArchitecture, TextWidth } from './architecture.js'
import { clipDims } from './architecture.js'

/**
 * The embedding of token ids: [...] to [...,width].
 */
export const tokenEmbedding =
  (architecture: ClipArchitecture) =>
  <Ids extends unknown[]>(ids: Tensor<Ids, 'i32'>): Tensor<[...Ids, TextWidth]> => {
    const { vocabulary, textWidth } = clipDims(architecture)
    return embedding(parameter('token_embedding.weight', [vocabulary, textWidth]), ids)
  }

/**
 * Prompt embeddings [N,L,width] and the position of each one's end of text [N] to features [N,E], not normalised.
 * L is at most the context length.
 */
export const textEncoder = (architecture: ClipArchitecture) => {
  const sizes = clipDims(architecture)
  return <N extends Dim, L extends Dim>(
    prompts: Tensor<[N, L, TextWidth]>,
    endOfText: Tensor<[N], 'i32'>,
  ): Tensor<[N, 'E']> => {
    const length = axis(prompts, 1)
    const positions = parameter('positional_embedding', [sizes.context, sizes.textWidth])
    const placed = add(
      prompts,
      broadcastTo(slice(positions, 0, 0, length), [axis(prompts, 0), length, sizes.textWidth]),
    )
    const outputs = transformer(
      'transformer',
      architecture.textLayers,
      sizes.text,
    )(placed, causalMask(length))
    const last = layerNormLayer('ln_final', sizes.textWidth)(outputs.at(-1) ?? placed)
    return matmul(pickRow(last, endOfText), parameter('text_projection', [sizes.textWidth, sizes.embedding]))
  }
}
