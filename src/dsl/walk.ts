/** The nodes of a graph in topological order, found without recursion. */
import { stepRoots } from './primitives/loop.js'
import type { Node } from './primitives/primitive.js'

/** Every node that the roots depend on, and the roots, each once; operands come before the nodes that use them. */
export const topologicalOrder = (roots: readonly Node[]): readonly Node[] =>
  ordered(roots, ({ operands }) => operands)

/** The same with the nodes of the steps of loops, which come before the loops. */
export const withSteps = (roots: readonly Node[]): readonly Node[] =>
  ordered(roots, (node) => [...node.operands, ...stepRoots(node)])

/**
 * The nodes of `withSteps` in an order that depends on the graph alone: depth first, operands from left to right. In the other
 * orders, a node that was made earlier for another program comes earlier.
 */
export const depthFirst = (roots: readonly Node[]): readonly Node[] => {
  const reached = new Set<Node>()
  const pending = roots.map((node) => ({ node, isOpen: false })).toReversed()
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const { node, isOpen } = current
    if (reached.has(node)) continue
    if (isOpen) {
      reached.add(node)
      continue
    }
    pending.push({ node, isOpen: true })
    const before = [...node.operands, ...stepRoots(node)].toReversed()
    for (const each of before) pending.push({ node: each, isOpen: false })
  }
  return [...reached]
}

const ordered = (roots: readonly Node[], neighbours: (node: Node) => readonly Node[]): readonly Node[] => {
  const reached = new Map<number, Node>()
  const pending = [...roots]
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    if (reached.has(current.id)) continue
    reached.set(current.id, current)
    for (const neighbour of neighbours(current)) pending.push(neighbour)
  }
  return [...reached.values()].toSorted((a, b) => a.id - b.id)
}
