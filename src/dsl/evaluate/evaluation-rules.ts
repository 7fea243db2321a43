/** The meaning of every primitive, in float64: the oracle that all engines are held to. */
import type { Dim } from '../dim.js'
import type { NodeOf, Op } from '../primitive.js'
import { randomBits, uniform } from '../random-key.js'
import { elementCount } from '../value.js'
import type { DenseArray } from './array.js'
import { at, broadcast, generate, stridesOf } from './array.js'
import { conv2d, matmul } from './contraction.js'
import { binaryFunctions, conform, map, multiply, unaryFunctions, zipWith } from './elementwise.js'
import * as layout from './layout.js'
import * as reduction from './reduction.js'

/** What a rule knows of its node: values of the operands, and sizes of dims. */
export interface Context {
  readonly operand: (index: number) => DenseArray
  /** The value that the input or parameter of this name was given. */
  readonly given: (name: string) => DenseArray
  readonly size: (dim: Dim) => number
  /** Sizes of the node's own shape. */
  readonly shape: readonly number[]
}

type Rule<K extends Op> = (node: NodeOf<K>, context: Context) => DenseArray

const given = (
  { attributes: { name } }: { readonly attributes: { readonly name: string } },
  context: Context,
): DenseArray => context.given(name)

const unary =
  (f: (x: number) => number) =>
  ({ dtype }: Pick<NodeOf<Op>, 'dtype'>, { operand }: Context): DenseArray =>
    conform(map(operand(0), f), dtype)

const binary =
  (f: (a: number, b: number) => number) =>
  (_: unknown, { operand, shape }: Context): DenseArray =>
    zipWith(operand(0), operand(1), shape, f)

/** Arithmetic that stays within the node's element type. */
const arithmetic =
  (f: (a: number, b: number) => number) =>
  ({ dtype }: Pick<NodeOf<Op>, 'dtype'>, { operand, shape }: Context): DenseArray =>
    conform(zipWith(operand(0), operand(1), shape, f), dtype)

const reduced =
  (fold: (elements: Float64Array) => number) =>
  (
    { attributes: { axes }, dtype }: Pick<NodeOf<'sum'>, 'attributes' | 'dtype'>,
    { operand, shape }: Context,
  ): DenseArray =>
    conform(reduction.reduce(operand(0), axes, shape, fold), dtype)

const alongAxis =
  (f: (elements: Float64Array) => ArrayLike<number>) =>
  ({ attributes: { axis } }: Pick<NodeOf<'softmax'>, 'attributes'>, { operand, shape }: Context) =>
    reduction.alongAxis(operand(0), axis, shape[axis] ?? 0, f)

const drawn =
  (draw: (key: readonly [number, number], count: number) => ArrayLike<number>) =>
  (_: unknown, { operand, shape }: Context): DenseArray => {
    const key = operand(0)
    const numbers = draw([at(key, 0), at(key, 1)], elementCount(shape))
    return generate(shape, (i) => numbers[i] ?? Number.NaN)
  }

