/**
 * Numbers that are known while a file is read: constants, and sizes. Exporters write the arithmetic of shapes as operations; a
 * program has shapes, not such operations, so it is done here. A size that is open is an expression, as in a shape: `'B'`.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Dim, Shape } from '../../../shapes/dim.js'
import { addDims, differenceOfDims, divideDims, multiplyDims } from '../../../shapes/dim.js'
import * as b from '../../../dsl/builder.js'
import type { Node } from '../../../dsl/primitives/primitive.js'
import { broadcastSizes } from '../../../values/broadcast-sizes.js'
import type { DType } from '../../../values/value.js'
import { elementCount } from '../../../values/value.js'

/** A number, or the expression of a size. */
export type Entry = Dim

/** A small tensor whose elements are known, in row-major order. Integers are exact up to 2^53; booleans are 0 and 1. */
export interface Known {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly entries: readonly Entry[]
}

/** The most elements that are looked at. */
export const mostKnown = 65_536

export const isNumbers = (entries: readonly Entry[]): entries is readonly number[] =>
  entries.every((entry) => typeof entry === 'number')

/** A tensor of these elements, as a node: sizes that are open are read from the shapes of a run. */
export const nodeOfKnown = ({ dtype, shape, entries }: Known): Node => {
  if (isNumbers(entries)) {
    const [first = 0] = entries
    return entries.every((entry) => Object.is(entry, first))
      ? b.full(shape, first, dtype)
      : b.literal(entries, shape, dtype)
  }
  const scalars = entries.map((entry) =>
    b.reshape(
      typeof entry === 'number' ? b.scalar(entry, dtype) : b.cast(b.dimSize(entry, 'i32'), dtype),
      [1],
    ),
  )
  return b.reshape(b.concat(scalars, 0), shape)
}

/** Where element `at` of a tensor of shape `to` is in one of shape `from`, which broadcasts to it. */
const broadcastIndex = (from: readonly number[], to: readonly number[], at: number): number => {
  let rest = at
  let index = 0
  let stride = 1
  for (let fromEnd = 1; fromEnd <= to.length; fromEnd += 1) {
    const full = to.at(-fromEnd) ?? 1
    const size = from.at(-fromEnd) ?? 1
    if (size !== 1) index += (rest % full) * stride
    stride *= size
    rest = Math.floor(rest / full)
  }
  return index
}

export const broadcastKnown = (of: Known, shape: readonly number[]): Known => ({
  ...of,
  shape,
  entries: Array.from(
    { length: elementCount(shape) },
    (_, at) => of.entries[broadcastIndex(of.shape, shape, at)] ?? 0,
  ),
})

/** An elementwise function of known tensors; undefined where it is unknown for one of the elements. */
export const mapKnown = (
  operands: readonly Known[],
  dtype: DType,
  f: (...entries: readonly Entry[]) => Entry | undefined,
): Known | undefined => {
  const shape = operands.reduce<readonly number[]>(
    (sofar, { shape: next }) => broadcastSizes(sofar, next),
    [],
  )
  const wide = operands.map((operand) => broadcastKnown(operand, shape).entries)
  const entries = Array.from({ length: elementCount(shape) }, (_, at) =>
    f(...wide.map((each) => each[at] ?? 0)),
  )
  const found = entries.filter((entry) => entry !== undefined)
  return found.length === entries.length ? { dtype, shape, entries: found } : undefined
}

/** Picks elements by their positions. */
export const pickKnown = (of: Known, shape: readonly number[], positions: readonly number[]): Known => ({
  ...of,
  shape,
  entries: positions.map((position) => of.entries[position] ?? 0),
})

/** Sizes have no negative numbers; a product, a sum or a quotient of sizes is a size. */
const ofSizes =
  (f: (a: Dim, b: Dim) => Dim | undefined, exact: (a: number, b: number) => number) =>
  (dtype: DType) =>
  (a: Entry = 0, z: Entry = 0): Entry | undefined => {
    if (typeof a === 'number' && typeof z === 'number') {
      const value = exact(a, z)
      return dtype === 'f32' ? Math.fround(value) : value
    }
    const isSize = (entry: Entry): boolean =>
      typeof entry === 'string' || (Number.isInteger(entry) && entry >= 0)
    return isSize(a) && isSize(z) ? f(a, z) : undefined
  }

const minus = (a: Dim, z: Dim): Dim | undefined => (a === z ? 0 : differenceOfDims(a, z))

/** The arithmetic that shapes need, by the operator's name. */
export const arithmetic = {
  Add: ofSizes(addDims, (a, z) => a + z),
  Sub: ofSizes(minus, (a, z) => a - z),
  Mul: ofSizes(multiplyDims, (a, z) => a * z),
  Div: (dtype: DType) =>
    ofSizes(
      (a, z) => E.getOrElse((): Dim | undefined => undefined)(divideDims(a, z)),
      (a, z) => (dtype === 'i32' ? Math.trunc(a / z) : a / z),
    )(dtype),
} as const

/** The shape that a known vector of integers holds; undefined where one is negative or no integer. */
export const shapeOfKnown = ({ entries }: Known): Shape | undefined =>
  entries.every((entry) => typeof entry === 'string' || (Number.isInteger(entry) && entry >= 0))
    ? entries
    : undefined
