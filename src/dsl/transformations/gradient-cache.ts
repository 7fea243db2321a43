/**
 * Gradients of a loss that couples all rows of a batch, computed for a few rows at a time (Gao, Zhang, Han & Callan
 * 2021, "Scaling deep contrastive learning batch size under memory limited setup", RepL4NLP, sec. 3.2): reverse mode,
 * split in two at the representations of the rows.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../builder.js'
import { showShape } from '../../shapes/dim.js'
import type { Fault } from '../fault.js'
import { dependentRows } from './independent-rows.js'
import type { Node } from '../primitives/primitive.js'
import type { Program } from '../program.js'
import { programOfNodes } from '../program.js'
import { namedGradients } from './reverse-mode.js'
import { substituteNodes } from './substitute.js'
import { topologicalOrder } from '../walk.js'

type Named = Readonly<Record<string, Node>>

/** The names that the three programs give to the i-th representation, to its cotangent and to the gradient of a leaf. */
export const cacheNames = {
  representation: (i: number): string => `representation/${i}`,
  cotangent: (i: number): string => `cotangent/${i}`,
  gradient: (leaf: string): string => `gradient/${leaf}`,
} as const

/**
 * Three programs that together compute a loss and its gradient. `forward` and `vjp` are run on a part of the batch at a
 * time, so their memory grows with the size of the part, not of the batch.
 */
export interface GradientCache {
  /** From some rows to their representations. */
  readonly forward: Program
  /** From all rows and their representations to the report, the cotangents, and a first part of each gradient. */
  readonly loss: Program
  /** The vector-Jacobian product: adds the part of some rows, given their cotangents, to the gradients so far. */
  readonly vjp: Program
}

/** What is differentiated, and at which tensors the computation is split. */
interface CachedGradient {
  readonly loss: Node
  /** Further outputs of the loss program. */
  readonly report: Named
  /** The leaves with respect to which the loss is differentiated. */
  readonly leaves: Named
  /** Tensors whose row i, along the first axis, depends on row i of the inputs alone. */
  readonly representations: readonly Node[]
  /** The symbol that counts the rows: the first dim of every representation. */
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

/** An input for each of these nodes, of its shape. */
const asInputs = (nameOf: (i: number) => string, nodes: readonly Node[]): readonly Node[] =>
  nodes.map(({ shape }, i) => b.input(nameOf(i), shape))

/** The loss and the report from given representations, and the gradients of the loss by these and by the leaves. */
const lossAndCotangents = ({ loss, report, leaves, representations }: CachedGradient): Named => {
  const given = asInputs(cacheNames.representation, representations)
  const replacements = new Map(representations.map((node, i) => [node, given[i] ?? node]))
  const [total = loss, ...reported] = substituteNodes([loss, ...Object.values(report)], replacements)
  return {
    ...Object.fromEntries(Object.keys(report).map((name, i) => [name, reported[i] ?? total])),
    ...namedGradients(total, { ...numbered(cacheNames.cotangent, given), ...prefixed(leaves) }),
  }
}

/** Each gradient so far plus the vector-Jacobian product of some rows: Jᵀ times the cotangents of their representations. */
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
    advice: 'split where each row still depends on its own inputs alone',
  })

const check = ({ representations, rows }: CachedGradient): E.Either<Fault, void> => {
  if (representations.length === 0) return refused('there is no representation at which to split')
  const misshapen = representations.find(({ shape, dtype }) => shape[0] !== rows || dtype !== 'f32')
  if (misshapen !== undefined) {
    return refused(
      `a representation is ${misshapen.dtype} ${showShape(misshapen.shape)}, not f32 with '${rows}' as its first dim`,
    )
  }
  const mixed = dependentRows(representations, rows)
  return mixed === undefined ? E.right(undefined) : refused(mixed)
}

/**
 * Splits the gradient of a loss at representations.
 *
 * The rows of the batch may be divided into parts in any way. `forward`, run on each part, gives all representations;
 * `loss`, run once on them, gives the loss and their cotangents; `vjp`, run on each part in turn, starting from the
 * gradients that `loss` gave, ends in the gradients of the whole batch. They equal those of `gradients` up to the order
 * in which floats are added. Every representation is computed twice.
 *
 * Fails with `ProgramFault` where a representation is not f32 with the symbol as its first dim, or where its rows cannot
 * be shown to be independent.
 */
export const gradientCache = (of: CachedGradient): E.Either<Fault, GradientCache> =>
  pipe(
    E.Do,
    E.tap(() => check(of)),
    E.bind('forward', () => programOfNodes(numbered(cacheNames.representation, of.representations))),
    E.bind('loss', () => programOfNodes(lossAndCotangents(of))),
    E.bind('vjp', () => programOfNodes(vectorJacobianProducts(of))),
  )
