/**
 * Finds transposes of operands of matrix products, so that a product reads its operand transposed instead of copying it.
 * For x wᵀ with a weight w, as in a linear layer, forward and backward pass then share one initializer.
 */
import type { Node } from '../../../dsl/primitives/primitive.js'

/** A factor of a product: a node, and whether the product reads its last two axes exchanged. */
interface Factor {
  readonly node: Node
  readonly transposed: boolean
}

const exchangesLastAxes = (permutation: readonly number[]): boolean => {
  const rank = permutation.length
  return permutation.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i))
}

/** The operand without transposes of its last two axes. */
export const factor = (operand: Node): Factor => {
  let node = operand
  let transposed = false
  for (;;) {
    if (node.op === 'stopGradient' || node.op === 'withGradient') {
      node = node.operands[0]
    } else if (node.op === 'transpose' && exchangesLastAxes(node.attributes.permutation)) {
      node = node.operands[0]
      transposed = !transposed
    } else {
      return { node, transposed }
    }
  }
}
