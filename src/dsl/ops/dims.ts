/** Dims as values: for generic layers, and for sizes that are known only at run time. */
import { addDims, isDim, multiplyDims } from '../../shapes/dim.js'
import { dimHandle } from '../erasure.js'
import type { AddDims, MultiplyDims } from '../../shapes/arithmetic/dim-arithmetic.js'
import type { Dim } from '../../shapes/dim.js'
import type { DType } from '../../values/value.js'
import { frontAxis } from './axis.js'
import { dimOf } from './leaf.js'
import type { DimAt, HasAxis } from '../../shapes/axis.js'
import type { Literal } from '../../shapes/decide.js'
import type { DimArgument, LiteralDim } from '../../shapes/dim-argument.js'
import { statedDim } from './stated-size.js'
import type { Tensor } from '../tensor.js'
import type { AnyDimHandle, DimHandle } from '../../shapes/dim-handle.js'

/**
 * A handle of a literal dim; a handle stays what it is, so that a layer may take either as `DimArgument<D>`.
 *
 * @example
 * const heads = dim(8)
 */
export const dim = <const D extends Dim>(size: DimArgument<D>): DimHandle<D> => dimHandle(known(dimOf(size)))

/** An invalid dim becomes NaN, which every shape rule rejects. */
const known = (size: Dim): Dim => (isDim(size) ? size : Number.NaN)

/** An invalid dim passes through; the shape rule that rejects it names it. */
const combined = (f: (a: Dim, b: Dim) => Dim, a: AnyDimHandle, b: AnyDimHandle): Dim => {
  if (!isDim(a.dim)) return a.dim
  return isDim(b.dim) ? f(a.dim, b.dim) : b.dim
}

/** The product of two dims: `times(heads, headWidth)`. */
export const times = <A, B>(a: DimHandle<A>, b: DimHandle<B>): DimHandle<MultiplyDims<A, B>> =>
  dimHandle(combined(multiplyDims, a, b))

/** The sum of two dims: `plus(dim('L'), dim(4))`. */
export const plus = <A, B>(a: DimHandle<A>, b: DimHandle<B>): DimHandle<AddDims<A, B>> =>
  dimHandle(combined(addDims, a, b))

/**
 * A dim that types and messages call by a name, and that already has a size: `sized('width', 768)`, for models whose sizes
 * come from a file. The size may be computed from other dims, `sized('pairs', plus(batch, batch))`; then types show the
 * name in place of the computation. A name stands for one size in a program, as symbols do.
 */
export const sized = <const Name extends string>(
  name: Name & Literal<LiteralDim<Name>>,
  size: number | AnyDimHandle,
): DimHandle<Name> => dimHandle(statedDim(name, size))

/**
 * The dim of a tensor at an axis.
 *
 * @example
 * const batch = axis(images, 0)
 */
export const axis = <S, D extends DType, const I extends number>(
  x: Tensor<S, D>,
  at: I & Literal<HasAxis<S, I>>,
): DimHandle<DimAt<S, I>> => {
  const { shape } = x.node
  return dimHandle(shape[frontAxis(at, shape.length)] ?? Number.NaN)
}

/**
 * Runs `body` with a dim for a size that is known only now. Inside, the dim is a type of its own, equal to no
 * other, so that tensors of two run-time sizes cannot be mixed up; it cannot escape.
 *
 * @example
 * const loss = withDim(classNames.length, (k) => crossEntropy(input('logits', ['B', k]), labels))
 */
export const withDim = <R>(size: number, body: <K extends Dim>(dim: DimHandle<K>) => R): R =>
  body(dimHandle<number>(size))
