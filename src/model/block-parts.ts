/** The parts of a residual attention block, for the whole block (`transformer`) and for sequences that share a prefix. */
import {
  add,
  dim,
  einsum,
  linear,
  mul,
  parameter,
  quickGelu,
  rearrange,
  slice,
  softmax,
  times,
} from '../dsl/index.js'
import type { DimHandle, MultiplyDims, Tensor } from '../dsl/index.js'
import type { Layer } from './layers.js'
import { layerNormLayer, linearLayer } from './layers.js'

/** The width of a tower as types name it: the number of heads times the width of a head. */
export interface TowerWidth<H, E> {
  readonly heads: DimHandle<H>
  readonly headWidth: DimHandle<E>
}

/** The tokens of a tower: a batch of B sequences of L. */
export type Tokens<B, L, H, E> = Tensor<[B, L, MultiplyDims<H, E>]>

/** Queries, keys or values of tokens, head by head. */
export type ByHead<B, L, H, E> = Tensor<[B, H, L, E]>

/** The inputs of attention: queries, scaled by 1/√E, keys and values. */
interface Projections<B, L, H, E> {
  readonly queries: ByHead<B, L, H, E>
  readonly keys: ByHead<B, L, H, E>
  readonly values: ByHead<B, L, H, E>
}

/** Queries, keys and values as one projection, `name.in_proj_weight`. */
export const projections = <H, E>(name: string, { heads, headWidth }: TowerWidth<H, E>) => {
  const width = times(heads, headWidth)
  const packed = times(dim(3), width)
  const scale = 1 / Math.sqrt(Number(headWidth.dim))
  return <B, L>(x: Tokens<B, L, H, E>): Projections<B, L, H, E> => {
    const weight = parameter(`${name}.in_proj_weight`, [packed, width])
    const bias = parameter(`${name}.in_proj_bias`, [packed])
    const projected = linear(x, weight, bias)
    const part = (index: number): ByHead<B, L, H, E> =>
      rearrange(slice(projected, 2, index * Number(width.dim), width), 'b l (h e) -> b h l e', {
        h: heads,
        e: headWidth,
      })
    return { queries: mul(part(0), scale), keys: part(1), values: part(2) }
  }
}

/** The heads concatenated again, through `name.out_proj`. */
export const mergeHeads = <H, E>(name: string, { heads, headWidth }: TowerWidth<H, E>) => {
  const width = times(heads, headWidth)
  return <B, L>(mixed: ByHead<B, L, H, E>): Tokens<B, L, H, E> =>
    linearLayer(`${name}.out_proj`, width, width)(rearrange(mixed, 'b h l e -> b l (h e)'))
}

/** How well each query fits each key. */
export const attentionScores = <B, Q, K, H, E>(
  queries: ByHead<B, Q, H, E>,
  keys: ByHead<B, K, H, E>,
): Tensor<[B, H, Q, K]> => einsum('b h q e, b h k e -> b h q k', queries, keys)

/** The sum of values for each query, each times its weight. */
export const weightedValues = <B, Q, K, H, E>(
  weights: Tensor<[B, H, Q, K]>,
  values: ByHead<B, K, H, E>,
): ByHead<B, Q, H, E> => einsum('b h q k, b h k e -> b h q e', weights, values)

/** Values weighed by how well each query fits their keys. The mask [L,L] is added to the scores. */
export const mixValues = <B, L, H, E>(
  { queries, keys, values }: Projections<B, L, H, E>,
  mask?: Tensor<[L, L]>,
): ByHead<B, L, H, E> => {
  const scores = attentionScores(queries, keys)
  const weights = softmax(mask === undefined ? scores : add(scores, mask), -1)
  return weightedValues(weights, values)
}

/** The norm before attention. */
export const attentionNorm = <H, E>(name: string, { heads, headWidth }: TowerWidth<H, E>) =>
  layerNormLayer(`${name}.ln_1`, times(heads, headWidth))

/** Two affine layers with QuickGELU between them, token by token. */
const perceptron =
  <Width, Hidden>(name: string, width: DimHandle<Width>, hidden: DimHandle<Hidden>): Layer<Width, Width> =>
  (x) => {
    const inner = quickGelu(linearLayer(`${name}.c_fc`, width, hidden)(x))
    return linearLayer(`${name}.c_proj`, hidden, width)(inner)
  }

/** x + mlp(norm(x)) with a hidden layer four times as wide: the second half of a block, token by token. */
export const feedForward = <H, E>(name: string, { heads, headWidth }: TowerWidth<H, E>) => {
  const width = times(heads, headWidth)
  const normalise = layerNormLayer(`${name}.ln_2`, width)
  const mlp = perceptron(`${name}.mlp`, width, times(dim(4), width))
  return <B, L>(x: Tokens<B, L, H, E>): Tokens<B, L, H, E> => add(x, mlp(normalise(x)))
}
