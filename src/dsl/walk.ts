/** The nodes of a graph in topological order, found without recursion. */
import { stepRoots } from './primitives/loop.js'
import type { Node } from './primitives/primitive.js'

/**
 * Every node that the roots depend on, and the roots, each once: depth first, operands from left to right, before the nodes that use
 * them. The order depends on the graph alone, and not on when its nodes were made.
 */
export const topologicalOrder = (roots: readonly Node[]): readonly Node[] => depthFirst(roots, operandsOf)

/** The same with the nodes of the steps of loops, which come before the loops. */
export const topologicalOrderWithSteps = (roots: readonly Node[]): readonly Node[] =>
  depthFirst(roots, withStepRoots)

/**
 * The nodes of `topologicalOrder` in the order in which they were made, for those who compute them one after the other: the gradients
 * of a layer are next to each other, so that what they read is needed no longer than while they are computed. A node that was made
 * earlier for another program comes earlier, so nothing that is shown or hashed may depend on this order.
 */
export const executionOrder = (roots: readonly Node[]): readonly Node[] => asMade(topologicalOrder(roots))

/** The same with the nodes of the steps of loops, which come before the loops. */
export const executionOrderWithSteps = (roots: readonly Node[]): readonly Node[] =>
  asMade(topologicalOrderWithSteps(roots))

const operandsOf = ({ operands }: Node): readonly Node[] => operands
const withStepRoots = (node: Node): readonly Node[] => [...node.operands, ...stepRoots(node)]

const asMade = (nodes: readonly Node[]): readonly Node[] => nodes.toSorted((a, b) => a.id - b.id)

/** What the roots reach by `neighbours`, and the roots, each once: depth first, neighbours in their order and first. */
export const depthFirst = (
  roots: readonly Node[],
  neighbours: (node: Node) => readonly Node[],
): readonly Node[] => {
  const reached = new Set<Node>()
  const opened = new Set<Node>()
  const pending = roots.toReversed()
  for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
    if (opened.has(node)) {
      reached.add(node)
      pending.pop()
      continue
    }
    opened.add(node)
    for (const neighbour of neighbours(node).toReversed()) {
      if (!opened.has(neighbour)) pending.push(neighbour)
    }
  }
  return [...reached]
}
