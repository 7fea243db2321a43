/** The elements of a tensor several times over. */
import * as b from '../../builder.js'
import { multiplyDims, showShape } from '../../../shapes/dim.js'
import { erased } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Node } from '../../primitives/primitive.js'
import { expectAxis, expectDims, first } from '../../primitives/shape-checks.js'
import type { HasAxis } from '../../../shapes/axis.js'
import type { Literal } from '../../../shapes/decide.js'
import type { LiteralDim } from '../../../shapes/dim-argument.js'
import type { Repeat, Tile, TileFits } from '../../../shapes/repeat.js'
import type { Tensor } from '../../tensor.js'
import type { DType } from '../../../values/value.js'
import { frontAxis } from '../axis.js'

/**
 * Each position of an axis `times` times, one after the other, as numpy's `repeat`: a b becomes a a b b.
 *
 * @example
 * const wide = repeat(input('x', ['B', 3]), 1, 2) // [B,6]
 */
export const repeat = <S, D extends DType, const I extends number, const Times extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  times: Times & Literal<LiteralDim<Times>>,
): Tensor<Repeat<S, I, Times>, D> => erased(repeated(x.node, frontAxis(axis, x.node.shape.length), times))

const repeated = (x: Node, axis: number, times: number): Node => {
  const problem = first(expectAxis(axis, x.shape), expectDims([times]))
  if (problem !== undefined) return faulty('repeat', problem, [x])
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const size = x.shape[axis] ?? 1
  const copies = b.broadcastTo(b.expandDims(x, axis + 1), [...before, size, times, ...after])
  return b.reshape(copies, [...before, multiplyDims(times, size), ...after])
}

/**
 * The whole tensor `counts[i]` times along axis i, as numpy's `tile`: a b becomes a b a b. There is one count for each axis.
 *
 * Another number of counts does not compile, and is a fault of a program that was not compiled.
 *
 * @example
 * const board = tile(input('x', [2, 3]), [4, 1]) // [8,3]
 */
export const tile = <S extends unknown[], D extends DType, const Counts extends number[]>(
  x: Tensor<S, D>,
  counts: readonly [...Counts] & Literal<TileFits<S, Counts>>,
): Tensor<Tile<S, Counts>, D> => erased(tiled(x.node, counts))

const tiled = (x: Node, counts: readonly number[]): Node => {
  const problem = first(
    expectDims(counts),
    counts.length === x.shape.length
      ? undefined
      : `tile: [${counts.join(',')}] are counts of ${counts.length} axes, ${showShape(x.shape)} has ${x.shape.length}`,
  )
  if (problem !== undefined) return faulty('tile', problem, [x])
  const copies = b.broadcastTo(
    b.reshape(
      x,
      x.shape.flatMap((size) => [1, size]),
    ),
    x.shape.flatMap((size, axis) => [counts[axis] ?? 1, size]),
  )
  return b.reshape(
    copies,
    x.shape.map((size, axis) => multiplyDims(counts[axis] ?? 1, size)),
  )
}
