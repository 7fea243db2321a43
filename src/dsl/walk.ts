/** The nodes of a graph in topological order, found without recursion. */
import type { Node } from './primitives/primitive.js'

/** Every node that the roots depend on, and the roots, each once; operands come before the nodes that use them. */
export const topologicalOrder = (roots: readonly Node[]): readonly Node[] => {
  const reached = new Map<number, Node>()
  const pending = [...roots]
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    if (reached.has(current.id)) continue
    reached.set(current.id, current)
    pending.push(...current.operands)
  }
  return [...reached.values()].toSorted((a, b) => a.id - b.id)
}
