/**
 * Whether the rows of a batch are computed independently: a static analysis of the program, which shows that row i of a
 * tensor depends on row i of the inputs, and neither on other rows nor on their number. Each primitive has a rule that
 * says where the rows of its result are. Where the analysis fails, it names the node that stops it.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Dim } from '../../shapes/dim.js'
import { addDims, divideDims, multiplyDims, productOfDims, showShape, symbolsOf } from '../../shapes/dim.js'
import * as b from '../builder.js'
import { dispatch } from '../node.js'
import { stepLeaves } from '../primitives/loop.js'
import type { Node, NodeOf, Op } from '../primitives/primitive.js'
import { topologicalOrder } from '../walk.js'
import { forElementwise } from '../primitives/elementwise-ops.js'

/**
 * Where the rows of a value are: along one axis, which holds `outer` blocks one after the other, each with `inner`
 * elements for each row.
 */
interface Layout {
  readonly axis: number
  readonly outer: Dim
  readonly inner: Dim
}

/** The layout of the rows; undefined for a value that no row influences. */
type Rows = Layout | undefined

type Outcome = E.Either<string, Rows>

interface Context {
  /** Where the operands have their rows. */
  readonly rows: readonly Rows[]
  /** Whether a dim depends on the number of rows. */
  readonly counts: (dim: Dim | undefined) => boolean
  /** The symbol that counts the rows. */
  readonly symbol: string
}

type Rule<K extends Op> = (node: NodeOf<K>, context: Context) => Outcome

const refuse = ({ op, shape }: Pick<Node, 'op' | 'shape'>, why: string): Outcome =>
  E.left(`${op} ${showShape(shape)} ${why}`)

const reads = (node: Pick<Node, 'op' | 'shape'>): Outcome => refuse(node, 'reads across rows')

const same = (a: Layout, b: Layout): boolean =>
  a.axis === b.axis && a.outer === b.outer && a.inner === b.inner

/** The one layout that all operands with rows share, given as axes of the result; else a refusal. */
const agree = (node: Node | NodeOf<Op>, all: readonly Rows[]): Outcome =>
  all.reduce<Outcome>(
    (sofar, rows) =>
      pipe(
        sofar,
        E.chain((known) =>
          known === undefined || rows === undefined || same(known, rows)
            ? E.right(known ?? rows)
            : refuse(node, 'pairs rows that lie in different places'),
        ),
      ),
    E.right(undefined),
  )

const shifted = (rows: Rows, by: number): Rows => rows && { ...rows, axis: rows.axis + by }

/** For elementwise primitives: operands are aligned at their last axes, as broadcasting does. */
const elementwise: Rule<Op> = (node, { rows }) =>
  agree(
    node,
    rows.map((each, i) => shifted(each, node.shape.length - (node.operands[i]?.shape.length ?? 0))),
  )

/** A value that no row influences. */
const uninfluenced = (): Outcome => E.right(undefined)

/** A layout after these axes of the operand are dropped. */
const dropping = (rows: Rows, axes: readonly number[]): Rows =>
  rows && { ...rows, axis: rows.axis - axes.filter((axis) => axis < rows.axis).length }

type Reduction = 'sum' | 'mean' | 'prod' | 'max' | 'logSumExp'

const reducing: Rule<Reduction> = (node, { rows: [rows], counts }) => {
  const { axes, keepDims } = node.attributes
  const [{ shape }] = node.operands
  if (axes.some((axis) => counts(shape[axis]))) return reads(node)
  return E.right(keepDims ? rows : dropping(rows, axes))
}

/** For primitives that read along one axis and keep it. */
const along: Rule<'softmax' | 'logSoftmax' | 'topK' | 'argSort' | 'cumsum' | 'cummax'> = (
  node,
  { rows: [rows], counts },
) => (counts(node.operands[0].shape[node.attributes.axis]) ? reads(node) : E.right(rows))

const unlessCounted: Rule<Op> = (node, { counts }) =>
  node.shape.some(counts) ? refuse(node, 'depends on how many rows there are') : uninfluenced()

const quotient = (a: Dim, b: Dim): Dim | undefined =>
  pipe(
    divideDims(a, b),
    E.getOrElseW(() => undefined),
  )

/** A reshape keeps rows apart if a row has as many elements before and after it as it had. */
const reshaped: Rule<'reshape'> = (node, { rows: [rows], counts }) => {
  if (rows === undefined) return uninfluenced()
  const from = node.operands[0].shape
  const before = multiplyDims(productOfDims(from.slice(0, rows.axis)), rows.outer)
  const after = multiplyDims(rows.inner, productOfDims(from.slice(rows.axis + 1)))
  const axis = node.shape.findIndex(counts)
  const outer = quotient(before, productOfDims(node.shape.slice(0, axis)))
  const inner = quotient(after, productOfDims(node.shape.slice(axis + 1)))
  return axis < 0 || outer === undefined || inner === undefined || counts(outer) || counts(inner)
    ? refuse(node, `of ${showShape(from)} does not keep rows apart`)
    : E.right({ axis, outer, inner })
}

