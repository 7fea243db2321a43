/**
 * Which values of a graph share memory in ONNX Runtime, and when memory is needed and freed: its plan of allocations for one thread of execution,
 * imitated (`ComputeSingleStreamReusePlan` in `allocation_planner.cc`, 1.30). A value takes the memory of an operand that nothing else reads, where the
 * kernel allows it, otherwise that of the value of the same shape that was freed last. Memory that several values have in turn is
 * kept from the first to the last of them.
 */
import type { NodeProto } from '../model-proto.js'
import { readBy } from '../lowering/node-order.js'
import { isView, overwrites } from './kernel-memory.js'
import type { ValueSize } from './value-sizes.js'

/** What is done with memory before and after a node runs. Memory is named by the first value that it holds. */
export interface NodeMemory {
  readonly node: NodeProto
  readonly needs: readonly string[]
  readonly frees: readonly string[]
}

/** Equal for values that fit into each other's memory: those of the same shape. There is none for a single element, and for a value of unknown size. */
const kindOf = (size: ValueSize | undefined): string | undefined =>
  size === undefined || size.shape.length === 0 ? undefined : `${size.elementBytes}:${size.shape.join(',')}`

/** How often nodes read each value, its writer and the caller of the graph included. */
const useCounts = (nodes: readonly NodeProto[], outputs: ReadonlySet<string>): Map<string, number> => {
  const counts = new Map<string, number>()
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const node of nodes) {
    node.output.forEach(count)
    readBy(node).forEach(count)
  }
  outputs.forEach(count)
  return counts
}

/**
 * The memory of the values that nodes compute, in the order of the nodes. Memory of outputs, and of what the nodes only read, is the caller's.
 */
export const bufferPlan = (
  nodes: readonly NodeProto[],
  outputs: ReadonlySet<string>,
  sizes: ReadonlyMap<string, ValueSize>,
): readonly NodeMemory[] => {
  const counts = useCounts(nodes, outputs)
  const written = new Set(nodes.flatMap(({ output }) => output))
  /** For each value the one whose memory it has. */
  const origins = new Map<string, string>()
  const originOf = (name: string): string => origins.get(name) ?? name
  const countOf = (name: string): number => counts.get(originOf(name)) ?? 0
  const isOwn = (name: string): boolean => written.has(name) && !outputs.has(name)
  const share = (name: string, origin: string): void => {
    origins.set(name, origin)
    counts.set(origin, (counts.get(origin) ?? 0) + (counts.get(name) ?? 0))
  }
  /** Values whose memory is free, by their kind, the last one last. */
  const free = new Map<string | undefined, string[]>()

  const sharedWith = (node: NodeProto, name: string, position: number): string | undefined => {
    const [operand] = node.input
    const kind = kindOf(sizes.get(name))
    if (operand !== undefined && position === 0) {
      if (isView(node)) return originOf(operand)
      const isLast = isOwn(originOf(operand)) && countOf(operand) === 1
      if (overwrites(node) && isLast && kindOf(sizes.get(operand)) === kind) return originOf(operand)
    }
    return kind === undefined ? undefined : free.get(kind)?.pop()
  }

  const plan = nodes.map((node) => {
    const needs = node.output.filter((name, position) => {
      if (outputs.has(name)) return false
      const origin = sharedWith(node, name, position)
      if (origin !== undefined) share(name, origin)
      return origin === undefined
    })
    for (const name of [...readBy(node), ...node.output]) {
      const origin = originOf(name)
      const left = (counts.get(origin) ?? 0) - 1
      counts.set(origin, left)
      if (left !== 0 || !isOwn(origin)) continue
      const kind = kindOf(sizes.get(origin))
      const others = free.get(kind)
      if (others === undefined) free.set(kind, [origin])
      else others.push(origin)
    }
    return { node, needs }
  })

  const last = new Map<string, number>()
  plan.forEach(({ node }, i) => {
    for (const name of [...readBy(node), ...node.output]) {
      if (isOwn(originOf(name))) last.set(originOf(name), i)
    }
  })
  const freed = new Map<number, string[]>()
  for (const [origin, i] of last) freed.set(i, [...(freed.get(i) ?? []), origin])
  return plan.map((each, i) => ({ ...each, frees: freed.get(i) ?? [] }))
}
