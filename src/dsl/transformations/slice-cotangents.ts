/**
 * The cotangent of a tensor from the cotangents of its slices. A slice's own is padded with zeros; of n slices, the sum
 * of n padded cotangents would cost n times the whole tensor, so slices that do not overlap are joined by one concat.
 */
import * as b from '../builder.js'
import type { Dim } from '../../shapes/dim.js'
import { addDims } from '../../shapes/dim.js'
import type { Node, NodeOf } from '../primitives/primitive.js'

/** A slice of a tensor, and the slice's cotangent. */
export interface SlicePart {
  readonly slice: NodeOf<'slice'>
  readonly cotangent: Node
}

/** Slices along one axis, one after the other, with gaps whose sizes are numbers. */
interface Row {
  readonly axis: number
  readonly start: Dim
  readonly end: Dim
  /** The parts, with zeros in the gaps. */
  readonly pieces: readonly Node[]
}

/** How far after the end of a row a position is; undefined where it is before it, or not known. */
const gapBetween = (end: Dim, start: Dim): number | undefined => {
  if (end === start) return 0
  return typeof end === 'number' && typeof start === 'number' && end < start ? start - end : undefined
}

const zeros = ({ shape }: Node, axis: number, size: number): readonly Node[] =>
  size === 0 ? [] : [b.full(shape.with(axis, size), 0)]

/** The rows with a part added: to the first row after which it lies, else in a row of its own. */
const placed = (rows: readonly Row[], { slice: { attributes }, cotangent }: SlicePart): readonly Row[] => {
  const { axis, start, length } = attributes
  const end = addDims(start, length)
  const gaps = rows.map((row) => (row.axis === axis ? gapBetween(row.end, start) : undefined))
  const at = gaps.findIndex((gap) => gap !== undefined)
  const row = rows[at]
  return row === undefined
    ? [...rows, { axis, start, end, pieces: [cotangent] }]
    : rows.with(at, {
        ...row,
        end,
        pieces: row.pieces.concat(zeros(cotangent, axis, gaps[at] ?? 0), cotangent),
      })
}

/** By position where all positions are numbers, else as they are given. */
const inOrder = (parts: readonly SlicePart[]): readonly SlicePart[] => {
  const positions = parts.map(({ slice }) => slice.attributes.start)
  return positions.every((position) => typeof position === 'number')
    ? parts.toSorted((x, y) => Number(x.slice.attributes.start) - Number(y.slice.attributes.start))
    : parts
}

/** The contributions of slices to the cotangent of the tensor: one for each row of slices that do not overlap. */
export const joinedCotangents = (whole: Node, parts: readonly SlicePart[]): readonly Node[] =>
  inOrder(parts)
    .reduce(placed, [])
    .map(({ axis, start, pieces }) => b.padTo(b.concat(pieces, axis), axis, start, whole.shape[axis] ?? 0))
