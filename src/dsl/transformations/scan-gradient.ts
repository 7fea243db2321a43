/**
 * Reverse mode through a loop: one loop forwards, which also stacks the carries before each step, and one loop backwards,
 * whose step is the vector-Jacobian product of the step. The carries of the backward loop are the cotangents of the
 * carries, and the sums of the cotangents of what the step captures. It is a loop like any other, so it can be
 * differentiated again.
 */
import * as b from '../builder.js'
import { node, placeholder } from '../node.js'
import type { Scan } from '../primitives/loop.js'
import { rootsOfStep, stackedBy, stepLeaves } from '../primitives/loop.js'
import type { Node } from '../primitives/primitive.js'
import { topologicalOrder } from '../walk.js'
import { closeLoop } from './close-loop.js'
import { substituteNodes } from './substitute.js'

/** A node and its cotangent. */
export type Seed = readonly [node: Node, cotangent: Node]

/** What the gradient of a loop needs of reverse mode. */
export interface Differentiation {
  /** Cotangents of nodes from those of the seeds; undefined where a node has no influence. */
  readonly pullBack: (seeds: readonly Seed[], wrt: readonly Node[]) => readonly (Node | undefined)[]
  /** Nodes of an order that depend differentiably on some nodes. */
  readonly dependents: (order: readonly Node[], wrt: readonly Node[]) => ReadonlySet<Node>
}

/** The step of a loop over placeholders, one for each operand. */
interface OpenStep {
  readonly leaves: readonly Node[]
  /** The leaves of the step as the loop has them. */
  readonly closed: readonly Node[]
  readonly carries: readonly Node[]
  readonly stacked: ReadonlyMap<Node, Node>
}

const openStep = (loop: Scan, results: readonly Scan[]): OpenStep => {
  const known = stepLeaves(loop)
  const closed = known.map(({ name, shape, dtype }) => b.input(name, shape, dtype))
  const leaves = known.map(({ name, shape, dtype }) => placeholder(name, shape, dtype))
  const count = loop.attributes.carries.length
  const replacements = new Map(closed.map((leaf, i) => [leaf, leaves[i] ?? leaf]))
  const opened = substituteNodes(rootsOfStep(results), replacements)
  const kept = stackedBy(results)
  return {
    leaves,
    closed,
    carries: opened.slice(0, count),
    stacked: new Map(kept.map((of, i) => [of, opened[count + i] ?? of])),
  }
}

/** The leaves on whose operands a gradient is wanted, and the carries that these influence, at whatever step. */
const activeLeaves = (
  { leaves, carries }: OpenStep,
  wanted: readonly boolean[],
  { dependents }: Differentiation,
): readonly boolean[] => {
  const order = topologicalOrder(carries)
  let active = wanted
  for (;;) {
    const known = active
    const reached = dependents(
      order,
      leaves.filter((_, i) => known[i] === true),
    )
    const next = known.map((is, i) => {
      const carry = carries[i]
      return is || (carry !== undefined && reached.has(carry))
    })
    if (next.every((is, i) => is === known[i])) return next
    active = next
  }
}

/**
 * The cotangent of each operand of a loop, from those of its results; undefined where none is wanted or the loop does not
 * depend on the operand. Memory: the carries before each step are kept, and the step is computed again from them.
 */
export const scanCotangents = (
  results: readonly Scan[],
  cotangentOf: (result: Node) => Node | undefined,
  wanted: (operand: Node) => boolean,
  differentiation: Differentiation,
): readonly (Node | undefined)[] => {
  const [loop] = results
  if (loop === undefined) return []
  const { operands, attributes } = loop
  const { length, reverse, sequences, carries } = attributes
  const step = openStep(loop, results)
  const active = activeLeaves(
    step,
    operands.map((operand) => operand.dtype === 'f32' && wanted(operand)),
    differentiation,
  )
  const count = carries.length
  const places = operands.map((_, i) => i).filter((i) => active[i] === true)
  const carryPlaces = places.filter((i) => i < count)
  const sequencePlaces = places.filter((i) => i >= count && i < count + sequences)
  const capturedPlaces = places.filter((i) => i >= count + sequences)
  const leaf = (i: number): Node => step.leaves[i] ?? loop
  const operand = (i: number): Node => operands[i] ?? loop

  // Cotangents of what a step gives: of a carry, a carry of the backward loop; of what is stacked, a sequence of it.
  const ofCarry = new Map(carryPlaces.map((i) => [i, unknownLike('cotangent', leaf(i))]))
  const ofStacked = results.flatMap((result) => {
    const { result: kept } = result.attributes
    const cotangent = cotangentOf(result)
    const opened = 'stacked' in kept ? step.stacked.get(kept.stacked) : undefined
    return opened === undefined || cotangent === undefined
      ? []
      : [{ leaf: unknownLike('cotangent', opened), of: cotangent, opened }]
  })
  const seeds = [
    ...[...ofCarry].map(([i, cotangent]): Seed => [step.carries[i] ?? loop, cotangent]),
    ...ofStacked.map(({ opened, leaf: cotangent }): Seed => [opened, cotangent]),
  ]
  const pulled = differentiation.pullBack(seeds, places.map(leaf))
  // What a step captures is the same at every step, so it is captured again.
  const kept = new Map(
    operands.flatMap((of, i): readonly [Node, Node][] => (i < count + sequences ? [] : [[leaf(i), of]])),
  )
  const cotangents = new Map(
    places.flatMap((i, at): readonly [number, Node][] => {
      const cotangent = pulled[at]
      const [outside] = cotangent === undefined ? [] : substituteNodes([cotangent], kept)
      return outside === undefined ? [] : [[i, outside]]
    }),
  )
  const zerosAt = (i: number): Node => b.zerosLike(operand(i))
  const finalCotangent = (i: number): Node => {
    const result = results.find(({ attributes: { result: of } }) => 'carry' in of && of.carry === i)
    return (result && cotangentOf(result)) ?? zerosAt(i)
  }
  const summed = capturedPlaces.filter((i) => cotangents.has(i))
  const read = sequencePlaces.filter((i) => cotangents.has(i))
  const stackedCarry = (i: number): Node =>
    node('scan', { ...attributes, result: { stacked: step.closed[i] ?? loop } }, operands)
  const backward = closeLoop({
    carries: [
      ...[...ofCarry].map(([i, cotangent]) => ({
        leaf: cotangent,
        initial: finalCotangent(i),
        next: cotangents.get(i) ?? zerosAt(i),
      })),
      ...summed.map((i) => {
        const sofar = unknownLike('sum', operand(i))
        return { leaf: sofar, initial: zerosAt(i), next: b.add(sofar, cotangents.get(i) ?? zerosAt(i)) }
      }),
    ],
    sequences: [
      ...ofStacked,
      ...step.leaves
        .slice(0, count + sequences)
        .map((of, i) => ({ leaf: of, of: i < count ? stackedCarry(i) : operand(i) })),
    ],
    stacked: read.map((i) => cotangents.get(i) ?? zerosAt(i)),
    length,
    reverse: !reverse,
  })
  const found = new Map([
    ...[...carryPlaces, ...summed].map((i, at) => [i, backward.carries[at]] as const),
    ...read.map((i, at) => [i, backward.stacked[at]] as const),
  ])
  return operands.map((_, i) => found.get(i))
}

/** A placeholder for a value of the shape of another node. */
const unknownLike = (name: string, { shape, dtype }: Node): Node => placeholder(name, shape, dtype)
