/** Shapes of grids that vectors span. */
import type { Tensor } from '../tensor.js'
import type { ShapeError } from '../../shapes/shape-error.js'
import type { Fits } from '../../shapes/decide.js'
import type { Show } from '../../shapes/show.js'

/** `Fits`, or `meshgrid: the tensors have one axis each, got [B,3]`. */
export type MeshgridFits<Vectors> = Vectors extends readonly [Tensor<infer S, infer _>, ...infer Rest]
  ? S extends readonly [unknown]
    ? MeshgridFits<Rest>
    : ShapeError<`meshgrid: the tensors have one axis each, got [${Show<S>}]`>
  : Vectors extends readonly []
    ? Fits
    : ShapeError<'meshgrid: needs a literal list of tensors, such as [a, b]'>

/** A tensor of the grid's shape for each vector. */
export type Meshgrid<Vectors> = {
  readonly [Place in keyof Vectors]: Vectors[Place] extends Tensor<infer _, infer D>
    ? Tensor<GridShape<Vectors>, D>
    : never
}

/** The sizes of the vectors. */
type GridShape<Vectors, Sizes extends unknown[] = []> = Vectors extends readonly [
  Tensor<[infer Size], infer _>,
  ...infer Rest,
]
  ? GridShape<Rest, [...Sizes, Size]>
  : Sizes
