/** Reductions, products of matrices and softmax of ONNX. */
import * as b from '../../../../dsl/builder.js'
import { einsumNode } from '../../../../dsl/primitives/einsum.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import { productOfDims } from '../../../../shapes/dim.js'
import type { Operator, Operators } from '../call.js'
import { front } from '../call.js'
import { isNumbers } from '../known.js'
import { ofKnown } from '../value.js'
import { axesOf } from './layout.js'

type Reduce = (x: Node, axes: readonly number[], keepDims: boolean) => Node

const reduction =
  (reduce: Reduce): Operator =>
  (call) => {
    const x = call.node(0)
    const asked = axesOf(call, 1)
    if (asked === undefined && call.has(1)) return call.refuse('the axes are not known before the model runs')
    const none = asked === undefined || asked.length === 0
    if (none && call.int('noop_with_empty_axes', 0) === 1) return x
    const axes = none ? x.shape.map((_, axis) => axis) : asked.map((axis) => front(axis, x.shape.length))
    return reduce(x, axes, call.int('keepdims', 1) === 1)
  }

/** The product of sizes is a size. */
const productOf: Operator = (call) => {
  const known = call.known(0)
  return known !== undefined && known.shape.length === 1 && known.dtype === 'i32' && !isNumbers(known.entries)
    ? ofKnown({
        dtype: 'i32',
        shape: call.int('keepdims', 1) === 1 ? [1] : [],
        entries: [productOfDims(known.entries)],
      })
    : reduction(b.prod)(call)
}

const smallest: Reduce = (x, axes, keepDims) => b.neg(b.max(b.neg(x), axes, keepDims))
const squares: Reduce = (x, axes, keepDims) => b.sum(b.mul(x, x), axes, keepDims)

/** Products as numpy's `matmul`: vectors are rows on the left, columns on the right. */
const matmul: Operator = ({ node }) => {
  const [left, right] = [node(0), node(1)]
  const [row, column] = [left.shape.length === 1, right.shape.length === 1]
  const product = b.matmul(row ? b.expandDims(left, 0) : left, column ? b.expandDims(right, 1) : right)
  const narrowed = column ? b.dropAxis(product, product.shape.length - 1) : product
  return row ? b.dropAxis(narrowed, narrowed.shape.length - (column ? 1 : 2)) : narrowed
}

const gemm: Operator = ({ node, has, int, float }) => {
  const oriented = (position: number, name: string): Node =>
    int(name, 0) === 1 ? b.transposeLast(node(position)) : node(position)
  const scaled = (x: Node, by: number): Node => (by === 1 ? x : b.scale(x, by))
  const product = scaled(b.matmul(oriented(0, 'transA'), oriented(1, 'transB')), float('alpha', 1))
  return has(2) ? b.add(product, scaled(node(2), float('beta', 1))) : product
}

/** `bhqd,bhkd->bhqk` in this library's words: `b h q d, b h k d -> b h q k`. */
const words = (names: string): string => (names.replaceAll(' ', '').match(/\.\.\.|\w/g) ?? []).join(' ')

/** Without a result, the names that occur once, in the order of the alphabet. */
const einsum: Operator = ({ nodes, text }) => {
  const [left = '', right] = text('equation', '').replaceAll(' ', '').split('->')
  const letters = left.match(/[A-Za-z]/g) ?? []
  const once = letters.filter((letter) => letters.filter((other) => other === letter).length === 1).toSorted()
  const result = right ?? `${left.includes('...') ? '...' : ''}${once.join('')}`
  return einsumNode(`${left.split(',').map(words).join(', ')} -> ${words(result)}`, nodes())
}

const alongAxis =
  (f: (x: Node, axis: number) => Node): Operator =>
  ({ node, int }) =>
    f(node(0), front(int('axis', -1), node(0).shape.length))

export const reductionOperators: Operators = {
  ReduceSum: reduction(b.sum),
  ReduceMean: reduction(b.mean),
  ReduceProd: productOf,
  ReduceMax: reduction((x, axes, keepDims) =>
    x.dtype === 'bool' ? b.cast(b.max(b.cast(x, 'i32'), axes, keepDims), 'bool') : b.max(x, axes, keepDims),
  ),
  ReduceMin: reduction(smallest),
  ReduceL1: reduction((x, axes, keepDims) => b.sum(b.abs(x), axes, keepDims)),
  ReduceL2: reduction((x, axes, keepDims) => b.sqrt(squares(x, axes, keepDims))),
  ReduceSumSquare: reduction(squares),
  ReduceLogSum: reduction((x, axes, keepDims) => b.log(b.sum(x, axes, keepDims))),
  ReduceLogSumExp: reduction(b.logSumExp),
  MatMul: matmul,
  Gemm: gemm,
  Einsum: einsum,
  Softmax: alongAxis(b.softmax),
  LogSoftmax: alongAxis(b.logSoftmax),
}
