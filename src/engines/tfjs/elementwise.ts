/** Elementwise primitives in TensorFlow.js: one operand, two with numpy broadcasting, `where`, and casts. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Node, NodeOf, Op } from '../../dsl/primitives/primitive.js'
import type { DType } from '../../values/value.js'
import { fewAxes } from './few-axes.js'
import type { RuleContext, Rules } from './rule.js'
import { dataTypes } from './tensor.js'
import type { TensorFlow } from './tensor.js'

type Unary = { readonly operands: readonly [Node, ...Node[]] }
type Binary = { readonly operands: readonly [Node, Node] }

const unary =
  (f: (tf: TensorFlow, x: Tensor) => Tensor) =>
  ({ operands: [x] }: Unary, { tf, value }: RuleContext): Tensor =>
    f(tf, value(x))

const binary =
  (f: (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor) =>
  ({ operands: [a, b] }: Binary, { tf, value }: RuleContext): Tensor => {
    const [left, right] = [value(a), value(b)]
    const { merge, restore } = fewAxes(tf, left, right)
    return restore(f(tf, merge(left), merge(right)))
  }

/** The library's own `sin` and `erf` lose the digits of small results on some backends: near 0, their series. */
const sine = (tf: TensorFlow, x: Tensor): Tensor => {
  const square = tf.square(x)
  // x (1 - x²/6 (1 - x²/20)), whose next term is below 1e-9 of the first where |x| is below 0.1.
  const near = tf.mul(x, tf.sub(1, tf.mul(square, tf.sub(1 / 6, tf.mul(square, 1 / 120)))))
  return tf.where(tf.less(tf.abs(x), 0.1), near, tf.sin(x))
}

/** 2/√π (x - x³/3 + x⁵/10 - x⁷/42 + ...), whose next term is below 1e-8 of the first where |x| is below 0.1. */
const errorFunction = (tf: TensorFlow, x: Tensor): Tensor => {
  const square = tf.square(x)
  const inner = tf.sub(1 / 10, tf.mul(square, 1 / 42))
  const factor = tf.sub(1, tf.mul(square, tf.sub(1 / 3, tf.mul(square, inner))))
  const near = tf.mul(tf.mul(x, factor), 2 / Math.sqrt(Math.PI))
  return tf.where(tf.less(tf.abs(x), 0.1), near, tf.erf(x))
}

/** x Φ(x), Φ by erf. The input is clamped to -1e30, where the result is 0: -Infinity times 0 would be NaN. */
const gaussianLinearUnit = (tf: TensorFlow, x: Tensor): Tensor => {
  const least = tf.maximum(x, -1e30)
  return tf.mul(tf.mul(least, 0.5), tf.add(tf.erf(tf.mul(least, Math.SQRT1_2)), 1))
}

/**
 * ln(1 + x) = x ln(u) / (u - 1) with u = 1 + x as it is rounded, and x where u is 1 (Goldberg 1991, theorem 4). The library's
 * own `log1p` loses the digits of small results on some backends.
 */
const logOfOnePlus = (tf: TensorFlow, x: Tensor): Tensor => {
  const sum = tf.add(x, 1)
  const [log, rest] = [tf.log(sum), tf.sub(sum, 1)]
  const corrected = tf.where(tf.equal(rest, x), log, tf.mul(log, tf.div(x, rest)))
  return tf.where(tf.equal(sum, 1), x, corrected)
}

/** The library's own `abs` goes through 32-bit floats, which do not hold all integers. */
const absolute = ({ operands: [x] }: Unary, { tf, value }: RuleContext): Tensor =>
  x.dtype === 'i32' ? tf.maximum(value(x), tf.neg(value(x))) : tf.abs(value(x))

/** The library's own `sign` gives 0 for NaN, and on some backends for numbers below 1e-38. */
const signOf = ({ operands: [x] }: Unary, { tf, value }: RuleContext): Tensor => {
  const [known, number] = [value(x), (sign: number): Tensor => tf.scalar(sign, dataTypes[x.dtype])]
  const ofNegative = tf.where(tf.less(known, number(0)), number(-1), known)
  return tf.where(tf.greater(known, number(0)), number(1), ofNegative)
}

const isNumber = ({ op, attributes }: Node): boolean => op === 'constant' && !Number.isNaN(attributes.value)

