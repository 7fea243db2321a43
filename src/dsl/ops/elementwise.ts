/** Elementwise functions of one tensor, and arithmetic of two with numpy's broadcasting. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import { numberOrInfinity } from '../setting.js'
import { withSetting } from './setting.js'
import { expectType } from '../primitives/shape-checks.js'
import type { Broadcast, BroadcastVariables, WhereArgument, WhereShape } from '../../shapes/broadcast.js'
import type { DType } from '../../values/value.js'
import type { Argument, OfOneType } from '../../shapes/decide.js'
import type { Tensor } from '../tensor.js'

/** A function of every element, f32 to f32. */
type Unary = <S>(x: Tensor<S>) => Tensor<S>
/** A function of every element of any numeric type. */
type NumericUnary = <S, D extends 'f32' | 'i32'>(x: Tensor<S, D>) => Tensor<S, D>

const unary =
  (f: (x: Node) => Node): Unary =>
  (x) =>
    erased(f(x.node))
const numericUnary =
  (f: (x: Node) => Node): NumericUnary =>
  (x) =>
    erased(f(x.node))

export const neg: NumericUnary = numericUnary(b.neg)
export const abs: NumericUnary = numericUnary(b.abs)
/** -1, 0 or 1. */
export const sign: NumericUnary = numericUnary(b.sign)
export const floor: Unary = unary(b.floor)
/** The least whole number that is not below x. */
export const ceil: Unary = unary((x) => b.neg(b.floor(b.neg(x))))
/** To the nearest whole number; halves to the even one, as numpy rounds: 0.5 to 0, 1.5 and 2.5 to 2. The gradient is 0. */
export const round: Unary = unary(b.round)
export const exp: Unary = unary(b.exp)
/** eˣ - 1, with all digits also where x is near 0. */
export const expm1: Unary = unary(b.expm1)
/** The natural logarithm. */
export const log: Unary = unary(b.log)
/** ln(1 + x), with all digits also where x is near 0. */
export const log1p: Unary = unary(b.log1p)
export const sqrt: Unary = unary(b.sqrt)
/** 1 / sqrt(x) */
export const rsqrt: Unary = unary(b.rsqrt)
export const sin: Unary = unary(b.sin)
export const cos: Unary = unary(b.cos)
export const tanh: Unary = unary(b.tanh)
/** The error function. */
export const erf: Unary = unary(b.erf)
/** Whether an element is NaN. */
export const isNaN = <S>(x: Tensor<S>): Tensor<S, 'bool'> => {
  const problem = expectType('isNaN', x.node, 'f32')
  return erased(problem === undefined ? b.not(b.equal(x.node, x.node)) : faulty('isNaN', problem, [x.node]))
}
/** Whether an element is a number: neither NaN nor infinite. */
export const isFinite = <S>(x: Tensor<S>): Tensor<S, 'bool'> =>
  erased(b.less(b.abs(x.node), b.scalar(Infinity)))
export const square: NumericUnary = numericUnary((x) => b.mul(x, x))
/** The identity whose gradient is zero. */
export const stopGradient = <S, D extends DType>(x: Tensor<S, D>): Tensor<S, D> =>
  erased(b.stopGradient(x.node))

// Binary operations take two tensors whose shapes broadcast, or a tensor and a number. The order of the overloads
// matters: the common cases come first; and where more than three fail, the compiler shows only the last, which is the
// one that says why. The interfaces have no type parameters, because those would cost a third more at every call.

/** What broadcasts with every shape, also where that is a type variable. */
type Scalar<D extends DType> = number | Tensor<[], D>

/** On numbers, floating or whole. */
export interface Arithmetic {
  <S, D extends 'f32' | 'i32'>(a: Tensor<S, D>, b: Tensor<NoInfer<S>, D>): Tensor<S, D>
  <A, B, D extends 'f32' | 'i32'>(
    a: Tensor<A, D>,
    b: Argument<Broadcast<A, B>, Tensor<B, D>>,
  ): Tensor<Broadcast<A, B>, D>
  <S, D extends 'f32' | 'i32'>(a: Tensor<S, D>, b: Scalar<D>): Tensor<S, D>
  <S, D extends 'f32' | 'i32'>(a: Scalar<D>, b: Tensor<S, D>): Tensor<S, D>
  <A, B, D extends 'f32' | 'i32', E extends 'f32' | 'i32'>(
    a: Tensor<A, D>,
    b: Argument<OfOneType<D, E, BroadcastVariables<A, B>>, Tensor<B, E>>,
  ): Tensor<BroadcastVariables<A, B>, D>
}

