/**
 * Makes the results of a loop from a step that is written over placeholders and may use any tensor around it. What the
 * step uses from around it is captured: the largest expressions that depend on no placeholder are operands of the loop,
 * and are computed once.
 */
import * as b from '../builder.js'
import type { Dim } from '../../shapes/dim.js'
import { node } from '../node.js'
import { stepLeaves } from '../primitives/loop.js'
import type { Loop, Node, Op } from '../primitives/primitive.js'
import { smallest } from '../../values/extremes.js'
import { depthFirst } from '../walk.js'

/** A state: the placeholder for its value before a step, its value before the first, and its value after a step. */
export interface OpenCarry {
  readonly leaf: Node
  readonly initial: Node
  readonly next: Node
}

/** A sequence along its first axis, and the placeholder for its entry at a step. */
export interface OpenSequence {
  readonly leaf: Node
  readonly of: Node
}

/** A loop whose step is written over placeholders. */
export interface OpenLoop {
  readonly carries: readonly OpenCarry[]
  readonly sequences: readonly OpenSequence[]
  /** Expressions whose value at each step is kept. */
  readonly stacked: readonly Node[]
  readonly length: Dim
  readonly reverse: boolean
}

/** The results of a loop: the final carries, and the stacked values, [length, ...]. */
export interface LoopResults {
  readonly carries: readonly Node[]
  readonly stacked: readonly Node[]
}

/** Leaves that a step has itself: captured, they would take memory and save nothing. */
const inPlace: ReadonlySet<Op> = new Set(['constant', 'literal', 'iota', 'dimSize'])

/**
 * The nodes between the roots and the placeholders, operands first, and those next to them. A placeholder is newer than
 * all that does not depend on it, so older nodes are not looked at.
 */
const stepNodes = (
  roots: readonly Node[],
  leaves: readonly Node[],
): { readonly dependent: readonly Node[]; readonly others: readonly Node[] } => {
  const oldest = smallest(leaves.map(({ id }) => id))
  const order = depthFirst(roots, ({ id, operands }) => (id >= oldest ? operands : []))
  const dependent = new Set<Node>(leaves)
  for (const each of order) if (each.operands.some((operand) => dependent.has(operand))) dependent.add(each)
  const used = new Set([...roots, ...order.filter((each) => dependent.has(each)).flatMap(operandsOf)])
  return {
    dependent: order.filter((each) => dependent.has(each)),
    others: order.filter((each) => used.has(each) && !dependent.has(each)),
  }
}

const operandsOf = ({ operands }: Node): readonly Node[] => operands

/** Expressions over placeholders, and what they take from around them. */
interface Closure {
  /** The nodes that depend on the placeholders, operands first. */
  readonly dependent: readonly Node[]
  /** The largest expressions that depend on none. */
  readonly captured: readonly Node[]
  /** The expressions with other leaves in place of the placeholders and of what is captured. */
  readonly over: (leaves: ReadonlyMap<Node, Node>) => readonly Node[]
}

export const closureOf = (roots: readonly Node[], placeholders: readonly Node[]): Closure => {
  const { dependent, others } = stepNodes(roots, placeholders)
  return {
    dependent,
    captured: others.filter(({ op }) => !inPlace.has(op)),
    over: (leaves) => {
      const replaced = new Map(leaves)
      const now = (of: Node): Node => replaced.get(of) ?? of
      for (const each of dependent) {
        if (!replaced.has(each)) replaced.set(each, b.withOperands(each, each.operands.map(now)))
      }
      return roots.map(now)
    },
  }
}

/** The results of a loop. A sequence whose placeholder is not used is left out. */
export const closeLoop = ({ carries, sequences, stacked, length, reverse }: OpenLoop): LoopResults => {
  const roots = [...carries.map(({ next }) => next), ...stacked]
  const { dependent, captured, over } = closureOf(
    roots,
    [...carries, ...sequences].map(({ leaf }) => leaf),
  )
  const read = sequences.filter(({ leaf }) => dependent.includes(leaf))
  const operands = [...carries.map(({ initial }) => initial), ...read.map(({ of }) => of), ...captured]
  const replaced = new Map<Node, Node>()
  const leaves = [...carries.map(({ leaf }) => leaf), ...read.map(({ leaf }) => leaf), ...captured]
  const shared = { carries: roots.slice(0, carries.length), length, sequences: read.length, reverse }
  stepLeaves({ attributes: { ...shared, result: { carry: 0 } }, operands }).forEach((known, i) => {
    const leaf = leaves[i]
    if (leaf !== undefined) replaced.set(leaf, b.input(known.name, known.shape, known.dtype))
  })
  const closed = over(replaced)
  const resultOf = (result: Loop['result']): Node =>
    node('scan', { ...shared, carries: closed.slice(0, carries.length), result }, operands)
  return {
    carries: carries.map((_, carry) => resultOf({ carry })),
    stacked: closed.slice(carries.length).map((of) => resultOf({ stacked: of })),
  }
}
