/** Ragged batches: runs of rows of different lengths, packed one after the other, and padded side by side. */
import * as b from '../builder.js'
import type { Dim, Shape } from '../dim.js'
import { multiplyDims } from '../dim.js'
import { dimHandle, erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { MultiplyDims } from '../shape/dim-arithmetic.js'
import type { DimHandle, Tensor } from '../tensor.js'
import { sized } from './dims.js'

/** How Q rows are N runs of at most S. */
export interface Ragged<Q, N, S> {
  readonly total: DimHandle<Q>
  readonly count: DimHandle<N>
  readonly longest: DimHandle<S>
  /** The length of each run; all are `longest` where there are none. */
  readonly lengths?: readonly number[]
}

/** N runs of S rows each. */
export const uniformRagged = <N extends Dim, S extends Dim>(
  count: DimHandle<N>,
  longest: DimHandle<S>,
): Ragged<MultiplyDims<N, S>, N, S> => ({
  total: dimHandle(multiplyDims(count.dim, longest.dim)),
  count,
  longest,
})

/**
 * Runs of these lengths, under the names that types give to their sum, their number and their maximum.
 *
 * @example
 * const runs = ragged([3, 5, 4], { total: 'Q', count: 'N', longest: 'S' })
 */
export const ragged = <const Q extends string, const N extends string, const S extends string>(
  lengths: readonly number[],
  names: { readonly total: Q; readonly count: N; readonly longest: S },
): Ragged<Q, N, S> => ({
  total: sized(
    names.total,
    lengths.reduce((total, length) => total + length, 0),
  ),
  count: sized(names.count, lengths.length),
  longest: sized(names.longest, Math.max(...lengths)),
  lengths,
})

/** Neighbouring runs of one length: where they begin, how many they are. */
interface Group {
  readonly firstRun: number
  readonly firstRow: number
  readonly count: number
  readonly length: number
}

const groupsOf = (lengths: readonly number[]): readonly Group[] =>
  lengths.reduce<readonly Group[]>((groups, length) => {
    const last = groups.at(-1)
    if (last?.length === length) return [...groups.slice(0, -1), { ...last, count: last.count + 1 }]
    const [firstRun, firstRow] =
      last === undefined ? [0, 0] : [last.firstRun + last.count, last.firstRow + last.count * last.length]
    return [...groups, { firstRun, firstRow, count: 1, length }]
  }, [])

const expectRows = (of: string, x: Node, expected: Shape): Node | undefined => {
  const found = x.shape.slice(-1 - expected.length, -1)
  return found.length === expected.length && found.every((dim, i) => dim === expected[i])
    ? undefined
    : faulty(
        of,
        `${of}: [${x.shape.join(',')}] has rows [${found.join(',')}], the runs have [${expected.join(',')}]`,
        [x],
      )
}

/**
 * Packed runs side by side, shorter ones filled up with zeros at their ends.
 *
 * @example
 * const runs = ragged([3, 5, 4], { total: 'Q', count: 'N', longest: 'S' })
 * const padded = padRagged(input('packed', ['B', runs.total, 512]), runs) // [B,N,S,512]: 3 runs of 5
 */
export const padRagged = <Batch extends unknown[], Q, N, S, D>(
  x: Tensor<[...Batch, Q, D]>,
  { total, count, longest, lengths }: Ragged<NoInfer<Q>, N, S>,
): Tensor<[...Batch, N, S, D]> => {
  const { node } = x
  const [batch, width] = [node.shape.slice(0, -2), node.shape.at(-1) ?? 1]
  const rank = node.shape.length
  const wrong = expectRows('padRagged', node, [total.dim])
  if (wrong !== undefined) return erased(wrong)
  if (lengths === undefined) return erased(b.reshape(node, [...batch, count.dim, longest.dim, width]))
  const parts = groupsOf(lengths).map((group) => {
    const rows = b.slice(node, rank - 2, group.firstRow, group.count * group.length)
    const apart = b.reshape(rows, [...batch, group.count, group.length, width])
    return b.padTo(apart, rank - 1, 0, longest.dim)
  })
  return erased(b.concat(parts, rank - 2))
}

/** Runs side by side packed one after the other, without what filled them up: the inverse of `padRagged`. */
export const packRagged = <Batch extends unknown[], Q, N, S, D>(
  x: Tensor<[...Batch, N, S, D]>,
  { total, count, longest, lengths }: Ragged<Q, NoInfer<N>, NoInfer<S>>,
): Tensor<[...Batch, Q, D]> => {
  const { node } = x
  const [batch, width] = [node.shape.slice(0, -3), node.shape.at(-1) ?? 1]
  const rank = node.shape.length
  const wrong = expectRows('packRagged', node, [count.dim, longest.dim])
  if (wrong !== undefined) return erased(wrong)
  if (lengths === undefined) return erased(b.reshape(node, [...batch, total.dim, width]))
  const parts = groupsOf(lengths).map((group) => {
    const runs = b.slice(node, rank - 3, group.firstRun, group.count)
    const rows = b.slice(runs, rank - 2, 0, group.length)
    return b.reshape(rows, [...batch, group.count * group.length, width])
  })
  return erased(b.concat(parts, rank - 3))
}

/** The row in which each run begins. */
export const rowStarts = <Q, N, S>({ count, longest, lengths }: Ragged<Q, N, S>): Tensor<[N], 'i32'> =>
  erased(
    lengths === undefined
      ? b.mul(b.iota([count.dim], 0), b.dimSize(longest.dim, 'i32'))
      : b.literal(
          lengths.map((_, run) => lengths.slice(0, run).reduce((total, length) => total + length, 0)),
          [lengths.length],
          'i32',
        ),
  )
