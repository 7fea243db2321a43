/**
 * How a random program grows: for each primitive, a use of it on nodes that exist already. The rest of the formula
 * keeps numbers finite: logarithms and roots are taken of 1 + x², and products are squashed by tanh.
 */
import * as b from '../../dsl/builder.js'
import { addDims, productOfDims } from '../../shapes/dim.js'
import { placeholder } from '../../dsl/node.js'
import { closeLoop } from '../../dsl/transformations/close-loop.js'
import { withOwnGradient } from '../../dsl/transformations/own-gradient.js'
import type { Node, Op } from '../../dsl/primitives/primitive.js'

/** Nodes that a step may build on, and a number for its other choices. */
interface Material {
  readonly x: Node
  readonly y: Node
  /** An i32 node, and a bool one. */
  readonly whole: Node
  readonly truth: Node
  readonly key: Node
  readonly choice: number
}

const { add, mul } = b

const allAxes = ({ shape }: Node): readonly number[] => [...shape.keys()]

const axisOf = ({ x, choice }: Material): number => choice % Math.max(1, x.shape.length)

/** `y` where the two broadcast, else its mean, which always does. */
const partner = ({ x, y }: Pick<Material, 'x' | 'y'>): Node =>
  add(x, y).fault === undefined ? y : b.mean(y, allAxes(y))

const fromOne = (x: Node): Node => add(mul(x, x), b.scalarLike(x, 1))

const real = (of: Node): Node => b.cast(of, 'f32')

const unary =
  (f: (x: Node) => Node) =>
  ({ x }: Material): Node =>
    f(x)

const binary =
  (f: (x: Node, y: Node) => Node) =>
  (material: Material): Node =>
    f(material.x, partner(material))

const reduction =
  (f: (x: Node, axes: readonly number[], keepDims?: boolean) => Node) =>
  (material: Material): Node =>
    material.choice % 3 === 0
      ? f(material.x, allAxes(material.x))
      : f(material.x, [axisOf(material)], material.choice % 2 === 0)

