/** How long each value of a program is needed: known before it runs, so that nothing is kept a moment longer. */
import type { Node } from '../../dsl/primitives/primitive.js'

/** After each node of the order, in which operands come first, the nodes that nothing later needs, itself included. */
export const lastUses = (
  order: readonly Node[],
  outputs: readonly Node[],
): ReadonlyMap<Node, readonly Node[]> => {
  const needed = new Set(outputs)
  const ending = new Map<Node, readonly Node[]>()
  for (const node of order.toReversed()) {
    const last = [...new Set([node, ...node.operands])].filter((used) => !needed.has(used))
    last.forEach((used) => needed.add(used))
    ending.set(node, last)
  }
  return ending
}