/** `maximum` or `minimum`. Some backends ignore NaN in the second operand, so it is restored. */
const extreme =
  (f: (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor) =>
  (node: Binary & { readonly dtype: DType }, context: RuleContext): Tensor =>
    binary((tf, a, b) => {
      const picked = f(tf, a, b)
      return node.dtype === 'i32' || isNumber(node.operands[1]) ? picked : tf.where(tf.equal(b, b), picked, b)
    })(node, context)

const isFinite = ({ op, attributes }: Node): boolean => op === 'constant' && Number.isFinite(attributes.value)

/** Powers as IEEE 754 defines them, unlike JavaScript: 1 to any power is 1, and so is -1 to an infinite one. */
const power = (node: Binary, context: RuleContext): Tensor =>
  binary((tf, base, exponent) => {
    const raised = tf.pow(base, exponent)
    if (isFinite(node.operands[1])) return raised
    const infinite = tf.equal(tf.abs(exponent), Infinity)
    const isOne = tf.logicalOr(tf.equal(base, 1), tf.logicalAnd(tf.equal(base, -1), infinite))
    return tf.where(isOne, tf.scalar(1), raised)
  })(node, context)

/** Booleans are selected by logic, because `where` is wrong for them on some backends. */
const select = ({ operands, dtype }: NodeOf<'where'>, { tf, value }: RuleContext): Tensor => {
  const [asked, one, other] = [value(operands[0]), value(operands[1]), value(operands[2])]
  const { merge, restore } = fewAxes(tf, asked, one, other)
  const [condition, a, b] = [merge(asked), merge(one), merge(other)]
  return restore(
    dtype === 'bool'
      ? tf.logicalOr(tf.logicalAnd(condition, a), tf.logicalAnd(tf.logicalNot(condition), b))
      : tf.where(condition, a, b),
  )
}

/**
 * Without the fraction, modulo 2^32 where it is beyond 32 bits; 0 for NaN and infinities. libtensorflow gives -2^31 for all of these.
 * Floats from 2^31 are multiples of 256, so the remainder and its difference from 2^32 are exact.
 */
const truncated = (tf: TensorFlow, x: Tensor): Tensor => {
  const [half, full] = [2 ** 31, 2 ** 32]
  const finite = tf.where(tf.less(tf.abs(x), Infinity), x, tf.scalar(0))
  const rest = tf.sub(finite, tf.mul(tf.floor(tf.div(finite, full)), full))
  const beyond = tf.where(tf.less(rest, half), rest, tf.sub(rest, full))
  return tf.cast(tf.where(tf.less(tf.abs(finite), half), finite, beyond), 'int32')
}

const conversion = (
  { attributes: { dtype }, operands: [x] }: NodeOf<'cast'>,
  { tf, value }: RuleContext,
): Tensor =>
  dtype === 'bool' && x.dtype !== 'bool'
    ? tf.notEqual(value(x), tf.scalar(0, dataTypes[x.dtype]))
    : dtype === 'i32' && x.dtype === 'f32'
      ? truncated(tf, value(x))
      : tf.cast(value(x), dataTypes[dtype])

export const elementwiseRules = {
  neg: unary((tf, x) => tf.neg(x)),
  abs: absolute,
  sign: signOf,
  floor: unary((tf, x) => tf.floor(x)),
  round: unary((tf, x) => tf.round(x)),
  exp: unary((tf, x) => tf.exp(x)),
  expm1: unary((tf, x) => tf.expm1(x)),
  log: unary((tf, x) => tf.log(x)),
  log1p: unary(logOfOnePlus),
  sqrt: unary((tf, x) => tf.sqrt(x)),
  rsqrt: unary((tf, x) => tf.rsqrt(x)),
  sin: unary(sine),
  cos: unary((tf, x) => tf.cos(x)),
  tanh: unary((tf, x) => tf.tanh(x)),
  erf: unary(errorFunction),
  sigmoid: unary((tf, x) => tf.sigmoid(x)),
  relu: unary((tf, x) => tf.relu(x)),
  gelu: unary(gaussianLinearUnit),
  /** max(x, 0) + ln(1 + e^-|x|). */
  softplus: unary((tf, x) => tf.add(tf.relu(x), logOfOnePlus(tf, tf.exp(tf.neg(tf.abs(x)))))),
  not: unary((tf, x) => tf.logicalNot(x)),

  add: binary((tf, a, b) => tf.add(a, b)),
  sub: binary((tf, a, b) => tf.sub(a, b)),
  mul: binary((tf, a, b) => tf.mul(a, b)),
  div: binary((tf, a, b) => tf.div(a, b)),
  pow: power,
  maximum: extreme((tf, a, b) => tf.maximum(a, b)),
  minimum: extreme((tf, a, b) => tf.minimum(a, b)),
  equal: binary((tf, a, b) => tf.equal(a, b)),
  less: binary((tf, a, b) => tf.less(a, b)),
  lessEqual: binary((tf, a, b) => tf.lessEqual(a, b)),
  and: binary((tf, a, b) => tf.logicalAnd(a, b)),
  or: binary((tf, a, b) => tf.logicalOr(a, b)),
  where: select,

  cast: conversion,
  stopGradient: unary((_, x) => x),
  withGradient: unary((_, x) => x),
} satisfies Partial<Rules<Op>>
