/**
 * Functions that make nodes, one or more per primitive, without shapes in their types. Gradient rules, definitions and
 * rewrites are written with these. Users call the typed functions in `ops/`, which call these.
 */
import type { Dim, Shape } from '../shapes/dim.js'
import { addDims, productOfDims, sameShape } from '../shapes/dim.js'
import { node } from './node.js'
import type { AttributesOf, Convolution, Node, Op, OperandsOf } from './primitives/primitive.js'
import { inPlaceOf } from './written.js'
import type { DType } from '../values/value.js'

/** The primitives that take exactly these operands and have no attributes. */
type WithoutAttributes<Operands> = {
  [K in Op]: OperandsOf<K> extends Operands
    ? Operands extends OperandsOf<K>
      ? Record<never, never> extends AttributesOf<K>
        ? K
        : never
      : never
    : never
}[Op]

const unary =
  <K extends WithoutAttributes<readonly [Node]>>(op: K) =>
  (x: Node): Node =>
    node<Op>(op, {}, [x])
const binary =
  <K extends WithoutAttributes<readonly [Node, Node]>>(op: K) =>
  (a: Node, b: Node): Node =>
    node<Op>(op, {}, [a, b])

// ---- leaves
export const input = (name: string, shape: Shape, dtype: DType = 'f32'): Node =>
  node('input', { name, shape, dtype }, [])
export const parameter = (name: string, shape: Shape, dtype: DType = 'f32'): Node =>
  node('parameter', { name, shape, dtype }, [])
/** The primitive `constant`: one number at every position. */
export const full = (shape: Shape, value: number, dtype: DType = 'f32'): Node =>
  node('constant', { value, shape, dtype }, [])
export const scalar = (value: number, dtype: DType = 'f32'): Node => full([], value, dtype)
export const literal = (values: readonly number[], shape: readonly number[], dtype: DType = 'f32'): Node =>
  node('literal', { values, shape, dtype }, [])
export const iota = (shape: Shape, axis: number): Node => node('iota', { shape, axis }, [])
export const dimSize = (dim: Dim, dtype: 'f32' | 'i32' = 'f32'): Node =>
  typeof dim === 'number' ? scalar(dim, dtype) : node('dimSize', { dim, dtype }, [])

/** The number of elements along axes of a tensor, an f32 scalar: known once symbols have sizes. */
export const countAlong = (x: Node, axes: readonly number[]): Node =>
  dimSize(productOfDims(axes.map((axis) => x.shape[axis] ?? 1)))

// ---- elementwise
export const neg = unary('neg')
export const abs = unary('abs')
export const sign = unary('sign')
export const floor = unary('floor')
export const round = unary('round')
export const exp = unary('exp')
export const expm1 = unary('expm1')
export const log = unary('log')
export const log1p = unary('log1p')
export const sqrt = unary('sqrt')
export const rsqrt = unary('rsqrt')
export const sin = unary('sin')
export const cos = unary('cos')
export const tanh = unary('tanh')
export const erf = unary('erf')
export const sigmoid = unary('sigmoid')
export const relu = unary('relu')
export const gelu = unary('gelu')
export const softplus = unary('softplus')
export const not = unary('not')
export const stopGradient = unary('stopGradient')
export const add = binary('add')
export const sub = binary('sub')
export const mul = binary('mul')
export const div = binary('div')
export const mod = binary('mod')
export const pow = binary('pow')
export const maximum = binary('maximum')
export const minimum = binary('minimum')
export const equal = binary('equal')
export const less = binary('less')
export const lessEqual = binary('lessEqual')
export const and = binary('and')
export const or = binary('or')
export const matmul = binary('matmul')
export const where = (condition: Node, a: Node, b: Node): Node => node('where', {}, [condition, a, b])

/** A scalar of the element type of `x`. */
export const scalarLike = (x: Node, value: number): Node => scalar(value, x.dtype)
export const zerosLike = (x: Node): Node => full(x.shape, 0, x.dtype)
export const scale = (x: Node, by: number): Node => mul(x, scalarLike(x, by))

// ---- layout
export const transpose = (x: Node, permutation: readonly number[]): Node =>
  permutation.every((axis, i) => axis === i) && permutation.length === x.shape.length
    ? x
    : node('transpose', { permutation }, [x])
/** Exchanges the last two axes. */
export const transposeLast = (x: Node): Node => {
  const rank = x.shape.length
  return transpose(
    x,
    x.shape.map((_, axis) => (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis)),
  )
}
export const reshape = (x: Node, shape: Shape): Node =>
  sameShape(x.shape, shape) && x.fault === undefined ? x : node('reshape', { shape }, [x])
export const broadcastTo = (x: Node, shape: Shape): Node =>
  sameShape(x.shape, shape) && x.fault === undefined ? x : node('broadcastTo', { shape }, [x])
