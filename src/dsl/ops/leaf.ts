/** Leaves of a program: inputs, parameters and constants. */
import * as b from '../builder.js'
import type { Dim, Shape } from '../../shapes/dim.js'
import { erased } from '../erasure.js'
import type { DType } from '../../values/value.js'
import type { HasAxis } from '../../shapes/axis.js'
import type { Literal } from '../../shapes/decide.js'
import type { DimLike, DimsOf, LiteralDims } from '../../shapes/dim-argument.js'
import type { Tensor } from '../tensor.js'
import { frontAxis } from './axis.js'

/** The run-time shape of a list of literals and handles. */
export const dims = (shape: readonly unknown[]): Shape => shape.map(dimOf)

/** The run-time dim of a literal or a handle. */
export const dimOf = (argument: unknown): Dim => {
  if (typeof argument === 'number' || typeof argument === 'string') return argument
  return isHandle(argument) ? argument.dim : Number.NaN
}
const isHandle = (x: unknown): x is { readonly dim: Dim } => typeof x === 'object' && x !== null && 'dim' in x

/**
 * Data: a value that every run is given under this name.
 *
 * @example
 * const images = input('images', ['B', 3, 224, 224])
 * const labels = input('labels', ['B'], 'i32')
 */
export const input = <const S extends DimLike[], const D extends DType = 'f32'>(
  name: string,
  shape: readonly [...S] & Literal<LiteralDims<S>>,
  dtype?: D,
): Tensor<DimsOf<S>, NoInfer<D>> => erased(b.input(name, dims(shape), dtype ?? 'f32'))

/**
 * A weight: a value that belongs to the model, learnable or frozen.
 *
 * @example
 * const weight = parameter('fc.weight', [10, 512])
 */
export const parameter = <const S extends DimLike[], const D extends DType = 'f32'>(
  name: string,
  shape: readonly [...S] & Literal<LiteralDims<S>>,
  dtype?: D,
): Tensor<DimsOf<S>, NoInfer<D>> => erased(b.parameter(name, dims(shape), dtype ?? 'f32'))

/** A number as a tensor without axes. */
export const scalar = <const D extends DType = 'f32'>(value: number, dtype?: D): Tensor<[], NoInfer<D>> =>
  erased(b.scalar(value, dtype ?? 'f32'))

/**
 * The same number at every position.
 *
 * @example
 * const zeros = full(['B', 512], 0)
 */
export const full = <const S extends DimLike[], const D extends DType = 'f32'>(
  shape: readonly [...S] & Literal<LiteralDims<S>>,
  value: number,
  dtype?: D,
): Tensor<DimsOf<S>, NoInfer<D>> => erased(b.full(dims(shape), value, dtype ?? 'f32'))

/**
 * Zeros of the shape and type of another tensor, whose values are not needed.
 *
 * @example
 * const velocity = zerosLike(parameter('w', [10, 512])) // [10,512]
 */
export const zerosLike = <S, D extends DType>(x: Tensor<S, D>): Tensor<S, D> => erased(b.zerosLike(x.node))

/** An input of the shape and type of another tensor. */
export const inputLike = <S, D extends DType>(name: string, x: Tensor<S, D>): Tensor<S, D> =>
  erased(b.input(name, x.node.shape, x.dtype))

/** A parameter of the shape and type of another tensor. */
export const parameterLike = <S, D extends DType>(name: string, x: Tensor<S, D>): Tensor<S, D> =>
  erased(b.parameter(name, x.node.shape, x.dtype))

/**
 * Numbers that are part of the program, in row-major order under a shape of sizes, as `np.array(values).reshape(shape)`.
 * For small tables: a large one is a parameter. Another count of values than the shape has is a fault of the program.
 *
 * @example
 * const kernel = constant([1, 1, 3, 3], [1, 2, 1, 2, 4, 2, 1, 2, 1])
 */
export const constant = <const S extends number[], const D extends DType = 'f32'>(
  shape: readonly [...S] & Literal<LiteralDims<S>>,
  values: readonly number[],
  dtype?: D,
): Tensor<S, NoInfer<D>> => {
  const sizes = dims(shape).map(Number)
  return erased(b.literal(values, sizes, dtype ?? 'f32'))
}

/**
 * 0, 1, 2, ... along one axis, the same along the others.
 *
 * @example
 * const positions = iota(['B', 77], 1)
 */
export const iota = <const S extends DimLike[], const I extends number>(
  shape: readonly [...S] & Literal<LiteralDims<S>>,
  axis: I & Literal<HasAxis<DimsOf<S>, I>>,
): Tensor<DimsOf<S>, 'i32'> => erased(b.iota(dims(shape), frontAxis(axis, shape.length)))
