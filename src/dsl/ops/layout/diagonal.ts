/** Triangles and diagonals of matrices: the last two axes of a tensor, the others are a batch. */
import * as b from '../../builder.js'
import { showShape } from '../../../shapes/dim.js'
import { erased } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Node } from '../../primitives/primitive.js'
import type { Argument, Literal } from '../../../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../../../shapes/dim-argument.js'
import type { Diagonal, Trace } from '../../../shapes/matrix.js'
import type { Tensor } from '../../tensor.js'
import type { DType } from '../../../values/value.js'
import { nodeOf } from '../elementwise.js'
import { dimOf } from '../leaf.js'

/** Which diagonal is the boundary: 0 the main one, 1 the one above it, -1 the one below it. */
export interface DiagonalOptions {
  readonly diagonal?: number
}

/** The row and the column of each element of a matrix of these sizes. */
const positions = (x: Node): readonly [Node, Node] => {
  const shape = x.shape.slice(-2)
  return [b.iota(shape, 0), b.iota(shape, 1)]
}

/** The elements that a test of their row, moved by the diagonal, and their column keeps; 0 elsewhere. */
const triangle =
  (operation: string, isKept: (row: Node, column: Node) => Node) =>
  (x: Node, { diagonal = 0 }: DiagonalOptions): Node => {
    const problem =
      x.shape.length < 2
        ? `${operation}: ${showShape(x.shape)} needs rank >= 2`
        : Number.isSafeInteger(diagonal)
          ? undefined
          : `${operation}: the diagonal ${diagonal} is not a whole number`
    if (problem !== undefined) return faulty(operation, problem, [x])
    const [row, column] = positions(x)
    return b.where(isKept(b.add(row, b.scalar(diagonal, 'i32')), column), x, b.scalarLike(x, 0))
  }

const lower = triangle('tril', (row, column) => b.lessEqual(column, row))
const upper = triangle('triu', (row, column) => b.lessEqual(row, column))

/**
 * Matrices with 0 above a diagonal: the main one, or the one that is `diagonal` places above it.
 *
 * A tensor without two axes does not compile, and is a fault of a program that was not compiled.
 *
 * @example
 * const below = tril(input('x', ['B', 77, 77]), { diagonal: -1 }) // [B,77,77]
 */
export const tril = <Batch extends unknown[], Rows, Columns, D extends DType>(
  x: Tensor<[...Batch, Rows, Columns], D>,
  options: DiagonalOptions = {},
): Tensor<[...Batch, Rows, Columns], D> => erased(lower(x.node, options))

/** Matrices with 0 below a diagonal: the main one, or the one that is `diagonal` places above it. Fails as `tril` does. */
export const triu = <Batch extends unknown[], Rows, Columns, D extends DType>(
  x: Tensor<[...Batch, Rows, Columns], D>,
  options: DiagonalOptions = {},
): Tensor<[...Batch, Rows, Columns], D> => erased(upper(x.node, options))

/**
 * Square matrices with a vector on the diagonal, and 0 elsewhere.
 *
 * @example
 * const scales = diag(input('scales', ['B', 3])) // [B,3,3]
 */
export const diag = <Batch extends unknown[], N, D extends DType>(
  x: Tensor<[...Batch, N], D>,
): Tensor<[...Batch, N, N], D> => erased(onDiagonal(x.node))

const onDiagonal = (x: Node): Node => {
  const size = x.shape.at(-1)
  if (size === undefined) return faulty('diag', 'diag: [] needs rank >= 1', [x])
  const isOn = b.equal(b.iota([size, size], 0), b.iota([size, size], 1))
  return b.where(isOn, b.expandDims(x, x.shape.length), b.scalarLike(x, 0))
}

const diagonalOf = (operation: string, x: Node): Node => {
  const [rows, columns] = x.shape.slice(-2)
  if (rows === undefined || columns === undefined) {
    return faulty(operation, `${operation}: ${showShape(x.shape)} needs rank >= 2`, [x])
  }
  if (rows !== columns) return faulty(operation, `${operation}: ${showShape(x.shape)} is not square`, [x])
  const [row, column] = positions(x)
  return b.sum(b.where(b.equal(row, column), x, b.scalarLike(x, 0)), [x.shape.length - 1])
}

/**
 * The main diagonal of square matrices.
 *
 * Matrices that are not square do not compile, and are a fault of a program that was not compiled.
 *
 * @example
 * const variances = diagonal(input('covariance', ['B', 3, 3])) // [B,3]
 */
export const diagonal = <S, D extends 'f32' | 'i32'>(
  x: Argument<Diagonal<'diagonal', S>, Tensor<S, D>>,
): Tensor<Diagonal<'diagonal', S>, D> => erased(diagonalOf('diagonal', nodeOf(x)))

/** The sum of the main diagonal of square matrices. Fails as `diagonal` does. */
export const trace = <S, D extends 'f32' | 'i32'>(
  x: Argument<Trace<S>, Tensor<S, D>>,
): Tensor<Trace<S>, D> => {
  const onIt = diagonalOf('trace', nodeOf(x))
  return erased(b.sum(onIt, [onIt.shape.length - 1]))
}

/**
 * The identity matrix.
 *
 * @example
 * const identity = eye(3) // [3,3]
 */
export const eye = <const N extends DimLike>(
  size: N & Literal<LiteralDim<N>>,
): Tensor<[DimOf<N>, DimOf<N>]> => {
  const shape = [dimOf(size), dimOf(size)]
  return erased(b.cast(b.equal(b.iota(shape, 0), b.iota(shape, 1)), 'f32'))
}
