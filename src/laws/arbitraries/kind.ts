/**
 * A kind of argument: which numbers its tensors hold. A kind draws tensors, and brings one that was changed (a class
 * removed, an element set to 0) back among those it may draw, so that shrinking stays within the domain.
 */
import type { Sizes } from '../../shapes/dim.js'
import type { RandomSource } from './random-source.js'

/**
 * - `typical`: numbers as in training, away from kinks and overflow.
 * - `extreme`: also numbers that break naive formulas: ties, ±1e4, zeros, one-hot rows, masked classes.
 */
export type Region = 'typical' | 'extreme'

/** The tensor to draw. */
export interface TensorRequest {
  readonly shape: readonly number[]
  readonly sizes: Sizes
  readonly region: Region
}

export interface Kind {
  /** The numbers in words, as tables and messages show them. */
  readonly words: string
  /** Elements in row-major order. */
  readonly draw: (random: RandomSource, wanted: TensorRequest) => Float64Array
  /** The nearest tensor of this kind; one that is of this kind already stays as it is. */
  readonly repair: (elements: Float64Array, wanted: TensorRequest) => Float64Array
}

/** Length of the rows of a tensor: the size of its last axis. */
export const rowLength = (shape: readonly number[]): number => shape.at(-1) ?? 1

/** Replaces each row of a tensor by a function of it. */
export const mapRows = (
  elements: Float64Array,
  length: number,
  f: (row: Float64Array, index: number) => Float64Array,
): Float64Array => {
  const result = new Float64Array(elements.length)
  for (let start = 0, index = 0; start < elements.length; start += length, index += 1) {
    result.set(f(elements.subarray(start, start + length), index), start)
  }
  return result
}
