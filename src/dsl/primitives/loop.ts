/**
 * The loop of a `scan`. Its step is an expression over leaves of its own, which stand for the operands: `carry.0`, ...
 * for the state, `slice.0`, ... for the entries of the sequences at a step, `captured.0`, ... for tensors that are the
 * same at every step. So a step is closed: it can be compared, printed and computed without the graph around it.
 *
 * Nodes that differ only in what they give of the loop are results of one loop. It is run once for all of them.
 */
import type { Shape } from '../../shapes/dim.js'
import { sameShape } from '../../shapes/dim.js'
import type { Node, NodeOf } from './primitive.js'
import type { DType } from '../../values/value.js'

/** A result of a loop. */
export type Scan = NodeOf<'scan'>

/** A leaf of a step: its name, and the shape and element type that it has at every step. */
export interface StepLeaf {
  readonly name: string
  readonly shape: Shape
  readonly dtype: DType
}

/** The leaf that stands for each operand. */
export const stepLeaves = ({
  attributes: { carries, sequences },
  operands,
}: Pick<Scan, 'attributes' | 'operands'>): readonly StepLeaf[] =>
  operands.map(({ shape, dtype }, i) => {
    const slice = i - carries.length
    if (slice < 0) return { name: `carry.${i}`, shape, dtype }
    return slice < sequences
      ? { name: `slice.${slice}`, shape: shape.slice(1), dtype }
      : { name: `captured.${slice - sequences}`, shape, dtype }
  })

/** The expressions in a node's attributes: of a `scan` its step, of a `withGradient` its gradient; none of another node. */
export const stepRoots = (node: Node): readonly Node[] => {
  if (node.op === 'withGradient') return node.attributes.cotangents
  if (node.op !== 'scan') return []
  const { carries, result } = node.attributes
  return 'stacked' in result ? [...carries, result.stacked] : carries
}

/** The expressions that one step of a loop computes for these results: the next carries, then what is stacked. */
export const rootsOfStep = (results: readonly Scan[]): readonly Node[] => [
  ...(results[0]?.attributes.carries ?? []),
  ...stackedBy(results),
]

/** The expressions whose values at every step these results stack, each once. */
export const stackedBy = (results: readonly Scan[]): readonly Node[] => [
  ...new Set(results.flatMap(({ attributes: { result } }) => ('stacked' in result ? [result.stacked] : []))),
]

const keyOf = ({ attributes: { carries, length, sequences, reverse }, operands }: Scan): string =>
  [carries, operands].map((nodes) => nodes.map(({ id }) => id).join(',')).join('|') +
  `|${typeof length}${length}|${sequences}|${reverse}`

/** For each `scan` among nodes, all results of the same loop among them, in the same order. */
export const loopsAmong = (nodes: readonly Node[]): ReadonlyMap<Node, readonly Scan[]> => {
  const byKey = new Map<string, Scan[]>()
  const found = new Map<Node, readonly Scan[]>()
  for (const node of nodes) {
    if (node.op !== 'scan') continue
    const key = keyOf(node)
    const results = byKey.get(key) ?? []
    results.push(node)
    byKey.set(key, results)
    found.set(node, results)
  }
  return found
}

const withoutReshapes = (x: Node): Node =>
  x.op === 'reshape' || x.op === 'broadcastTo' ? withoutReshapes(x.operands[0]) : x

/**
 * The condition of a loop that is of use only while it holds: where it fails, each carry stays as it is, and it depends on
 * nothing else that changes. Once it holds nowhere, further steps change nothing. Undefined for other loops, and where steps
 * are stacked.
 */
export const conditionOf = (results: readonly Scan[]): Node | undefined => {
  const [loop] = results
  if (loop === undefined || loop.attributes.sequences > 0 || stackedBy(results).length > 0) return undefined
  const [condition, ...others] = loop.attributes.carries.map((next, i) => {
    const [choice, , before] = next.operands
    return next.op === 'where' &&
      before?.op === 'input' &&
      before.attributes.name === `carry.${i}` &&
      sameShape(before.shape, next.shape)
      ? choice && withoutReshapes(choice)
      : undefined
  })
  return others.every((other) => other === condition) ? condition : undefined
}

/** The position of the sequences that a step reads: the last one first if the loop runs in reverse. */
export const positionAt = (reverse: boolean, length: number, step: number): number =>
  reverse ? length - 1 - step : step
