/**
 * The gradient rule of every primitive: from a node y = f(x, ...) and its cotangent dy to the cotangents of the
 * operands, as nodes of the same primitives. So gradients can be differentiated again.
 *
 * A rule returns one function per operand, which is called only if the gradient of that operand is needed: no other
 * nodes are made. Rules ignore broadcasting: `reverse-mode.ts` sums each cotangent to the shape of its operand.
 */
import * as b from '../builder.js'
import type { Dim } from '../../shapes/dim.js'
import { addDims, productOfDims } from '../../shapes/dim.js'
import { anyNode } from '../erasure.js'
import {
  cummaxCotangent,
  decayCotangent,
  recurrenceCotangent,
  scatterMaxCotangent,
} from './cumulative-gradients.js'
import { imagesCotangent, kernelsCotangent } from './convolution-gradient.js'
import { exchangesLastAxes } from './exchanges-last-axes.js'
import { exponentialShift } from './exponential-shift.js'
import type { Node, NodeOf, Op } from './primitive.js'
import { productOfOthers } from './product-of-others.js'

/** Makes the cotangent of one operand. */
type Cotangent = () => Node

/** One entry per operand; `undefined` where no gradient flows. */
type GradientRule<K extends Op> = (y: NodeOf<K>, dy: Node) => readonly (Cotangent | undefined)[]

const { add, sub, mul, div, neg, scale, where, matmul, sum, mean } = b

/** No gradient flows: for leaves, integers, step functions and comparisons. */
const constantRule = (): readonly undefined[] => []

/** y = f(x) with dx = dy · f'(x). */
const pointwise =
  <K extends Op>(derivative: (x: Node, y: Node) => Node) =>
  (y: NodeOf<K>, dy: Node): readonly Cotangent[] =>
    y.operands.slice(0, 1).map((x) => () => mul(dy, derivative(x, anyNode(y))))

const one = (x: Node): Node => b.scalarLike(x, 1)
const zero = (x: Node): Node => b.scalarLike(x, 0)
const square = (x: Node): Node => mul(x, x)
/** 1 where the condition holds, else 0. */
const indicator = (condition: Node): Node => b.cast(condition, 'f32')

/** The share of the gradient of a maximum that `a` gets: 1 where it is larger (`ahead`), 1/2 where both are equal. */
const winner = (a: Node, other: Node, ahead: Node): Node =>
  add(indicator(ahead), scale(indicator(b.equal(a, other)), 0.5))

/** Puts back the axes that a reduction dropped, as size 1. */
const restoreAxes = (y: Node, x: Node, axes: readonly number[]): Node =>
  b.reshape(
    y,
    x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
  )

/** x between -40 and 40: beyond, exp(-x²/2) is 0, and so are its products with powers of x, which would be NaN at ±∞. */
const limited = (x: Node): Node => b.maximum(b.minimum(x, b.scalarLike(x, 40)), b.scalarLike(x, -40))

