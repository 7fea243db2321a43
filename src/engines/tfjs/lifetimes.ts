/** The last use of each value of a program, so that its tensor can be disposed of then. */
import type { Node } from '../../dsl/primitives/primitive.js'

/** For each node of an order with operands first: the nodes that nothing after it needs. It may be among them. */
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