export const concat = (parts: readonly Node[], axis: number): Node => {
  const [only] = parts
  return parts.length === 1 && only?.shape[axis] !== undefined ? only : node('concat', { axis }, parts)
}
export const slice = (x: Node, axis: number, start: Dim, length: Dim): Node =>
  start === 0 && length === x.shape[axis] ? x : node('slice', { axis, start, length }, [x])
/** The operand placed `before` positions into an axis of `size`, the rest filled with `value`. */
export const padTo = (x: Node, axis: number, before: Dim, size: Dim, value = 0): Node =>
  before === 0 && size === x.shape[axis] ? x : node('pad', { axis, before, size, value }, [x])
/** The operand with `before` positions in front of an axis and `after` at its end, filled with `value`. */
export const pad = (x: Node, axis: number, before: number, after: number, value = 0): Node =>
  padTo(x, axis, before, addDims(addDims(before, x.shape[axis] ?? 0), after), value)
export const expandDims = (x: Node, axis: number): Node =>
  reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)])
export const dropAxis = (x: Node, axis: number): Node =>
  reshape(
    x,
    x.shape.filter((_, i) => i !== axis),
  )

// ---- indexing
export const gather = (table: Node, ids: Node, axis: number): Node => node('gather', { axis }, [table, ids])
export const scatterAdd = (updates: Node, ids: Node, axis: number, size: Dim): Node =>
  node('scatterAdd', { axis, size }, [updates, ids])
export const argMax = (x: Node, axis: number): Node => node('argMax', { axis }, [x])
export const topK = (x: Node, axis: number, k: number): Node => node('topK', { axis, k }, [x])
/** The number that no number of an element type is below: what the largest of no elements is. */
const lowest = ({ dtype }: Node): number => (dtype === 'i32' ? -(2 ** 31) : -Infinity)
export const scatterMax = (
  updates: Node,
  ids: Node,
  axis: number,
  size: Dim,
  value = lowest(updates),
): Node => node('scatterMax', { axis, size, value }, [updates, ids])
export const takeAlongAxis = (x: Node, ids: Node, axis: number): Node =>
  node('takeAlongAxis', { axis }, [x, ids])
export const scatterAlongAxis = (updates: Node, ids: Node, axis: number, size: Dim): Node =>
  node('scatterAlongAxis', { axis, size }, [updates, ids])
export const argSort = (x: Node, axis: number, descending = false): Node =>
  node('argSort', { axis, descending }, [x])

// ---- along an axis, each element from those before it
interface Direction {
  readonly exclusive?: boolean
  readonly reverse?: boolean
}
export const cumsum = (x: Node, axis: number, { exclusive = false, reverse = false }: Direction = {}): Node =>
  node('cumsum', { axis, exclusive, reverse }, [x])
export const cummax = (x: Node, axis: number, reverse = false): Node => node('cummax', { axis, reverse }, [x])
export const linearRecurrence = (decay: Node, x: Node, axis: number, reverse = false): Node =>
  node('linearRecurrence', { axis, reverse }, [decay, x])

// ---- reductions
const reduction =
  (op: 'sum' | 'mean' | 'prod' | 'max' | 'logSumExp') =>
  (x: Node, axes: readonly number[], keepDims = false): Node => {
    const reducible = x.dtype === 'f32' || (x.dtype === 'i32' && op !== 'mean' && op !== 'prod')
    return axes.length === 0 && op !== 'logSumExp' && reducible
      ? x
      : node(op, { axes: axes.toSorted((a, b) => a - b), keepDims }, [x])
  }
export const sum = reduction('sum')
export const mean = reduction('mean')
export const prod = reduction('prod')
export const max = reduction('max')
export const logSumExp = reduction('logSumExp')
export const softmax = (x: Node, axis: number): Node => node('softmax', { axis }, [x])
export const logSoftmax = (x: Node, axis: number): Node => node('logSoftmax', { axis }, [x])
export const layerNorm = (x: Node, gain: Node, bias: Node, epsilon: number): Node =>
  node('layerNorm', { epsilon }, [x, gain, bias])

// ---- the rest
/** A convolution, of one group unless more are given. */
export const conv2d = (
  images: Node,
  kernels: Node,
  attributes: Omit<Convolution, 'groups'> & { readonly groups?: number },
): Node => node('conv2d', { groups: 1, ...attributes }, [images, kernels])
export const cast = (x: Node, dtype: DType): Node => (x.dtype === dtype ? x : node('cast', { dtype }, [x]))
export const randomBits = (key: Node, shape: Shape): Node => node('randomBits', { shape }, [key])
export const randomUniform = (key: Node, shape: Shape): Node => node('randomUniform', { shape }, [key])
export const randomNormal = (key: Node, shape: Shape): Node => node('randomNormal', { shape }, [key])

/** The same primitive with the same attributes, applied to other operands, in the same scope and written at the same line. */
export const withOperands = (of: Node, operands: readonly Node[]): Node =>
  operands.every((operand, i) => operand === of.operands[i])
    ? of
    : inPlaceOf(of, () => node<Op>(of.op, of.attributes, operands))