/** On floating numbers only. */
export interface RealArithmetic {
  <S, D extends 'f32'>(a: Tensor<S, D>, b: Tensor<NoInfer<S>, D>): Tensor<S, D>
  <A, B, D extends 'f32'>(
    a: Tensor<A, D>,
    b: Argument<Broadcast<A, B>, Tensor<B, D>>,
  ): Tensor<Broadcast<A, B>, D>
  <S, D extends 'f32'>(a: Tensor<S, D>, b: Scalar<D>): Tensor<S, D>
  <S, D extends 'f32'>(a: Scalar<D>, b: Tensor<S, D>): Tensor<S, D>
  <A, B, D extends 'f32'>(
    a: Tensor<A, D>,
    b: Argument<BroadcastVariables<A, B>, Tensor<B, D>>,
  ): Tensor<BroadcastVariables<A, B>, D>
}

/** On conditions. */
export interface Logic {
  <S, D extends 'bool'>(a: Tensor<S, D>, b: Tensor<NoInfer<S>, D>): Tensor<S, D>
  <A, B, D extends 'bool'>(
    a: Tensor<A, D>,
    b: Argument<Broadcast<A, B>, Tensor<B, D>>,
  ): Tensor<Broadcast<A, B>, D>
  <A, B, D extends 'bool'>(
    a: Tensor<A, D>,
    b: Argument<BroadcastVariables<A, B>, Tensor<B, D>>,
  ): Tensor<BroadcastVariables<A, B>, D>
}

/** Which is larger, of numbers. */
export interface Order {
  <S, D extends 'f32' | 'i32'>(a: Tensor<S, D>, b: Tensor<NoInfer<S>, D>): Tensor<S, 'bool'>
  <A, B, D extends 'f32' | 'i32'>(
    a: Tensor<A, D>,
    b: Argument<Broadcast<A, B>, Tensor<B, D>>,
  ): Tensor<Broadcast<A, B>, 'bool'>
  <S, D extends 'f32' | 'i32'>(a: Tensor<S, D>, b: Scalar<D>): Tensor<S, 'bool'>
  <S, D extends 'f32' | 'i32'>(a: Scalar<D>, b: Tensor<S, D>): Tensor<S, 'bool'>
  <A, B, D extends 'f32' | 'i32', E extends 'f32' | 'i32'>(
    a: Tensor<A, D>,
    b: Argument<OfOneType<D, E, BroadcastVariables<A, B>>, Tensor<B, E>>,
  ): Tensor<BroadcastVariables<A, B>, 'bool'>
}

/** Whether elements are equal, of any type. */
export interface Comparison {
  <S, D extends DType>(a: Tensor<S, D>, b: Tensor<NoInfer<S>, D>): Tensor<S, 'bool'>
  <A, B, D extends DType>(
    a: Tensor<A, D>,
    b: Argument<Broadcast<A, B>, Tensor<B, D>>,
  ): Tensor<Broadcast<A, B>, 'bool'>
  <S, D extends DType>(a: Tensor<S, D>, b: Scalar<D>): Tensor<S, 'bool'>
  <S, D extends DType>(a: Scalar<D>, b: Tensor<S, D>): Tensor<S, 'bool'>
  <A, B, D extends DType, E extends DType>(
    a: Tensor<A, D>,
    b: Argument<OfOneType<D, E, BroadcastVariables<A, B>>, Tensor<B, E>>,
  ): Tensor<BroadcastVariables<A, B>, 'bool'>
}

const isTensor = (x: unknown): x is { readonly node: Node } =>
  typeof x === 'object' && x !== null && 'node' in x

/** The node of an argument whose type the compiler has checked; a number takes the type of its partner. */
export const nodeOf = (x: unknown, partner?: unknown): Node => {
  if (isTensor(x)) return x.node
  return typeof x === 'number'
    ? b.scalar(x, isTensor(partner) ? partner.node.dtype : 'f32')
    : faulty('argument', 'expected a tensor or a number', [])
}

