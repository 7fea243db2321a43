/** Elementwise functions of one tensor, and arithmetic of two with numpy's broadcasting. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitive.js'
import type { Broadcast } from '../shape/broadcast.js'
import type { DType } from '../value.js'
import type { Argument } from '../shape/decide.js'
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
export const exp: Unary = unary(b.exp)
/** The natural logarithm. */
export const log: Unary = unary(b.log)
export const sqrt: Unary = unary(b.sqrt)
/** 1 / sqrt(x) */
export const rsqrt: Unary = unary(b.rsqrt)
export const sin: Unary = unary(b.sin)
export const cos: Unary = unary(b.cos)
export const tanh: Unary = unary(b.tanh)
/** The error function. */
export const erf: Unary = unary(b.erf)
export const square: Unary = unary((x) => b.mul(x, x))
/** The identity whose gradient is zero. */
export const stopGradient: Unary = unary(b.stopGradient)

/** Two tensors whose shapes broadcast, or a tensor and a number. */
export interface Arithmetic<Types extends DType, Op extends string> {
  <S, D extends Types>(a: Tensor<S, D>, b: number): Tensor<S, D>
  <S, D extends Types>(a: number, b: Tensor<S, D>): Tensor<S, D>
  <S, D extends Types>(a: Tensor<S, D>, b: Tensor<NoInfer<S>, D>): Tensor<S, D>
  <A, B, D extends Types>(
    a: Tensor<A, D>,
    b: Argument<Broadcast<A, B, Op>, Tensor<B, D>>,
  ): Tensor<Broadcast<A, B, Op>, D>
}

/** Two tensors whose shapes broadcast, or a tensor and a number; the result is a condition. */
export interface Comparison<Op extends string> {
  <S, D extends DType>(a: Tensor<S, D>, b: number): Tensor<S, 'bool'>
  <S, D extends DType>(a: number, b: Tensor<S, D>): Tensor<S, 'bool'>
  <S, D extends DType>(a: Tensor<S, D>, b: Tensor<NoInfer<S>, D>): Tensor<S, 'bool'>
  <A, B, D extends DType>(
    a: Tensor<A, D>,
    b: Argument<Broadcast<A, B, Op>, Tensor<B, D>>,
  ): Tensor<Broadcast<A, B, Op>, 'bool'>
}

const isTensor = (x: unknown): x is { readonly node: Node } =>
  typeof x === 'object' && x !== null && 'node' in x

/** The node of an argument whose type the compiler has checked; a number takes the type of its partner. */
export const nodeOf = (x: unknown, partner?: unknown): Node => {
  if (isTensor(x)) return x.node
  return typeof x === 'number'
    ? b.constant(x, [], isTensor(partner) ? partner.node.dtype : 'f32')
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
 * const y = add(matmul(x, weight), bias) // [B,L,512] + [512]
 */
export const add: Arithmetic<'f32' | 'i32', 'add'> = binary(b.add)
export const sub: Arithmetic<'f32' | 'i32', 'sub'> = binary(b.sub)
export const mul: Arithmetic<'f32' | 'i32', 'mul'> = binary(b.mul)
/** Quotient; of integers it truncates toward zero. */
export const div: Arithmetic<'f32' | 'i32', 'div'> = binary(b.div)
/** Power of a base and an exponent. */
export const pow: Arithmetic<'f32', 'pow'> = binary(b.pow)
export const maximum: Arithmetic<'f32' | 'i32', 'maximum'> = binary(b.maximum)
export const minimum: Arithmetic<'f32' | 'i32', 'minimum'> = binary(b.minimum)

export const equal: Comparison<'equal'> = binary(b.equal)
export const notEqual: Comparison<'notEqual'> = binary((x, y) => b.not(b.equal(x, y)))
export const less: Comparison<'less'> = binary(b.less)
export const lessEqual: Comparison<'lessEqual'> = binary(b.lessEqual)
export const greater: Comparison<'greater'> = binary((x, y) => b.less(y, x))
export const greaterEqual: Comparison<'greaterEqual'> = binary((x, y) => b.lessEqual(y, x))

export const and: Arithmetic<'bool', 'and'> = binary(b.and)
export const or: Arithmetic<'bool', 'or'> = binary(b.or)
export const not = <S>(x: Tensor<S, 'bool'>): Tensor<S, 'bool'> => erased(b.not(x.node))

/**
 * a where the condition holds, else b; either may be a number.
 *
 * Gradients flow to a where the condition holds, and to b elsewhere.
 */
export const where: {
  <S, D extends DType>(condition: Tensor<S, 'bool'>, a: Tensor<S, D>, b: Tensor<S, D> | number): Tensor<S, D>
  <S, D extends DType>(condition: Tensor<S, 'bool'>, a: number, b: Tensor<S, D>): Tensor<S, D>
  <C, S, D extends DType>(
    condition: Argument<Broadcast<S, C, 'where'>, Tensor<C, 'bool'>>,
    a: Tensor<S, D>,
    b: Tensor<NoInfer<S>, D> | number,
  ): Tensor<Broadcast<S, C, 'where'>, D>
} = (condition: unknown, a: unknown, z: unknown): never =>
  erased(b.where(nodeOf(condition), nodeOf(a, z), nodeOf(z, a)))

/**
 * The tensor in another element type. From f32 to i32 it truncates toward zero; to bool, everything but 0 is true.
 *
 * @example
 * const hits = cast(equal(predicted, labels), 'f32')
 */
export const cast = <S, From extends DType, const To extends DType>(
  x: Tensor<S, From>,
  dtype: To,
): Tensor<S, To> => erased(b.cast(x.node, dtype))
