/** What every primitive computes, in float64. All engines are tested against these rules. */
import type { Dim } from '../../shapes/dim.js'
import type { NodeOf, Op } from '../primitives/primitive.js'
import { gridBits, gridNormal, gridUniform } from '../../values/random-grid.js'
import { elementCount } from '../../values/value.js'
import type { DenseArray } from './array.js'
import { at, broadcast, generate, stridesOf } from './array.js'
import { conv2d, matmul } from './contraction.js'
import * as cumulative from './cumulative.js'
import {
  binaryFunctions,
  conform,
  mapArray,
  multiply,
  unaryFunctions,
  where,
  zipWith,
} from './elementwise.js'
import * as layout from './layout.js'
import * as reduction from './reduction.js'

/** What a rule may read: the values of the operands, given values, and the sizes of dims. */
export interface Context {
  readonly operand: (index: number) => DenseArray
  /** The value that the input or parameter of this name was given. */
  readonly given: (name: string) => DenseArray
  readonly size: (dim: Dim) => number
}

type Rule<K extends Op> = (node: NodeOf<K>, context: Context) => DenseArray

const given = (
  { attributes: { name } }: { readonly attributes: { readonly name: string } },
  context: Context,
): DenseArray => context.given(name)

const unary =
  (f: (x: number) => number) =>
  ({ dtype }: Pick<NodeOf<Op>, 'dtype'>, { operand }: Context): DenseArray =>
    conform(mapArray(operand(0), f), dtype)

const binary =
  (f: (a: number, b: number) => number) =>
  (_: unknown, { operand }: Context): DenseArray =>
    zipWith(operand(0), operand(1), f)

/** Arithmetic whose result is rounded or wrapped to the node's element type. */
const arithmetic =
  (f: (a: number, b: number) => number) =>
  ({ dtype }: Pick<NodeOf<Op>, 'dtype'>, { operand }: Context): DenseArray =>
    conform(zipWith(operand(0), operand(1), f), dtype)

const reduced =
  (fold: (elements: Float64Array) => number) =>
  ({ attributes, dtype }: Pick<NodeOf<'sum'>, 'attributes' | 'dtype'>, { operand }: Context): DenseArray =>
    conform(reduction.reduceAxes(operand(0), attributes, fold), dtype)

const alongAxis =
  (f: (elements: Float64Array) => ArrayLike<number>) =>
  ({ attributes: { axis } }: Pick<NodeOf<'softmax'>, 'attributes'>, { operand }: Context): DenseArray =>
    reduction.alongAxis(operand(0), axis, operand(0).shape[axis] ?? 0, f)

const drawn =
  (draw: (key: readonly [number, number], count: number) => ArrayLike<number>) =>
  ({ attributes }: Pick<NodeOf<'randomBits'>, 'attributes'>, { operand, size }: Context): DenseArray => {
    const [key, shape] = [operand(0), attributes.shape.map(size)]
    return {
      shape,
      data: Float64Array.from(draw([at(key, 0), at(key, 1)], elementCount(shape))),
    }
  }

