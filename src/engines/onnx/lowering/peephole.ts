/**
 * Finds transposes of operands of matrix products, so that a product reads its operand transposed instead of copying it.
 * For x wᵀ with a weight w, as in a linear layer, forward and backward pass then share one initializer.
 */
import { exchangesLastAxes } from '../../../dsl/primitives/exchanges-last-axes.js'
import type { Node } from '../../../dsl/primitives/primitive.js'

/** A factor of a product: a node, and whether the product reads its last two axes exchanged. */
interface Factor {
  readonly node: Node
  readonly transposed: boolean
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