const product: Rule<'matmul'> = (node, { rows: [left, right], counts }) => {
  const [a, b] = node.operands
  const rank = node.shape.length
  if (counts(a.shape.at(-1)) || counts(b.shape.at(-2))) return reads(node)
  return agree(node, [shifted(left, rank - a.shape.length), shifted(right, rank - b.shape.length)])
}

const joined: Rule<'concat'> = (node, { rows, counts }) => {
  const { axis } = node.attributes
  if (!counts(node.shape[axis])) return agree(node, rows)
  return rows.reduce<Outcome>(
    (sofar, next, i) =>
      pipe(
        sofar,
        E.chain((known) => {
          if (next === undefined || next.axis !== axis)
            return refuse(node, 'joins rows with a value that has none')
          if (i === 0) return E.right(next)
          return known?.inner === next.inner
            ? E.right({ ...next, outer: addDims(known.outer, next.outer) })
            : refuse(node, 'joins rows of different extents')
        }),
      ),
    E.right(undefined),
  )
}

const sliced: Rule<'slice'> = (node, { rows: [rows], counts, symbol }) => {
  const { axis, start, length } = node.attributes
  if (rows?.axis !== axis) return counts(length) || counts(start) ? reads(node) : E.right(rows)
  const block = multiplyDims(symbol, rows.inner)
  const outer = quotient(length, block)
  return outer === undefined || (start !== 0 && quotient(start, block) === undefined)
    ? refuse(node, 'takes some rows and not others')
    : E.right({ ...rows, outer })
}

const gathered: Rule<'gather'> = (node, { rows: [table, ids], counts }) => {
  const { axis } = node.attributes
  const [from, at] = node.operands
  if (counts(from.shape[axis])) return reads(node)
  const ofTable = table === undefined || table.axis < axis ? table : shifted(table, at.shape.length - 1)
  return agree(node, [ofTable, shifted(ids, axis)])
}

/** The layout of the updates in the result of `scatterAdd`, where the axes of the ids become one axis. */
const scattered = (
  { attributes, operands: [, ids] }: NodeOf<'scatterAdd' | 'scatterMax'>,
  rows: Rows,
): Rows => (rows === undefined || rows.axis < attributes.axis ? rows : shifted(rows, 1 - ids.shape.length))

const scatteredByRow: Rule<'scatterAdd' | 'scatterMax'> = (node, { rows, counts }) =>
  node.operands[1].shape.some(counts) || counts(node.attributes.size)
    ? reads(node)
    : E.right(scattered(node, rows[0]))

/** For primitives that read two operands of equal rank along one axis. */
const alongInPairs: Rule<'takeAlongAxis' | 'scatterAlongAxis' | 'linearRecurrence'> = (
  node,
  { rows, counts },
) => {
  const { axis } = node.attributes
  return [node, ...node.operands].some(({ shape }) => counts(shape[axis])) ? reads(node) : agree(node, rows)
}

/** The layout of a value from that of its entries along a new first axis, and back. */
const stackedRows = (rows: Rows): Rows => shifted(rows, 1)
const entryRows = (rows: Rows): Rows => shifted(rows, -1)

/**
 * A step is analysed with the rows of its leaves. A carry that starts without rows has those that a step gives it, so the
 * step is analysed again until nothing changes.
 */
const looped: Rule<'scan'> = (node, { rows, counts, symbol }) => {
  const { carries, sequences, length, result } = node.attributes
  const count = carries.length
  const read = rows.slice(count, count + sequences)
  if (counts(length) || read.some((each) => each?.axis === 0)) return reads(node)
  const leaves = stepLeaves(node).map(({ name, shape, dtype }) => b.input(name, shape, dtype))
  const roots = 'stacked' in result ? [...carries, result.stacked] : carries
  let before: readonly Rows[] = rows.slice(0, count)
  for (;;) {
    const given = [...before, ...read.map(entryRows), ...rows.slice(count + sequences)]
    const known = rowsWithin(roots, new Map(leaves.map((leaf, i) => [leaf, given[i]])), symbol)
    if (E.isLeft(known)) return known
    const after: Rows[] = []
    for (const [i, carry] of carries.entries()) {
      const agreed = agree(node, [before[i], known.right.get(carry)])
      if (E.isLeft(agreed)) return agreed
      after.push(agreed.right)
    }
    if (after.every((each, i) => each === before[i])) {
      return E.right('stacked' in result ? stackedRows(known.right.get(result.stacked)) : after[result.carry])
    }
    before = after
  }
}

