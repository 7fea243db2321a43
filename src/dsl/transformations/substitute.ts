/** Programs with other nodes in the place of some. */
import { withOperands } from '../builder.js'
import type { Node } from '../primitives/primitive.js'
import { topologicalOrder } from '../walk.js'

/** The roots, made again with each replaced node's replacement wherever it was used; what does not use one stays. */
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
