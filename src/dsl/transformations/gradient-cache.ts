/**
 * Gradients of a loss that couples all rows of a batch, computed from a few rows at a time (Gao, Zhang, Han & Callan
 * 2021, "Scaling deep contrastive learning batch size under memory limited setup", RepL4NLP, sec. 3.2): one
 * differentiation, cut in two at the representations of the rows.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../builder.js'
import type { Fault } from '../fault.js'
import { dependentRows } from './independent-rows.js'
import type { Node } from '../primitives/primitive.js'
import type { Program } from '../program.js'
import { programOfNodes } from '../program.js'
import { namedGradients } from './reverse-mode.js'
import { substitute } from './substitute.js'
import { topologicalOrder } from '../walk.js'

type Named = Readonly<Record<string, Node>>

/** Names of the i-th representation, of its cotangent and of a leaf's gradient in the three programs. */
export const cacheNames = {
  representation: (i: number): string => `representation/${i}`,
  cotangent: (i: number): string => `cotangent/${i}`,
  gradient: (leaf: string): string => `gradient/${leaf}`,
} as const

/**
 * Three programs that together are a loss and its gradient. The first and the last are run on some rows of the batch at a
 * time; what is live in them grows with these rows alone.
 */
export interface GradientCache {
  /** Some rows to their representations. */
  readonly forward: Program
  /** All rows and all representations to what is reported, the cotangents, and a first part of each gradient. */
  readonly loss: Program
  /** Some rows, their cotangents and the gradients so far to the gradients with these rows' part added. */
  readonly vjp: Program
}

/** What is differentiated, and where it is cut. */
interface CachedGradient {
  readonly loss: Node
  /** Further outputs. */
  readonly report: Named
  /** The leaves with respect to which the loss is differentiated. */
  readonly leaves: Named
  /** Tensors of which row i, along the first axis, depends on row i of the inputs alone. */
  readonly representations: readonly Node[]
  /** The symbol of the rows. */
  readonly rows: string
}

/** The leaves that nodes depend on. */
const reached = (leaves: Named, nodes: readonly Node[]): Named => {
  const order = new Set(topologicalOrder(nodes))
  return Object.fromEntries(Object.entries(leaves).filter(([, leaf]) => order.has(leaf)))
}

const prefixed = (of: Named): Named =>
  Object.fromEntries(Object.entries(of).map(([name, node]) => [cacheNames.gradient(name), node]))

const numbered = (nameOf: (i: number) => string, nodes: readonly Node[]): Named =>
  Object.fromEntries(nodes.map((node, i) => [nameOf(i), node]))

/** Representations along the rows as an input each. */
const asInputs = (nameOf: (i: number) => string, nodes: readonly Node[]): readonly Node[] =>
  nodes.map(({ shape }, i) => b.input(nameOf(i), shape))

/** Loss and report of all rows, the representations given, and their gradients with respect to these and to the leaves. */
const lossAndCotangents = ({ loss, report, leaves, representations }: CachedGradient): Named => {
  const given = asInputs(cacheNames.representation, representations)
  const replacements = new Map(representations.map((node, i) => [node, given[i] ?? node]))
  const [total = loss, ...reported] = substitute([loss, ...Object.values(report)], replacements)
  return {
    ...Object.fromEntries(Object.keys(report).map((name, i) => [name, reported[i] ?? total])),
    ...namedGradients(total, { ...numbered(cacheNames.cotangent, given), ...prefixed(leaves) }),
  }
}

/** Each gradient so far, and what the cotangents of some rows add to it: the transposed Jacobian times cotangents. */
const vectorJacobianProducts = ({ leaves, representations }: CachedGradient): Named => {
  const cotangents = asInputs(cacheNames.cotangent, representations)
  const products = representations.map((node, i) =>
    b.sum(
      b.mul(node, cotangents[i] ?? node),
      node.shape.map((_, axis) => axis),
    ),
  )
  const own = namedGradients(products.reduce(b.add), reached(leaves, representations))
  return Object.fromEntries(
    Object.entries(own).map(([name, gradient]) => [
      cacheNames.gradient(name),
      b.add(b.input(cacheNames.gradient(name), gradient.shape), gradient),
    ]),
  )
}

const refused = (message: string): E.Either<Fault, never> =>
  E.left({
    tag: 'ProgramFault',
    message,
    advice: 'cut where every row of the batch is still computed by itself',
  })

const check = ({ representations, rows }: CachedGradient): E.Either<Fault, void> => {
  if (representations.length === 0) return refused('there is no representation to cut at')
  const misshapen = representations.find(({ shape, dtype }) => shape[0] !== rows || dtype !== 'f32')
  if (misshapen !== undefined) {
    return refused(
      `a representation is ${misshapen.dtype} [${misshapen.shape.join(',')}], not rows of '${rows}'`,
    )
  }
  const mixed = dependentRows(representations, rows)
  return mixed === undefined ? E.right(undefined) : refused(mixed)
}

/**
 * Cuts the gradient of a loss at representations.
 *
 * With the rows of the batch in parts, in any way: `forward` on each part gives the representations of all rows;
 * `loss` on them, once, gives the loss and the cotangents; `vjp` on each part in turn, from the gradients that
 * `loss` gave, ends in the gradient of the whole. It equals that of `gradients` up to the order in which floats are added
 * up. Every representation is computed twice: half as much again for a backward pass that costs as much as the forward
 * one.
 *
 * Fails with `ProgramFault` where a representation has no rows of the symbol, or where rows are seen to depend on each
 * other.
 */
export const gradientCache = (of: CachedGradient): E.Either<Fault, GradientCache> =>
  pipe(
    E.Do,
    E.tap(() => check(of)),
    E.bind('forward', () => programOfNodes(numbered(cacheNames.representation, of.representations))),
    E.bind('loss', () => programOfNodes(lossAndCotangents(of))),
    E.bind('vjp', () => programOfNodes(vectorJacobianProducts(of))),
  )
