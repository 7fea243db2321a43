/**
 * Ragged batches: sequences of different lengths. They are packed, one after the other along one axis of rows, or padded,
 * each on its own axis and filled up with zeros to the length of the longest.
 */
import * as b from '../../builder.js'
import type { Dim, Shape } from '../../../shapes/dim.js'
import { multiplyDims } from '../../../shapes/dim.js'
import { dimHandle, erased } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Node } from '../../primitives/primitive.js'
import type { MultiplyDims } from '../../../shapes/arithmetic/dim-arithmetic.js'
import type { Tensor } from '../../tensor.js'
import type { DimHandle } from '../../../shapes/dim-handle.js'
import type { Literal } from '../../../shapes/decide.js'
import type { LiteralDim } from '../../../shapes/dim-argument.js'
import { statedDim } from '../stated-size.js'
import { largest } from '../../../values/extremes.js'

/** The lengths of N sequences, of at most S rows each, that have Q rows together. */
export interface Ragged<Q, N, S> {
  /** The sum of the lengths. */
  readonly total: DimHandle<Q>
  /** The number of sequences. */
  readonly count: DimHandle<N>
  /** The length of the longest. */
  readonly longest: DimHandle<S>
  /** The length of each sequence. Without it, every sequence has the length `longest`. */
  readonly lengths?: readonly number[]
}

/** N sequences that all have S rows. Padding and packing them is a reshape. */
export const uniformRagged = <N extends Dim, S extends Dim>(
  count: DimHandle<N>,
  longest: DimHandle<S>,
): Ragged<MultiplyDims<N, S>, N, S> => ({
  total: dimHandle(multiplyDims(count.dim, longest.dim)),
  count,
  longest,
})

/**
 * Sequences of these lengths, with the names that types and messages use for their sum, their number and the largest.
 *
 * @example
 * const sentences = ragged([3, 5, 4], { total: 'Q', count: 'N', longest: 'S' })
 */
export const ragged = <const Q extends string, const N extends string, const S extends string>(
  lengths: readonly number[],
  names: {
    readonly total: Q & Literal<LiteralDim<Q>>
    readonly count: N & Literal<LiteralDim<N>>
    readonly longest: S & Literal<LiteralDim<S>>
  },
): Ragged<Q, N, S> => ({
  total: dimHandle(
    statedDim(
      names.total,
      lengths.reduce((total, length) => total + length, 0),
    ),
  ),
  count: dimHandle(statedDim(names.count, lengths.length)),
  longest: dimHandle(statedDim(names.longest, largest(lengths))),
  lengths,
})

/** Neighbouring sequences of one length: the first one, its first row, and how many they are. */
interface Group {
  readonly firstSequence: number
  readonly firstRow: number
  readonly count: number
  readonly length: number
}

const groupsOf = (lengths: readonly number[]): readonly Group[] =>
  lengths.reduce<readonly Group[]>((groups, length) => {
    const last = groups.at(-1)
    if (last?.length === length) return [...groups.slice(0, -1), { ...last, count: last.count + 1 }]
    const [firstSequence, firstRow] =
      last === undefined
        ? [0, 0]
        : [last.firstSequence + last.count, last.firstRow + last.count * last.length]
    return [...groups, { firstSequence, firstRow, count: 1, length }]
  }, [])

const expectRows = (of: string, x: Node, expected: Shape): Node | undefined => {
  const found = x.shape.slice(-1 - expected.length, -1)
  return found.length === expected.length && found.every((dim, i) => dim === expected[i])
    ? undefined
    : faulty(
        of,
        `${of}: [${x.shape.join(',')}] has rows [${found.join(',')}], the sequences have [${expected.join(',')}]`,
        [x],
      )
}

/**
 * Packed sequences [...,Q,D] on axes of their own [...,N,S,D], each filled up with zeros at its end. Rows of another number
 * than the lengths add up to are a fault of the program.
 *
 * @example
 * const sentences = ragged([3, 5, 4], { total: 'Q', count: 'N', longest: 'S' })
 * const padded = padRagged(input('packed', ['B', sentences.total, 512]), sentences) // [B,N,S,512]: 3 of 5 rows
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

/**
 * Padded sequences [...,N,S,D] one after the other [...,Q,D], without the rows that filled them up: the inverse of
 * `padRagged`. Rows of another number than `count` and `longest` say are a fault of the program.
 *
 * @example
 * const sentences = ragged([3, 5, 4], { total: 'Q', count: 'N', longest: 'S' })
 * const padded = input('padded', ['B', sentences.count, sentences.longest, 512])
 * const packed = packRagged(padded, sentences) // [B,Q,512]: 12 rows
 */
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
    const sequences = b.slice(node, rank - 3, group.firstSequence, group.count)
    const rows = b.slice(sequences, rank - 2, 0, group.length)
    return b.reshape(rows, [...batch, group.count * group.length, width])
  })
  return erased(b.concat(parts, rank - 3))
}

/** The row of the packed sequences in which each one begins: [0, 3, 8] of lengths 3, 5 and 4. */
export const rowStarts = <Q, N, S>({ count, longest, lengths }: Ragged<Q, N, S>): Tensor<[N], 'i32'> =>
  erased(
    lengths === undefined
      ? b.mul(b.iota([count.dim], 0), b.dimSize(longest.dim, 'i32'))
      : b.literal(
          lengths.map((_, sequence) =>
            lengths.slice(0, sequence).reduce((total, length) => total + length, 0),
          ),
          [lengths.length],
          'i32',
        ),
  )
