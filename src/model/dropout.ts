/** Dropout as a stage of a model. */
import * as b from '../dsl/builder.js'
import { erased } from '../dsl/erasure.js'
import { dropout } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { numberOfName } from './initialisers.js'

/** A key: two words of 32 bits. */
type Key = Tensor<[2], 'i32'>

/** A key of its own for each name. Words move towards 0 by numbers of the name, so that none overflows. */
const keyOfName = ({ node: key }: Key, name: string): Key => {
  const words = [name, `${name}.`].map((text) => numberOfName(text) & 0x7fffffff)
  const by = b.literal(words, [2], 'i32')
  const moved = b.where(b.less(key, b.scalar(0, 'i32')), b.add(key, by), b.sub(key, by))
  return erased(b.randomBits(moved, [2]))
}

export interface DropoutLayerOptions {
  /** The probability with which an element is zeroed. */
  readonly rate: number
  /** A new key for each step of training. Without a key nothing is dropped, as in evaluation. */
  readonly key?: Key | undefined
}

/**
 * `dropout` as a stage of `sequential` (Srivastava et al. 2014). Each name draws elements of its own, so that one key is
 * enough for all stages of a model; the same key and name zero the same elements. A rate outside of [0, 1) is a fault.
 *
 * @example
 * const model = (key?: Tensor<[2], 'i32'>) =>
 *   sequential(dense(784, 128, { activation: relu }), dropoutLayer({ rate: 0.5, key }), dense(128, 10))
 * const trained = model(input('key', [2], 'i32'))(input('x', ['B', 784]), 'mlp')
 * const evaluated = model()(input('x', ['B', 784]), 'mlp')
 */
export const dropoutLayer =
  ({ rate, key }: DropoutLayerOptions) =>
  <S>(x: Tensor<S>, name: string): Tensor<S> =>
    key === undefined ? x : dropout(x, { rate, key: keyOfName(key, name) })