/** For each primitive, where the rows of its result are. */
const rowRules: { readonly [K in Op]: Rule<K> } = {
  input: (node, { counts, symbol }) => {
    const counting = node.shape.filter(counts)
    if (counting.length === 0) return uninfluenced()
    return node.shape[0] === symbol && counting.length === 1
      ? E.right({ axis: 0, outer: 1, inner: 1 })
      : refuse(node, `'${node.attributes.name}' has its rows elsewhere than along its first axis`)
  },
  parameter: unlessCounted,
  constant: uninfluenced,
  literal: uninfluenced,
  iota: (node, { counts }) =>
    counts(node.shape[node.attributes.axis]) ? refuse(node, 'numbers the rows') : uninfluenced(),
  dimSize: (node, { counts }) =>
    counts(node.attributes.dim) ? refuse(node, 'depends on how many rows there are') : uninfluenced(),

  ...forElementwise(elementwise),
  withGradient: (_, { rows: [rows] }) => E.right(rows),
  scan: looped,
  broadcastTo: elementwise,

  matmul: product,
  transpose: ({ attributes: { permutation } }, { rows: [rows] }) =>
    E.right(rows && { ...rows, axis: permutation.indexOf(rows.axis) }),
  reshape: reshaped,
  concat: joined,
  slice: sliced,
  pad: (node, { rows: [rows], counts }) =>
    counts(node.shape[node.attributes.axis]) ? reads(node) : E.right(rows),

  gather: gathered,
  scatterAdd: scatteredByRow,
  scatterMax: scatteredByRow,
  takeAlongAxis: alongInPairs,
  scatterAlongAxis: alongInPairs,
  argMax: (node, { rows: [rows], counts }) =>
    counts(node.operands[0].shape[node.attributes.axis])
      ? reads(node)
      : E.right(dropping(rows, [node.attributes.axis])),
  topK: along,
  argSort: along,
  cumsum: along,
  cummax: along,
  linearRecurrence: alongInPairs,
  sum: reducing,
  mean: reducing,
  prod: reducing,
  max: reducing,
  logSumExp: reducing,
  softmax: along,
  logSoftmax: along,
  layerNorm: (node, context) =>
    context.counts(node.shape.at(-1)) ? reads(node) : elementwise(node, context),
  conv2d: (node, { rows: [images, kernels], counts }) =>
    kernels === undefined && !node.shape.slice(1).some(counts) ? E.right(images) : reads(node),

  randomBits: unlessCounted,
  randomUniform: unlessCounted,
  randomNormal: unlessCounted,
}

const rowsOf = (node: Node, known: ReadonlyMap<Node, Rows>, symbol: string): Outcome => {
  const counts = (dim: Dim | undefined): boolean => dim !== undefined && symbolsOf(dim).includes(symbol)
  if (node.shape.filter(counts).length > 1) return refuse(node, 'pairs rows with each other')
  return dispatch(rowRules, node, {
    rows: node.operands.map((operand) => known.get(operand)),
    counts,
    symbol,
  })
}

/** Where all nodes that the roots depend on have their rows, from those of some of them. */
const rowsWithin = (
  roots: readonly Node[],
  given: ReadonlyMap<Node, Rows>,
  symbol: string,
): E.Either<string, ReadonlyMap<Node, Rows>> => {
  const known = new Map(given)
  for (const node of topologicalOrder(roots)) {
    if (known.has(node)) continue
    const rows = rowsOf(node, known, symbol)
    if (E.isLeft(rows)) return rows
    known.set(node, rows.right)
  }
  return E.right(known)
}

const isRowByRow = (rows: Rows): boolean =>
  rows === undefined || (rows.axis === 0 && rows.outer === 1 && rows.inner === 1)

/**
 * Why the rows of tensors, along a first axis that a symbol counts, cannot be shown to be independent; undefined where
 * each is shown to depend on the same row of the inputs alone.
 *
 * @example
 * dependentRows([mean(input('x', ['B', 3]), 0).node], 'B') // "mean [3] reads across rows"
 */
export const dependentRows = (tensors: readonly Node[], symbol: string): string | undefined => {
  const known = rowsWithin(tensors, new Map(), symbol)
  if (E.isLeft(known)) return known.left
  const moved = tensors.find((tensor) => !isRowByRow(known.right.get(tensor)))
  return moved && `${moved.op} ${showShape(moved.shape)} has its rows elsewhere than along its first axis`
}