/** A matrix: the last axis as columns, all others as rows. */
const asMatrix = (x: Node): Node => b.reshape(x, [productOfDims(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1])

/** Positions 0 to 2 from whole numbers of any size: ids into a table of three rows. */
const positions = ({ whole }: Material): Node => b.cast(b.scale(b.sigmoid(real(whole)), 2.9), 'i32')

/** One use of each primitive. A node that carries a fault means that it cannot be used on this material. */
export const growth: { readonly [K in Op]: (material: Material) => Node } = {
  input: () => b.input('another', [2]),
  parameter: () => b.parameter('weight', [3]),
  constant: ({ x, choice }) => b.full(x.shape, (choice % 7) / 4),
  literal: ({ choice }) => b.literal([choice % 5, 0.5, -1], [3]),
  iota: (material) => b.iota(material.x.shape, axisOf(material)),
  dimSize: (material) => b.dimSize(material.x.shape[axisOf(material)] ?? 1),

  neg: unary(b.neg),
  abs: unary(b.abs),
  sign: unary(b.sign),
  floor: unary(b.floor),
  round: unary(b.round),
  exp: unary((x) => b.exp(b.sin(x))),
  expm1: unary((x) => b.expm1(b.sin(x))),
  log: unary((x) => b.log(fromOne(x))),
  log1p: unary((x) => b.log1p(mul(x, x))),
  sqrt: unary((x) => b.sqrt(fromOne(x))),
  rsqrt: unary((x) => b.rsqrt(fromOne(x))),
  sin: unary(b.sin),
  cos: unary(b.cos),
  tanh: unary(b.tanh),
  erf: unary(b.erf),
  sigmoid: unary(b.sigmoid),
  relu: unary(b.relu),
  gelu: unary(b.gelu),
  softplus: unary(b.softplus),
  not: ({ truth }) => b.not(truth),

  add: binary(add),
  sub: binary(b.sub),
  mul: binary((x, y) => b.tanh(mul(x, y))),
  div: binary((x, y) => b.div(x, fromOne(y))),
  mod: binary((x, y) => b.mod(x, fromOne(y))),
  pow: binary((x, y) => b.pow(fromOne(b.sin(x)), b.tanh(y))),
  maximum: binary(b.maximum),
  minimum: binary(b.minimum),
  equal: binary(b.equal),
  less: binary(b.less),
  lessEqual: binary(b.lessEqual),
  and: (material) => b.and(material.truth, b.less(material.x, partner(material))),
  or: (material) => b.or(material.truth, b.less(material.x, partner(material))),
  where: (material) => {
    const { x } = material
    const other = partner(material)
    return b.where(b.less(x, other), x, other)
  },

  matmul: ({ x, y }) => {
    const [left, right] = [asMatrix(x), asMatrix(y)]
    const product = b.matmul(left, right)
    return b.tanh(product.fault === undefined ? product : b.matmul(left, b.transposeLast(left)))
  },

  transpose: ({ x, choice }) =>
    b.transpose(
      x,
      allAxes(x).map((axis) => (axis + choice) % x.shape.length),
    ),
  reshape: ({ x, choice }) =>
    choice % 2 === 0
      ? b.reshape(x, [productOfDims(x.shape)])
      : b.expandDims(x, choice % (x.shape.length + 1)),
  broadcastTo: ({ x, choice }) => b.broadcastTo(x, [1 + (choice % 3), ...x.shape]),
  concat: (material) => {
    const joined = b.concat([material.x, material.y], axisOf(material))
    return joined.fault === undefined ? joined : b.concat([material.x, material.x], axisOf(material))
  },
  slice: (material) => {
    const axis = axisOf(material)
    const size = material.x.shape[axis] ?? 1
    const start = typeof size === 'number' ? material.choice % size : 0
    return b.slice(material.x, axis, start, typeof size === 'number' ? size - start : size)
  },
  pad: (material) => b.pad(material.x, axisOf(material), material.choice % 3, 1, material.choice % 2),

  gather: (material) => b.gather(b.literal([0.5, -1, 2], [3]), positions(material), 0),
  scatterAdd: (material) => b.scatterAdd(real(material.whole), positions(material), 0, addDims(3, 1)),
  argMax: (material) => b.argMax(material.x, axisOf(material)),
  topK: (material) => b.topK(material.x, axisOf(material), 1),
  scatterMax: (material) =>
    b.scatterMax(b.tanh(real(material.whole)), positions(material), 0, 4, material.choice % 3),
  takeAlongAxis: ({ x }) => b.takeAlongAxis(x, b.argSort(x, 0), 0),
  scatterAlongAxis: (material) => {
    const { x } = material
    const axis = axisOf(material)
    return b.scatterAlongAxis(x, b.argSort(x, axis, true), axis, x.shape[axis] ?? 1)
  },
  argSort: (material) => b.argSort(material.x, axisOf(material), material.choice % 2 === 0),

  cumsum: (material) =>
    b.tanh(
      b.cumsum(material.x, axisOf(material), {
        exclusive: material.choice % 3 === 0,
        reverse: material.choice % 2 === 0,
      }),
    ),
  cummax: (material) => b.cummax(material.x, axisOf(material), material.choice % 2 === 0),
  linearRecurrence: (material) =>
    b.linearRecurrence(
      b.sigmoid(material.x),
      b.tanh(material.x),
      axisOf(material),
      material.choice % 2 === 0,
    ),

  sum: reduction((x, axes, keepDims) => b.tanh(b.sum(x, axes, keepDims))),
  mean: reduction(b.mean),
  prod: reduction((x, axes, keepDims) => b.tanh(b.prod(b.sin(x), axes, keepDims))),
  max: reduction(b.max),
  logSumExp: reduction(b.logSumExp),
  softmax: (material) => b.softmax(material.x, axisOf(material)),
  logSoftmax: (material) => b.logSoftmax(material.x, axisOf(material)),
  layerNorm: ({ x }) => {
    const width = x.shape.slice(-1)
    return b.layerNorm(x, b.full(width, 0.9), b.full(width, -0.1), 0.1)
  },

  conv2d: ({ x, choice }) => {
    const rows = asMatrix(x)
    const kernels = b.literal([0.5, -0.25, 1, 0.125, -0.5, 0.25, 0.75, 1], [2, 1, 2, 2])
    const images = b.broadcastTo(b.reshape(rows, [1, 1, ...rows.shape]), [1, 2, ...rows.shape])
    return b.conv2d(images, kernels, {
      groups: 2,
      stride: [1, 1 + (choice % 2)],
      padding: [
        [1, 0],
        [0, 1],
      ],
      dilation: [1, 1],
      inputDilation: [1, 1],
    })
  },

  cast: ({ truth, choice }) => b.cast(truth, choice % 2 === 0 ? 'f32' : 'i32'),
  stopGradient: unary(b.stopGradient),
  withGradient: ({ x }) => {
    const cotangent = placeholder('cotangent', x.shape, 'f32')
    return withOwnGradient(b.sin(x), [x], cotangent, [mul(cotangent, b.cos(x))])
  },
  scan: ({ x, y, choice }) => {
    const sequence = x.shape.length === 0 ? b.expandDims(x, 0) : x
    const [length = 1, ...entry] = sequence.shape
    const [state, slice] = [placeholder('state', entry, 'f32'), placeholder('slice', entry, 'f32')]
    const captured = b.scale(b.mean(y, allAxes(y)), 0.25)
    const next = b.tanh(add(add(b.scale(state, 0.5), slice), captured))
    const { carries, stacked } = closeLoop({
      carries: [{ leaf: state, initial: b.full(entry, 0.25), next }],
      sequences: [{ leaf: slice, of: sequence }],
      stacked: [mul(next, state)],
      length,
      reverse: choice % 4 < 2,
    })
    const [result = x] = choice % 2 === 0 ? carries : stacked
    return result
  },
  randomBits: ({ key }) => b.randomBits(key, [2]),
  randomUniform: ({ key, x }) => b.randomUniform(key, x.shape),
  randomNormal: ({ key, x }) => b.randomNormal(key, x.shape),
}