/** d/dx of x Φ(x): Φ(x) + x φ(x). */
const geluDerivative = (whole: Node): Node => {
  const x = limited(whole)
  return add(
    scale(add(one(x), b.erf(scale(x, Math.SQRT1_2))), 0.5),
    mul(x, scale(b.exp(scale(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))),
  )
}

const flattenRows = (x: Node): Node =>
  b.reshape(x, [productOfDims(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1])

/** The cotangent of b in ab: aᵀ dy. If b is one matrix for a whole batch, the batch is folded into the rows: one product. */
const rightFactor = (a: Node, right: Node, dy: Node): Node =>
  right.shape.length === 2 && a.shape.length > 2
    ? matmul(b.transposeLast(flattenRows(a)), flattenRows(dy))
    : matmul(b.transposeLast(a), dy)

const startsOf = (parts: readonly Node[], axis: number): readonly Dim[] =>
  parts.reduce<readonly Dim[]>(
    (starts, part) => [...starts, addDims(starts.at(-1) ?? 0, part.shape[axis] ?? 0)],
    [0],
  )

const inverse = (permutation: readonly number[]): readonly number[] =>
  permutation.map((_, axis) => permutation.indexOf(axis))

/** A matrix transposed; of one that is transposed already, its operand. */
const exchanged = (x: Node): Node =>
  x.op === 'transpose' && exchangesLastAxes(x.attributes.permutation) ? x.operands[0] : b.transposeLast(x)

/** dy with its axes in this order; of a product, (x z)ᵀ as zᵀ xᵀ: engines read factors transposed, and would copy the product. */
const transposed = (dy: Node, permutation: readonly number[]): Node =>
  dy.op === 'matmul' && exchangesLastAxes(permutation)
    ? matmul(exchanged(dy.operands[1]), exchanged(dy.operands[0]))
    : b.transpose(dy, permutation)

/** x standardised over its last axis, and 1 / standard deviation. */
const standardised = (x: Node, epsilon: number): readonly [Node, Node] => {
  const last = [x.shape.length - 1]
  const centred = sub(x, mean(x, last, true))
  const inverseDeviation = b.rsqrt(add(mean(square(centred), last, true), b.scalarLike(x, epsilon)))
  return [mul(centred, inverseDeviation), inverseDeviation]
}

/**
 * `scan` and `slice` have no rules: the results of a loop, and the slices of a tensor, are differentiated together
 * (`transformations/scan-gradient.ts`, `slice-cotangents.ts`). A `withGradient` node has its own.
 */
export const gradientRules: {
  readonly [K in Exclude<Op, 'scan' | 'slice' | 'withGradient'>]: GradientRule<K>
} = {
  input: constantRule,
  parameter: constantRule,
  constant: constantRule,
  literal: constantRule,
  iota: constantRule,
  dimSize: constantRule,

  neg: (_, dy) => [() => neg(dy)],
  abs: pointwise((x) => b.sign(x)),
  sign: constantRule,
  floor: constantRule,
  round: constantRule,
  exp: pointwise((_, y) => y),
  expm1: pointwise((x) => b.exp(x)),
  log: ({ operands: [x] }, dy) => [() => div(dy, x)],
  log1p: ({ operands: [x] }, dy) => [() => div(dy, add(one(x), x))],
  sqrt: pointwise((x, y) => div(b.scalarLike(x, 0.5), y)),
  rsqrt: pointwise((x, y) => div(scale(y, -0.5), x)),
  sin: pointwise((x) => b.cos(x)),
  cos: pointwise((x) => neg(b.sin(x))),
  tanh: pointwise((x, y) => sub(one(x), square(y))),
  erf: pointwise((x) => scale(b.exp(neg(square(limited(x)))), 2 / Math.sqrt(Math.PI))),
  sigmoid: pointwise((x, y) => mul(y, sub(one(x), y))),
  relu: ({ operands: [x] }, dy) => [() => where(b.less(zero(x), x), dy, zero(dy))],
  gelu: pointwise((x) => geluDerivative(x)),
  softplus: pointwise((x) => b.sigmoid(x)),
  not: constantRule,

  add: (_, dy) => [() => dy, () => dy],
  sub: (_, dy) => [() => dy, () => neg(dy)],
  mul: ({ operands: [x, z] }, dy) => [() => mul(dy, z), () => mul(dy, x)],
  div: (y, dy) => [() => div(dy, y.operands[1]), () => neg(div(mul(dy, anyNode(y)), y.operands[1]))],
  /** x mod z = x - z floor(x / z), whose quotient is whole: (x - y) / z but for rounding. */
  mod: (y, dy) => {
    const [x, z] = y.operands
    return [() => dy, () => neg(mul(dy, b.round(div(sub(x, anyNode(y)), z))))]
  },
  pow: (y, dy) => [() => mul(dy, powerBase(y)), () => mul(dy, powerExponent(y))],
  maximum: ({ operands: [x, z] }, dy) => [
    () => mul(dy, winner(x, z, b.less(z, x))),
    () => mul(dy, winner(z, x, b.less(x, z))),
  ],
  minimum: ({ operands: [x, z] }, dy) => [
    () => mul(dy, winner(x, z, b.less(x, z))),
    () => mul(dy, winner(z, x, b.less(z, x))),
  ],
  equal: constantRule,
  less: constantRule,
  lessEqual: constantRule,
  and: constantRule,
  or: constantRule,
  where: ({ operands: [condition] }, dy) => [
    undefined,
    () => where(condition, dy, zero(dy)),
    () => where(condition, zero(dy), dy),
  ],

  matmul: ({ operands: [x, z] }, dy) => [() => matmul(dy, b.transposeLast(z)), () => rightFactor(x, z, dy)],

  transpose: ({ attributes: { permutation } }, dy) => [() => transposed(dy, inverse(permutation))],
  reshape: ({ operands: [x] }, dy) => [() => b.reshape(dy, x.shape)],
  broadcastTo: (_, dy) => [() => dy],
  concat: ({ attributes: { axis }, operands }, dy) => {
    const starts = startsOf(operands, axis)
    return operands.map((part, i) => () => b.slice(dy, axis, starts[i] ?? 0, part.shape[axis] ?? 0))
  },
  pad: ({ attributes: { axis, before }, operands: [x] }, dy) => [
    () => b.slice(dy, axis, before, x.shape[axis] ?? 0),
  ],

  gather: ({ attributes: { axis }, operands: [table, ids] }, dy) => [
    () => b.scatterAdd(dy, ids, axis, table.shape[axis] ?? 0),
  ],
  scatterAdd: ({ attributes: { axis }, operands: [, ids] }, dy) => [() => b.gather(dy, ids, axis)],
  argMax: constantRule,
  topK: constantRule,
  scatterMax: (y, dy) => [() => scatterMaxCotangent(y, dy)],
  takeAlongAxis: ({ attributes: { axis }, operands: [x, ids] }, dy) => [
    () => b.scatterAlongAxis(dy, ids, axis, x.shape[axis] ?? 0),
  ],
  scatterAlongAxis: ({ attributes: { axis }, operands: [, ids] }, dy) => [
    () => b.takeAlongAxis(dy, ids, axis),
  ],
  argSort: constantRule,

  cumsum: ({ attributes: { axis, exclusive, reverse } }, dy) => [
    () => b.cumsum(dy, axis, { exclusive, reverse: !reverse }),
  ],
  cummax: (y, dy) => [() => cummaxCotangent(y, dy)],
  linearRecurrence: (y, dy) => [() => decayCotangent(y, dy), () => recurrenceCotangent(y, dy)],

  sum: ({ attributes: { axes }, operands: [x] }, dy) => [
    () => b.broadcastTo(restoreAxes(dy, x, axes), x.shape),
  ],
  mean: ({ attributes: { axes }, operands: [x] }, dy) => [
    () => b.broadcastTo(div(restoreAxes(dy, x, axes), b.countAlong(x, axes)), x.shape),
  ],
  prod: ({ attributes: { axes }, operands: [x] }, dy) => [
    () => mul(restoreAxes(dy, x, axes), productOfOthers(x, axes)),
  ],
  max: (y, dy) => [
    () => {
      const { axes } = y.attributes
      const [x] = y.operands
      const largest = indicator(b.equal(x, restoreAxes(anyNode(y), x, axes)))
      return mul(restoreAxes(dy, x, axes), div(largest, sum(largest, axes, true)))
    },
  ],
  logSumExp: (y, dy) => [
    () => {
      const { axes } = y.attributes
      const [x] = y.operands
      // Not exp(x - y): where x is large, y has lost the logarithm of the sum.
      const positive = b.exp(sub(x, exponentialShift(x, axes)))
      const total = sum(positive, axes, true)
      const share = div(positive, where(b.equal(total, zero(total)), one(total), total))
      return mul(restoreAxes(dy, x, axes), share)
    },
  ],

  softmax: (y, dy) => [() => mul(anyNode(y), sub(dy, sum(mul(dy, anyNode(y)), [y.attributes.axis], true)))],
  logSoftmax: (y, dy) => [() => sub(dy, mul(b.exp(anyNode(y)), sum(dy, [y.attributes.axis], true)))],
  layerNorm: ({ attributes: { epsilon }, operands: [x, gain] }, dy) => {
    const last = [x.shape.length - 1]
    const [normal, inverseDeviation] = standardised(x, epsilon)
    return [
      () => {
        const g = mul(dy, gain)
        const across = sub(g, mul(normal, mean(mul(g, normal), last, true)))
        // The mean is subtracted last: a layer norm ignores shifts, so its gradient must sum to 0 in spite of rounding.
        return mul(inverseDeviation, sub(across, mean(across, last, true)))
      },
      () => mul(dy, normal),
      () => dy,
    ]
  },

  conv2d: (y, dy) => [() => imagesCotangent(y, dy), () => kernelsCotangent(y, dy)],

  cast: (_, dy) => [() => dy],
  stopGradient: constantRule,
  randomBits: constantRule,
  randomUniform: constantRule,
  randomNormal: constantRule,
}

/**
 * d(xᵖ)/dx = p xᵖ⁻¹, and 0 where both are 0. Only there: elsewhere a product with p = 0 is right, and its derivative by p is.
 * What is raised is guarded, too, so that gradients of the gradient meet no 0 · ∞.
 */
const powerBase = ({ operands: [x, p] }: NodeOf<'pow'>): Node => {
  const raised = (base: Node): Node => mul(p, b.pow(base, sub(p, one(p))))
  if (p.op === 'constant' && p.attributes.value !== 0) return raised(x)
  const bothZero = b.and(b.equal(p, zero(p)), b.equal(x, zero(x)))
  return where(bothZero, zero(x), raised(where(bothZero, one(x), x)))
}

/** d(xᵖ)/dp = xᵖ ln x, and 0 where x is not positive. */
const powerExponent = ({ operands: [x, p] }: NodeOf<'pow'>): Node => {
  const positive = b.less(zero(x), x)
  const base = where(positive, x, one(x))
  return where(positive, mul(b.pow(base, p), b.log(base)), zero(x))
}
