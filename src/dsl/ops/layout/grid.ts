/** Evenly spaced numbers, and grids of them. */
import * as b from '../../builder.js'
import { showShape } from '../../../shapes/dim.js'
import { erased, erasedList } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Node } from '../../primitives/primitive.js'
import type { AnyTensor } from '../../program.js'
import type { Literal } from '../../../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../../../shapes/dim-argument.js'
import type { Meshgrid, MeshgridFits } from '../../shape/grid.js'
import type { Tensor } from '../../tensor.js'
import { finite } from '../../setting.js'
import { dimOf } from '../leaf.js'
import { withSetting } from '../setting.js'

/**
 * 0, 1, ... size - 1; i32. Other starts and steps are arithmetic: `add(mul(arange(4), 2), 1)` is 1, 3, 5, 7.
 *
 * @example
 * const positions = arange('L') // [L]
 */
export const arange = <const N extends DimLike>(
  size: N & Literal<LiteralDim<N>>,
): Tensor<[DimOf<N>], 'i32'> => erased(b.iota([dimOf(size)], 0))

/**
 * `size` evenly spaced numbers from `start` to `stop`, both included; of one, it is `start`. Ends that are not finite are a
 * fault.
 *
 * @example
 * const times = linspace(0, 1, 50) // [50]
 */
export const linspace = <const N extends DimLike>(
  start: number,
  stop: number,
  size: N & Literal<LiteralDim<N>>,
): Tensor<[DimOf<N>]> => {
  const count = dimOf(size)
  const first = withSetting('linspace', 'start', start, finite, b.scalar(start))
  const end = withSetting('linspace', 'stop', stop, finite, b.scalar(stop))
  const place = b.cast(b.iota([count], 0), 'f32')
  const last = b.sub(b.dimSize(count), b.scalar(1))
  const step = b.div(b.scalar(stop - start), b.maximum(last, b.scalar(1)))
  // Counted from the nearer end, so that both ends are exact.
  const fromStart = b.add(first, b.mul(place, step))
  const fromStop = b.sub(end, b.mul(b.sub(last, place), step))
  return erased(b.where(b.lessEqual(b.scale(place, 2), last), fromStart, fromStop))
}

/**
 * Vectors as coordinates of a grid with an axis for each: one tensor for each vector, which varies along its own axis, as
 * numpy's `meshgrid` with `indexing='ij'`.
 *
 * Tensors that are not vectors do not compile, and are a fault of a program that was not compiled.
 *
 * @example
 * const [rows, columns] = meshgrid([arange(3), linspace(0, 1, 4)]) // [3,4] i32 and [3,4]
 */
export const meshgrid = <const Vectors extends readonly AnyTensor[]>(
  vectors: Vectors & Literal<MeshgridFits<Vectors>>,
): Meshgrid<Vectors> => erasedList(spannedBy(vectors.map(({ node }) => node)))

const spannedBy = (vectors: readonly Node[]): readonly Node[] => {
  const other = vectors.find(({ shape }) => shape.length !== 1)
  if (other !== undefined) {
    const message = `meshgrid: the tensors have one axis each, got ${showShape(other.shape)}`
    return vectors.map(() => faulty('meshgrid', message, vectors))
  }
  const sizes = vectors.map(({ shape }) => shape[0] ?? 1)
  return vectors.map((vector, axis) =>
    b.broadcastTo(
      b.reshape(
        vector,
        sizes.map((size, i) => (i === axis ? size : 1)),
      ),
      sizes,
    ),
  )
}
