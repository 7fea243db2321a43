/** Leaves in TensorFlow.js: inputs, parameters and constants. Constants are scalars. */
import type { NodeOf } from '../../dsl/primitives/primitive.js'
import type { Rules, RuleContext } from './rule.js'
import { dataTypes } from './tensor.js'

const named = (leaf: NodeOf<'input'> | NodeOf<'parameter'>, { given }: RuleContext) => given(leaf)

export const leafRules: Rules<'input' | 'parameter' | 'constant' | 'literal' | 'iota' | 'dimSize'> = {
  input: named,
  parameter: named,
  constant: ({ attributes: { value, dtype } }, { tf }) => tf.scalar(value, dataTypes[dtype]),
  literal: ({ attributes: { values, shape, dtype } }, { tf }) =>
    tf.tensor([...values], [...shape], dataTypes[dtype]),
  iota: (node, { tf, shape }) => {
    const { axis } = node.attributes
    const sizes = shape(node)
    const length = sizes[axis] ?? 0
    const along = sizes.slice(axis).map((_, i) => (i === 0 ? length : 1))
    return tf.tensor(
      Int32Array.from({ length }, (_, i) => i),
      along,
      'int32',
    )
  },
  dimSize: ({ attributes: { dim, dtype } }, { tf, size }) => tf.scalar(size(dim), dataTypes[dtype]),
}
