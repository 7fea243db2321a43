/** The bytes that runs of a graph take in ONNX Runtime for the values that it computes. */
import type { GraphProto, NodeProto } from '../model-proto.js'
import { depthFirst } from '../lowering/node-order.js'
import type { Arena, Chunk } from './arena.js'
import { emptyArena } from './arena.js'
import type { NodeMemory } from './buffers.js'
import { bufferPlan } from './buffers.js'
import { temporaries } from './kernel-memory.js'
import type { ValueSize } from './value-sizes.js'
import { bodyOf, bytesOfValue, declaredSize, valueSizes } from './value-sizes.js'

/** A graph whose memory is planned. */
interface PlannedGraph {
  readonly plan: readonly NodeMemory[]
  readonly sizes: ReadonlyMap<string, ValueSize>
  /** The graphs of its loops. */
  readonly bodies: ReadonlyMap<NodeProto, PlannedGraph>
  /** Bytes of the outputs, in a loop those of the carries and of one stacked element. */
  readonly outputs: readonly number[]
}

const planned = (graph: Omit<GraphProto, 'name'>, outer: ReadonlyMap<string, ValueSize>): PlannedGraph => {
  const order = depthFirst(graph.node)
  const given = new Map([...outer, ...graph.input.map((edge) => [edge.name, declaredSize(edge)] as const)])
  const sizes = valueSizes({ node: order, initializer: graph.initializer }, given)
  return {
    sizes,
    plan: bufferPlan(order, new Set(graph.output.map(({ name }) => name)), sizes),
    bodies: new Map(
      order.flatMap((node) => {
        const body = bodyOf(node)
        return body === undefined ? [] : [[node, planned(body, sizes)] as const]
      }),
    ),
    outputs: graph.output.map((edge) => bytesOfValue(declaredSize(edge))),
  }
}

/** One run, its allocations in their order. */
const run = ({ plan, sizes, bodies }: PlannedGraph, arena: Arena): void => {
  const held = new Map<string, Chunk>()
  const bytesOf = (name: string): number => {
    const size = sizes.get(name)
    return size === undefined ? 0 : bytesOfValue(size)
  }
  for (const { node, needs, frees } of plan) {
    const result = sizes.get(node.output[0] ?? '')
    const operands = node.input.flatMap((name) => sizes.get(name) ?? [])
    const before = result === undefined ? [] : temporaries(node, operands, result).map(arena.allocate)
    for (const name of needs) if (bytesOf(name) > 0) held.set(name, arena.allocate(bytesOf(name)))
    const body = bodies.get(node)
    if (body !== undefined) {
      const states = body.outputs.map(arena.allocate)
      run(body, arena)
      states.forEach(arena.release)
    }
    before.forEach(arena.release)
    for (const name of frees) {
      const chunk = held.get(name)
      if (chunk !== undefined) arena.release(chunk)
    }
  }
}

/** Runs after the first find the arena as the run before left it, and may take some more. */
const runs = 3

/** What the arena of ONNX Runtime has taken after some runs of a graph, in bytes: what was written to, and the regions that it is in. */
export const runMemory = (
  graph: Omit<GraphProto, 'name'>,
): { readonly touched: number; readonly regions: readonly number[] } => {
  const whole = planned(graph, new Map())
  const arena = emptyArena()
  for (let i = 0; i < runs; i += 1) run(whole, arena)
  return { touched: arena.touched(), regions: arena.regions() }
}