/** A binary operation of the typed surface. */
export const binary =
  (f: (a: Node, b: Node) => Node) =>
  (a: unknown, z: unknown): never =>
    erased(f(nodeOf(a, z), nodeOf(z, a)))

/**
 * Sum, with numpy's broadcasting.
 *
 * @example
 * const y = add(input('x', ['B', 77, 512]), parameter('bias', [512])) // [B,77,512]
 */
export const add: Arithmetic = binary(b.add)
export const sub: Arithmetic = binary(b.sub)
export const mul: Arithmetic = binary(b.mul)
/** Quotient; of integers it truncates toward zero. */
export const div: Arithmetic = binary(b.div)
/**
 * Remainder a - b floor(a / b), exact, with the sign of the divisor, as in Python and numpy (C and JavaScript give it that of
 * the dividend). By 0 it is NaN, of integers 0. The gradient by b is -floor(a / b).
 *
 * @example
 * const hours = mod(sub(input('hours', ['B']), 30), 24) // 1 gives 19
 */
export const mod: Arithmetic = binary(b.mod)
/** Power of a base and an exponent. */
export const pow: RealArithmetic = binary(b.pow)
export const maximum: Arithmetic = binary(b.maximum)
export const minimum: Arithmetic = binary(b.minimum)

export const equal: Comparison = binary(b.equal)
export const notEqual: Comparison = binary((x, y) => b.not(b.equal(x, y)))
export const less: Order = binary(b.less)
export const lessEqual: Order = binary(b.lessEqual)
export const greater: Order = binary((x, y) => b.less(y, x))
export const greaterEqual: Order = binary((x, y) => b.lessEqual(y, x))

export const and: Logic = binary(b.and)
export const or: Logic = binary(b.or)
export const not = <S>(x: Tensor<S, 'bool'>): Tensor<S, 'bool'> => erased(b.not(x.node))

/**
 * Elements below `min` become `min`, those above `max` become `max`; either may be left out. The gradient is 1 between them,
 * 0 outside, and 1/2 where an element is a bound.
 *
 * A `min` above `max`, and a bound that is NaN, are faults of the program; infinite bounds are none.
 *
 * @example
 * const ratios = clip(input('ratio', ['B']), { min: 0.8, max: 1.2 })
 */
export const clip = <S, D extends 'f32' | 'i32'>(
  x: Tensor<S, D>,
  { min, max }: { readonly min?: number; readonly max?: number },
): Tensor<S, D> => {
  const bounded = (of: Node, name: string, bound: number | undefined): Node =>
    bound === undefined ? of : withSetting('clip', name, bound, numberOrInfinity, of)
  const node = bounded(bounded(x.node, 'min', min), 'max', max)
  if (min !== undefined && max !== undefined && min > max) {
    return erased(faulty('clip', `clip: min ${min} is above max ${max}`, [node]))
  }
  const above = min === undefined ? node : b.maximum(node, b.scalarLike(node, min))
  return erased(max === undefined ? above : b.minimum(above, b.scalarLike(node, max)))
}

/**
 * a where the condition holds, else b; either may be a number. All three broadcast.
 *
 * Gradients flow to a where the condition holds, and to b elsewhere.
 *
 * @example
 * const positive = where(less(logits, 0), 0, logits)
 */
export const where = <C, D extends DType, A = [], B = []>(
  condition: WhereArgument<C, A, B, Tensor<C, 'bool'>>,
  a: number | Tensor<A, D>,
  b: number | Tensor<B, D>,
): Tensor<WhereShape<C, A, B>, D> => choose(condition, a, b)
const choose = (condition: unknown, a: unknown, z: unknown): never =>
  erased(b.where(nodeOf(condition), nodeOf(a, z), nodeOf(z, a)))

/**
 * The tensor in another element type. From f32 to i32 it truncates toward zero; to bool, everything but 0 is true.
 *
 * @example
 * const hits = cast(equal(argMax(logits, -1), labels), 'f32') // [B]
 */
export const cast = <S, From extends DType, const To extends DType>(
  x: Tensor<S, From>,
  dtype: To,
): Tensor<S, To> => erased(b.cast(x.node, dtype))
