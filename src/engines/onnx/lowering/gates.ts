import type { Node } from '../../../dsl/primitives/primitive.js'

/** Whether a node is x, or x times a number. */
const isMultipleOf = (node: Node, x: Node): boolean =>
  node.id === x.id ||
  (node.op === 'mul' &&
    ((node.operands[0].id === x.id && node.operands[1].op === 'constant') ||
      (node.operands[1].id === x.id && node.operands[0].op === 'constant')))

const gateIn = (node: Node): Node | undefined => {
  if (node.op !== 'mul') return undefined
  const [a, b] = node.operands
  if (a.op === 'sigmoid' && isMultipleOf(a.operands[0], b)) return a
  return b.op === 'sigmoid' && isMultipleOf(b.operands[0], a) ? b : undefined
}

const tolerant: ReadonlySet<string> = new Set(['mul', 'add', 'sub', 'neg', 'stopGradient'])

/**
 * The sigmoids that multiply their own argument, as in x σ(x) and x σ(1.702 x), and that are only added, subtracted and
 * multiplied. ONNX Runtime's kernel, whose error is 1e-7 beside 1, serves them: it takes a third of the time of an exact
 * sigmoid. Elsewhere a small sigmoid needs its digits: the logarithm of one would be -Infinity from -18 down.
 */
export const gatesAmong = (order: readonly Node[], roots: readonly Node[]): ReadonlySet<number> => {
  const gates = new Set(order.flatMap((node) => gateIn(node)?.id ?? []))
  for (const node of order) {
    if (!tolerant.has(node.op)) for (const { id } of node.operands) gates.delete(id)
  }
  for (const { id } of roots) gates.delete(id)
  return gates
}
