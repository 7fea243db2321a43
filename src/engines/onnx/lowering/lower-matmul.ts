/** Matrix products in ONNX. */
import type { Node } from '../../../dsl/primitives/primitive.js'
import type { Shape } from '../../../shapes/dim.js'
import { productOfDims, sameShape } from '../../../shapes/dim.js'
import { broadcastSizes } from '../../../values/broadcast-sizes.js'
import { int, ints } from './graph-writer.js'
import type { LoweringContext, LoweringRules, Value } from './lowering-rule.js'
import { reshape } from './lowering-rule.js'
import { factor } from './peephole.js'
import { inPrecision } from './rounded-products.js'

/** A matrix or a batch of matrices. The last two axes have their full sizes; axes of the batch may be missing or 1. */
interface Matrix extends Value {
  readonly transposed: boolean
}

const matrix = (operand: Node, { value, whole, shape }: LoweringContext): Matrix => {
  const { node, transposed } = factor(operand)
  const known = value(node)
  const full = shape(node)
  return known.shape.length >= 2 && sameShape(known.shape.slice(-2), full.slice(-2))
    ? { ...known, transposed }
    : { name: whole(node), shape: full, transposed }
}

const flag = (on: boolean): ReturnType<typeof int> => int(on ? 1 : 0)

/** The matrix as an operand of `MatMul`, transposed by a node of its own where needed. */
const upright = ({ name, shape, transposed }: Matrix, { graph }: LoweringContext): string => {
  const rank = shape.length
  const axes = shape.map((_, axis) => (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis))
  return transposed ? graph.emit('Transpose', [name], { perm: ints(axes) }) : name
}

const product = (a: Matrix, b: Matrix, full: Shape, context: LoweringContext): string => {
  const { graph, dialect } = context
  const gemm = (left: string): string =>
    graph.emit('Gemm', [left, b.name], { transA: flag(a.transposed), transB: flag(b.transposed) })
  if (!a.transposed && !b.transposed) return graph.emit('MatMul', [a.name, b.name])
  if (a.shape.length === 2 && b.shape.length === 2) return gemm(a.name)
  if (dialect.fusedMatMul) {
    return graph.emitContributed('FusedMatMul', [a.name, b.name], {
      transA: flag(a.transposed),
      transB: flag(b.transposed),
    })
  }
  if (b.shape.length === 2 && !a.transposed) {
    const inner = a.shape.at(-1) ?? 1
    const rows = [productOfDims(a.shape.slice(0, -1)), inner]
    const columns = full.at(-1) ?? 1
    return reshape(context, gemm(reshape(context, a.name, a.shape, rows)), [rows[0] ?? 1, columns], full)
  }
  return graph.emit('MatMul', [upright(a, context), upright(b, context)])
}

export const matmulRules: LoweringRules<'matmul'> = {
  matmul: (node, context) => {
    const [a, b] = [matrix(node.operands[0], context), matrix(node.operands[1], context)]
    const batch = broadcastSizes(a.shape.slice(0, -2), b.shape.slice(0, -2))
    const sizes = [...batch, ...context.shape(node).slice(-2)]
    const name = inPrecision(context, a.name, b.name, (left, right) =>
      product({ ...a, name: left }, { ...b, name: right }, sizes, context),
    )
    return { name, shape: sizes }
  },
}