/** `scan` has no rule: a loop gives several results at once (`loop.ts`). */
export const evaluationRules: { readonly [K in Exclude<Op, 'scan'>]: Rule<K> } = {
  input: given,
  parameter: given,
  constant: ({ attributes: { value, shape, dtype } }, { size }) =>
    conform(
      generate(shape.map(size), () => value),
      dtype,
    ),
  literal: ({ attributes: { values, shape, dtype } }) =>
    conform({ shape, data: Float64Array.from(values) }, dtype),
  iota: ({ attributes: { axis, shape } }, { size }) => {
    const sizes = shape.map(size)
    const [stride, length] = [stridesOf(sizes)[axis] ?? 1, sizes[axis] ?? 1]
    return generate(sizes, (i) => Math.floor(i / stride) % length)
  },
  dimSize: ({ attributes: { dim } }, { size }) => generate([], () => size(dim)),

  neg: unary(unaryFunctions.neg),
  abs: unary(unaryFunctions.abs),
  sign: unary(unaryFunctions.sign),
  floor: unary(unaryFunctions.floor),
  round: unary(unaryFunctions.round),
  exp: unary(unaryFunctions.exp),
  expm1: unary(unaryFunctions.expm1),
  log: unary(unaryFunctions.log),
  log1p: unary(unaryFunctions.log1p),
  sqrt: unary(unaryFunctions.sqrt),
  rsqrt: unary(unaryFunctions.rsqrt),
  sin: unary(unaryFunctions.sin),
  cos: unary(unaryFunctions.cos),
  tanh: unary(unaryFunctions.tanh),
  erf: unary(unaryFunctions.erf),
  sigmoid: unary(unaryFunctions.sigmoid),
  relu: unary(unaryFunctions.relu),
  gelu: unary(unaryFunctions.gelu),
  softplus: unary(unaryFunctions.softplus),
  not: unary(unaryFunctions.not),

  add: arithmetic(binaryFunctions.add),
  sub: arithmetic(binaryFunctions.sub),
  mul: (node, context) => arithmetic(multiply(node.dtype))(node, context),
  div: arithmetic(binaryFunctions.div),
  mod: arithmetic(binaryFunctions.mod),
  pow: binary(binaryFunctions.pow),
  maximum: binary(binaryFunctions.maximum),
  minimum: binary(binaryFunctions.minimum),
  equal: binary(binaryFunctions.equal),
  less: binary(binaryFunctions.less),
  lessEqual: binary(binaryFunctions.lessEqual),
  and: binary(binaryFunctions.and),
  or: binary(binaryFunctions.or),
  where: (_, { operand }) => where(operand(0), operand(1), operand(2)),

  matmul: (_, { operand }) => matmul(operand(0), operand(1)),

  transpose: ({ attributes: { permutation } }, { operand }) => layout.transpose(operand(0), permutation),
  reshape: ({ attributes: { shape } }, { operand, size }) => ({
    shape: shape.map(size),
    data: operand(0).data,
  }),
  broadcastTo: ({ attributes: { shape } }, { operand, size }) => broadcast(operand(0), shape.map(size)),
  concat: ({ attributes: { axis }, operands }, { operand }) =>
    layout.concat(
      operands.map((_, i) => operand(i)),
      axis,
    ),
  slice: ({ attributes: { axis, start, length } }, { operand, size }) =>
    layout.slice(operand(0), axis, size(start), size(length)),
  pad: ({ attributes: { axis, before, size: length, value } }, { operand, size }) =>
    layout.pad(operand(0), axis, size(before), size(length), value),

  gather: ({ attributes: { axis } }, { operand }) => layout.gather(operand(0), operand(1), axis),
  scatterAdd: ({ attributes: { axis, size: length }, dtype }, { operand, size }) =>
    conform(layout.scatterAdd(operand(0), operand(1), axis, size(length)), dtype),
  argMax: ({ attributes: { axis } }, { operand }) =>
    reduction.reduceAxes(operand(0), { axes: [axis], keepDims: false }, reduction.argMax),
  topK: ({ attributes: { axis, k } }, { operand }) =>
    reduction.alongAxis(operand(0), axis, k, reduction.descending),
  scatterMax: ({ attributes: { axis, size: length, value } }, { operand, size }) =>
    layout.scatterMax(value)(operand(0), operand(1), axis, size(length)),
  takeAlongAxis: ({ attributes: { axis } }, { operand }) =>
    layout.takeAlongAxis(operand(0), operand(1), axis),
  scatterAlongAxis: ({ attributes: { axis, size: length }, dtype }, { operand, size }) =>
    conform(layout.scatterAlongAxis(operand(0), operand(1), axis, size(length)), dtype),
  argSort: ({ attributes: { axis, descending } }, { operand }) =>
    reduction.alongAxis(
      operand(0),
      axis,
      operand(0).shape[axis] ?? 0,
      descending ? reduction.descending : reduction.ascending,
    ),

  cumsum: ({ attributes, dtype }, { operand }) => conform(cumulative.cumsum(operand(0), attributes), dtype),
  cummax: ({ attributes }, { operand }) => cumulative.cummax(operand(0), attributes),
  linearRecurrence: ({ attributes }, { operand }) =>
    cumulative.linearRecurrence(operand(0), operand(1), attributes),

  sum: reduced(reduction.sum),
  mean: reduced(reduction.mean),
  prod: reduced(reduction.product),
  max: ({ attributes, dtype }, { operand }) =>
    reduction.reduceAxes(operand(0), attributes, (elements) =>
      reduction.max(elements, dtype === 'i32' ? -(2 ** 31) : -Infinity),
    ),
  logSumExp: reduced(reduction.logSumExp),
  softmax: alongAxis(reduction.softmax),
  logSoftmax: alongAxis(reduction.logSoftmax),
  layerNorm: ({ attributes: { epsilon } }, { operand }) =>
    reduction.layerNorm(operand(0), operand(1), operand(2), epsilon),

  conv2d: ({ attributes }, { operand }) => conv2d(operand(0), operand(1), attributes),

  cast: ({ attributes: { dtype } }, { operand }) => conform(operand(0), dtype),
  stopGradient: (_, { operand }) => operand(0),
  withGradient: (_, { operand }) => operand(0),
  randomBits: drawn(gridBits),
  randomUniform: drawn(gridUniform),
  randomNormal: drawn(gridNormal),
}
