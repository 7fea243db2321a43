/** The largest numbers of each row, as many as a setting says: `topK` takes a number that the types know. */
import type { Tensor } from '../../dsl/index.js'
import { arange, argMax, axis, equal, expandDims, iota, max, scan, sized, where } from '../../dsl/index.js'

/** Below every cosine and probability: it stands where a number was found, and where a row has no more of them. */
export const excluded = -2

/** Numbers below this one are none: the row has fewer. */
export const noMore = -1.5

/** The largest numbers of R rows, the first of each row first, and in which columns they are. */
export type LargestOfRows<R> = {
  readonly columns: Tensor<['J', R], 'i32'>
  readonly values: Tensor<['J', R]>
}

/**
 * The `count` largest of each row [R,C] of numbers from -1 on; of equal ones the first. A row that has fewer gives numbers below
 * `noMore`, in a column that is there.
 */
export const largestOfRows = <R, C>(x: Tensor<[R, C]>, count: number): LargestOfRows<R> => {
  const places = iota([axis(x, 0), axis(x, 1)], 1)
  const { outputs } = scan({ carry: x, sequences: arange(sized('J', count)) }, (left) => {
    const columns = argMax(left, 1)
    return {
      carry: where(equal(places, expandDims(columns, 1)), excluded, left),
      outputs: { columns, values: max(left, 1) },
    }
  })
  return outputs
}