export const evaluationRules: { readonly [K in Op]: Rule<K> } = {
  input: given,
  parameter: given,
  constant: ({ attributes: { value } }, { shape }) => generate(shape, () => value),
  literal: ({ attributes: { values } }, { shape }) => generate(shape, (i) => values[i] ?? Number.NaN),
  iota: ({ attributes: { axis } }, { shape }) => {
    const [stride, size] = [stridesOf(shape)[axis] ?? 1, shape[axis] ?? 1]
    return generate(shape, (i) => Math.floor(i / stride) % size)
  },
  dimSize: ({ attributes: { dim } }, { size }) => generate([], () => size(dim)),

  neg: unary(unaryFunctions.neg),
  abs: unary(unaryFunctions.abs),
  sign: unary(unaryFunctions.sign),
  floor: unary(unaryFunctions.floor),
  exp: unary(unaryFunctions.exp),
  log: unary(unaryFunctions.log),
  sqrt: unary(unaryFunctions.sqrt),
  rsqrt: unary(unaryFunctions.rsqrt),
  sin: unary(unaryFunctions.sin),
  cos: unary(unaryFunctions.cos),
  tanh: unary(unaryFunctions.tanh),
  erf: unary(unaryFunctions.erf),
  sigmoid: unary(unaryFunctions.sigmoid),
  relu: unary(unaryFunctions.relu),
  gelu: unary(unaryFunctions.gelu),
  not: unary(unaryFunctions.not),

  add: arithmetic(binaryFunctions.add),
  sub: arithmetic(binaryFunctions.sub),
  mul: (node, context) => arithmetic(multiply(node.dtype))(node, context),
  div: arithmetic(binaryFunctions.div),
  pow: binary(binaryFunctions.pow),
  maximum: binary(binaryFunctions.maximum),
  minimum: binary(binaryFunctions.minimum),
  equal: binary(binaryFunctions.equal),
  less: binary(binaryFunctions.less),
  lessEqual: binary(binaryFunctions.lessEqual),
  and: binary(binaryFunctions.and),
  or: binary(binaryFunctions.or),
  where: (_, { operand, shape }) => {
    const condition = broadcast(operand(0), shape)
    const [a, b] = [broadcast(operand(1), shape), broadcast(operand(2), shape)]
    return generate(shape, (i) => at(at(condition, i) !== 0 ? a : b, i))
  },

  matmul: (_, { operand, shape }) => matmul(operand(0), operand(1), shape),

  transpose: ({ attributes: { permutation } }, { operand, shape }) =>
    layout.transpose(operand(0), permutation, shape),
  reshape: (_, { operand, shape }) => ({ shape, data: operand(0).data }),
  broadcastTo: (_, { operand, shape }) => broadcast(operand(0), shape),
  concat: ({ attributes: { axis }, operands }, { operand, shape }) =>
    layout.concat(
      operands.map((_, i) => operand(i)),
      axis,
      shape,
    ),
  slice: ({ attributes: { axis, start } }, { operand, shape, size }) =>
    layout.slice(operand(0), axis, size(start), shape),
  pad: ({ attributes: { axis, before, value } }, { operand, shape, size }) =>
    layout.pad(operand(0), axis, size(before), value, shape),

  gather: ({ attributes: { axis } }, { operand, shape }) =>
    layout.gather(operand(0), operand(1), axis, shape),
  scatterAdd: ({ attributes: { axis }, dtype }, { operand, shape }) =>
    conform(layout.scatterAdd(operand(0), operand(1), axis, shape), dtype),
  argMax: ({ attributes: { axis } }, { operand, shape }) =>
    reduction.reduce(operand(0), [axis], shape, reduction.argMax),
  topK: ({ attributes: { axis, k } }, { operand }) =>
    reduction.alongAxis(operand(0), axis, k, reduction.descending),

  sum: reduced(reduction.sum),
  mean: reduced(reduction.mean),
  max: ({ attributes: { axes }, dtype }, { operand, shape }) =>
    reduction.reduce(operand(0), axes, shape, (elements) =>
      reduction.max(elements, dtype === 'i32' ? -(2 ** 31) : -Infinity),
    ),
  logSumExp: reduced(reduction.logSumExp),
  softmax: alongAxis(reduction.softmax),
  logSoftmax: alongAxis(reduction.logSoftmax),
  layerNorm: ({ attributes: { epsilon } }, { operand }) =>
    reduction.layerNorm(operand(0), operand(1), operand(2), epsilon),

  conv2d: ({ attributes }, { operand, shape }) => conv2d(operand(0), operand(1), shape, attributes),

  cast: ({ attributes: { dtype } }, { operand }) => conform(operand(0), dtype),
  stopGradient: (_, { operand }) => operand(0),
  randomBits: drawn(randomBits),
  randomUniform: drawn(uniform),
}
