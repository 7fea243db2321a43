/** Replacing nodes in a graph. */
import { withOperands } from '../builder.js'
import type { Node } from '../primitives/primitive.js'
import { topologicalOrder } from '../walk.js'

/** The roots, with each node in `replacements` replaced wherever it is used. Nodes that use none of them stay the same objects. */
export const substitute = (
  roots: readonly Node[],
  replacements: ReadonlyMap<Node, Node>,
): readonly Node[] => {
  const replaced = new Map<Node, Node>(replacements)
  const now = (node: Node): Node => replaced.get(node) ?? node
  for (const node of topologicalOrder(roots)) {
    if (!replaced.has(node)) replaced.set(node, withOperands(node, node.operands.map(now)))
  }
  return roots.map(now)
}
