/** Leaves in ONNX: inputs, parameters and constants. */
import type { NodeOf } from '../../../dsl/primitives/primitive.js'
import { elementTypeOf } from './graph-writer.js'
import { positions } from './positions.js'
import type { LoweringContext, LoweringRules, Value } from './lowering-rule.js'

/** A leaf keeps its name: it is an input of the graph, or an initializer. */
const named = (leaf: NodeOf<'input'> | NodeOf<'parameter'>, { shape }: LoweringContext): Value => ({
  name: leaf.attributes.name,
  shape: shape(leaf),
})

export const leafRules: LoweringRules<'input' | 'parameter' | 'constant' | 'literal' | 'iota' | 'dimSize'> = {
  input: named,
  parameter: named,
  constant: ({ attributes: { value, dtype } }, { graph }) => ({
    name: graph.constant(elementTypeOf[dtype], [value]),
    shape: [],
  }),
  literal: ({ attributes: { values, shape, dtype } }, { graph }) => ({
    name: graph.constant(elementTypeOf[dtype], values, shape),
    shape,
  }),
  iota: (node, context) => {
    const { axis } = node.attributes
    const full = context.shape(node)
    const length = full[axis] ?? 0
    const along = full.slice(axis).map((_, i) => (i === 0 ? length : 1))
    return { name: positions(context, along), shape: along }
  },
  dimSize: ({ attributes: { dim, dtype } }, { size, sizes }) => ({
    name: sizes.scalar(size(dim), dtype === 'f32' ? 'float32' : 'int32'),
    shape: [],
  }),
}
