/** Random tensors from a key: the same key gives the same numbers on every engine. */
import * as b from '../../builder.js'
import { erased, erasedList } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Node } from '../../primitives/primitive.js'
import { dims } from '../leaf.js'
import type { Literal } from '../../../shapes/decide.js'
import type { DimLike, DimsOf, LiteralDim, LiteralDims } from '../../../shapes/dim-argument.js'
import type { Tensor } from '../../tensor.js'
import type { Parts } from '../layout/slice.js'

/** A key: two words of 32 bits. `input('key', [2], 'i32')` takes one per run. */
export type Key = Tensor<[2], 'i32'>

/** Uniform in [0, 1), in steps of 2^-24. */
export const randomUniform = <const S extends DimLike[]>(
  key: Key,
  shape: readonly [...S] & Literal<LiteralDims<S>>,
): Tensor<DimsOf<S>> => erased(b.randomUniform(key.node, dims(shape)))

const keysOf = (key: Node, count: number): readonly Node[] => {
  const bits = b.randomBits(key, [count, 2])
  return Array.from({ length: count }, (_, i) => b.dropAxis(b.slice(bits, 0, i, 1), 0))
}

/**
 * Independent keys from one, two of them where no count is given. Use each key once: a key that is used twice gives the same
 * numbers twice.
 *
 * @example
 * const [imageKey, noiseKey, dropoutKey] = splitKey(input('key', [2], 'i32'), 3)
 */
export const splitKey = <const N extends number = 2>(
  key: Key,
  count?: N & Literal<LiteralDim<N>>,
): Parts<N, Key> => erasedList(keysOf(key.node, count ?? 2))

/** Standard normal, by Box and Muller (1958). */
export const randomNormal = <const S extends DimLike[]>(
  key: Key,
  shape: readonly [...S] & Literal<LiteralDims<S>>,
): Tensor<DimsOf<S>> => erased(b.randomNormal(key.node, dims(shape)))

/**
 * Zeroes each element with probability `rate` and scales the others by 1 / (1 - rate) (Srivastava et al. 2014). Equal keys
 * zero the same elements. A rate outside of [0, 1) is a fault.
 *
 * @example
 * const dropped = dropout(input('x', ['B', 512]), { rate: 0.1, key: input('key', [2], 'i32') })
 */
export const dropout = <S>(
  x: Tensor<S>,
  { rate, key }: { readonly rate: number; readonly key: Key },
): Tensor<S> => {
  if (!(rate >= 0 && rate < 1)) {
    return erased(faulty('dropout', `a rate of ${rate} is not from 0 up to, but not including, 1`, [x.node]))
  }
  const kept = b.lessEqual(b.scalar(rate), b.randomUniform(key.node, x.node.shape))
  return erased(b.where(kept, b.scale(x.node, 1 / (1 - rate)), b.scalar(0)))
}
