/**
 * Loop-invariant code motion: what of a program is the same for every batch is computed by a program of its own, once, and is an
 * input of the program that runs for each batch.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { symbolsOf } from '../../shapes/dim.js'
import type { Dim } from '../../shapes/dim.js'
import * as b from '../builder.js'
import type { Fault } from '../fault.js'
import type { Node, Op } from '../primitives/primitive.js'
import type { Program } from '../program.js'
import { programOfNodes } from '../program.js'
import * as R from '../../values/record.js'
import { topologicalOrder } from '../walk.js'
import { substituteNodes } from './substitute.js'

/** A program in two parts. An output of `once` is an input of `each`, by its name. */
export interface SplitProgram<O extends string> {
  readonly once: Program
  readonly each: Program<string, O>
}

/** Primitives that are worth a program of their own: all others cost no more than to read their result. */
const costly: ReadonlySet<Op> = new Set<Op>(['matmul', 'conv2d', 'scan'])

/** Primitives that only move numbers: done for each batch, as they were, so that their results take no memory. */
const moving: ReadonlySet<Op> = new Set<Op>(['transpose', 'reshape', 'broadcastTo', 'slice', 'concat', 'pad'])

/** Which nodes depend on the rows that a symbol counts, and which cost something. */
const marked = (order: readonly Node[], symbol: string) => {
  const counts = (dim: Dim): boolean => symbolsOf(dim).includes(symbol)
  const [varying, expensive] = [new Set<Node>(), new Set<Node>()]
  for (const node of order) {
    const own = node.shape.some(counts) || (node.op === 'dimSize' && counts(node.attributes.dim))
    if (own || node.operands.some((operand) => varying.has(operand))) varying.add(node)
    if (costly.has(node.op) || node.operands.some((operand) => expensive.has(operand))) expensive.add(node)
  }
  return { varying, expensive }
}

/** The nodes that are computed once: costly ones that no row changes, where the others read them. */
const boundaryOf = (of: Program, symbol: string): readonly Node[] => {
  const roots = Object.values<Node>(of.outputs)
  const order = topologicalOrder(roots)
  const { varying, expensive } = marked(order, symbol)
  const boundary = new Set<Node>()
  // Operands come first in the order: what reads a node is looked at before the node.
  const read = new Set<Node>(roots)
  for (const node of order.toReversed()) {
    if (!read.has(node)) continue
    if (varying.has(node) || (moving.has(node.op) && expensive.has(node))) {
      for (const operand of node.operands) read.add(operand)
    } else if (expensive.has(node)) boundary.add(node)
  }
  return [...boundary].toReversed()
}

/**
 * A program in two: what costs something and does not depend on the rows that `symbol` counts, and the rest. Undefined where all that
 * costs something depends on them. Both compute the same operations as before, so that the results are the same.
 *
 * Fails as `program` does.
 *
 * @example
 * const texts = matmul(input('tokens', ['K', 8]), parameter('projection', [8, 4]))
 * const logits = matmul(input('images', ['B', 4]), transpose(texts, [1, 0]))
 * pipe(
 *   programOfNodes({ logits: logits.node }),
 *   E.chain((of) => splitInvariant(of, 'B')),
 * ) // right: once: tokens to 'invariant.0' [K, 4]; each: images and 'invariant.0' to logits [B, K]
 */
export const splitInvariant = <O extends string>(
  of: Program<string, O>,
  symbol: string,
): E.Either<Fault, SplitProgram<O> | undefined> => {
  const boundary = boundaryOf(of, symbol)
  if (boundary.length === 0) return E.right(undefined)
  const named = boundary.map((node, i) => [`invariant.${i}`, node] as const)
  const inputs = new Map(named.map(([name, node]) => [node, b.input(name, node.shape, node.dtype)]))
  return pipe(
    E.Do,
    E.apS('once', programOfNodes(Object.fromEntries(named))),
    E.apS(
      'each',
      programOfNodes(R.map((output: Node) => substituteNodes([output], inputs)[0] ?? output)(of.outputs)),
    ),
  )
}
