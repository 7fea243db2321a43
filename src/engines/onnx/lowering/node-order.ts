/**
 * The order in which a model lists its nodes. ONNX Runtime does not run nodes in the order of the file: it walks the graph
 * depth first from the results, and of the operands of a node it takes the one that is latest in the file first
 * (`GraphViewer` in `graph_viewer.cc`, 1.30). A backward pass that is listed as it was built then has its local
 * derivatives computed during the forward pass, and making a session takes time in the square of the nodes. Listed by a
 * walk of the same kind, they are computed where the backward pass needs them.
 */
import type { NodeProto } from '../model-proto.js'

/** The nodes of the graphs in a node's attributes, and of those inside of them. */
const innerNodes = ({ attribute }: NodeProto): readonly NodeProto[] =>
  attribute.some(({ g }) => g !== undefined)
    ? attribute.flatMap(({ g }) => g?.node.flatMap((node) => [node, ...innerNodes(node)]) ?? [])
    : []

/** Every value that a node reads, in its inner graphs, too. */
export const readBy = (node: NodeProto): readonly string[] => {
  const inner = innerNodes(node)
  return inner.length === 0 ? node.input : [node, ...inner].flatMap(({ input }) => input)
}

/** The nodes that some values need, in their order; operands are before nodes. */
export const neededFor = (nodes: readonly NodeProto[], values: ReadonlySet<string>): readonly NodeProto[] => {
  const needed = new Set(values)
  const kept: NodeProto[] = []
  for (const node of nodes.toReversed()) {
    if (!node.output.some((name) => needed.has(name))) continue
    kept.push(node)
    readBy(node).forEach((name) => needed.add(name))
  }
  return kept.toReversed()
}

/** The nodes depth first from those that no other node reads, operands before nodes, the latest operand first. */
export const depthFirst = (nodes: readonly NodeProto[]): readonly NodeProto[] => {
  const writers = new Map<string, number>()
  nodes.forEach((node, i) => node.output.forEach((name) => writers.set(name, i)))
  const read = new Set<number>()
  const operands = nodes.map((node) => {
    const positions = new Set<number>()
    for (const name of readBy(node)) {
      const writer = writers.get(name)
      if (writer !== undefined) positions.add(writer)
    }
    positions.forEach((position) => read.add(position))
    return [...positions].toSorted((a, b) => a - b)
  })
  const entered = new Set<number>()
  const listed = new Set<number>()
  const pending = [...nodes.keys()].filter((i) => !read.has(i))
  for (let i = pending.at(-1); i !== undefined; i = pending.at(-1)) {
    if (entered.has(i)) {
      pending.pop()
      listed.add(i)
    } else {
      entered.add(i)
      for (const operand of operands[i] ?? []) if (!entered.has(operand)) pending.push(operand)
    }
  }
  return [...listed].flatMap((i) => nodes[i] ?? [])
}
