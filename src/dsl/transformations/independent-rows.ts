/**
 * Whether the rows of a batch are computed by themselves: a proof from the program that row i of a tensor depends on row
 * i of the inputs and on no other, nor on how many there are. Where it finds none, it says what stands in its way.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Dim } from '../dim.js'
import { addDims, divideDims, multiplyDims, productOfDims, symbolsOf } from '../dim.js'
import { dispatch } from '../node.js'
import type { Node, NodeOf, Op } from '../primitives/primitive.js'
import { topologicalOrder } from '../walk.js'

/** Where the rows are: along one axis, of `outer` blocks with `inner` elements for each row in each of them. */
interface Layout {
  readonly axis: number
  readonly outer: Dim
  readonly inner: Dim
}

/** A layout, or nothing where the value is the same whatever the rows hold. */
type Rows = Layout | undefined

type Outcome = E.Either<string, Rows>

interface Context {
  /** Where the operands have their rows. */
  readonly rows: readonly Rows[]
  /** Whether a dim counts rows. */
  readonly counts: (dim: Dim | undefined) => boolean
  /** The symbol of the rows. */
  readonly symbol: string
}

type Rule<K extends Op> = (node: NodeOf<K>, context: Context) => Outcome

const refuse = ({ op, shape }: Pick<Node, 'op' | 'shape'>, why: string): Outcome =>
  E.left(`${op} [${shape.join(',')}] ${why}`)

const reads = (node: Pick<Node, 'op' | 'shape'>): Outcome => refuse(node, 'reads across rows')

const same = (a: Layout, b: Layout): boolean =>
  a.axis === b.axis && a.outer === b.outer && a.inner === b.inner

/** The layouts of operands, their axes being those of the result: one layout, if they have any. */
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

/** Operands whose shapes are aligned at their ends. */
const aligned: Rule<Op> = (node, { rows }) =>
  agree(
    node,
    rows.map((each, i) => shifted(each, node.shape.length - (node.operands[i]?.shape.length ?? 0))),
  )

/** What is the same for all rows, if it is of any shape. */
const alike = (): Outcome => E.right(undefined)

/** The operand's layout after the axes before it that are dropped. */
const dropping = (rows: Rows, axes: readonly number[]): Rows =>
  rows && { ...rows, axis: rows.axis - axes.filter((axis) => axis < rows.axis).length }

type Reduction = 'sum' | 'mean' | 'max' | 'logSumExp'

const reducing: Rule<Reduction> = (node, { rows: [rows], counts }) => {
  const { axes, keepDims } = node.attributes
  const [{ shape }] = node.operands
  if (axes.some((axis) => counts(shape[axis]))) return reads(node)
  return E.right(keepDims ? rows : dropping(rows, axes))
}

/** Reads along one axis, which stays. */
const along: Rule<'softmax' | 'logSoftmax' | 'topK'> = (node, { rows: [rows], counts }) =>
  counts(node.operands[0].shape[node.attributes.axis]) ? reads(node) : E.right(rows)

const unlessCounted: Rule<Op> = (node, { counts }) =>
  node.shape.some(counts) ? refuse(node, 'depends on how many rows there are') : alike()

const quotient = (a: Dim, b: Dim): Dim | undefined =>
  pipe(
    divideDims(a, b),
    E.getOrElseW(() => undefined),
  )

/** The same elements in another shape: as many before and after each row as there were. */
const reshaped: Rule<'reshape'> = (node, { rows: [rows], counts }) => {
  if (rows === undefined) return alike()
  const from = node.operands[0].shape
  const before = multiplyDims(productOfDims(from.slice(0, rows.axis)), rows.outer)
  const after = multiplyDims(rows.inner, productOfDims(from.slice(rows.axis + 1)))
  const axis = node.shape.findIndex(counts)
  const outer = quotient(before, productOfDims(node.shape.slice(0, axis)))
  const inner = quotient(after, productOfDims(node.shape.slice(axis + 1)))
  return axis < 0 || outer === undefined || inner === undefined || counts(outer) || counts(inner)
    ? refuse(node, `of [${from.join(',')}] does not keep rows apart`)
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
          if (next === undefined || next.axis !== axis) return refuse(node, 'puts rows beside what has none')
          if (i === 0) return E.right(next)
          return known?.inner === next.inner
            ? E.right({ ...next, outer: addDims(known.outer, next.outer) })
            : refuse(node, 'joins rows of different extents')
        }),
      ),
    E.right(undefined),
  )
}

const part: Rule<'slice'> = (node, { rows: [rows], counts, symbol }) => {
  const { axis, start, length } = node.attributes
  if (rows?.axis !== axis) return counts(length) || counts(start) ? reads(node) : E.right(rows)
  const block = multiplyDims(symbol, rows.inner)
  const outer = quotient(length, block)
  return outer === undefined || (start !== 0 && quotient(start, block) === undefined)
    ? refuse(node, 'takes some rows and leaves others')
    : E.right({ ...rows, outer })
}

const looked: Rule<'gather'> = (node, { rows: [table, ids], counts }) => {
  const { axis } = node.attributes
  const [from, at] = node.operands
  if (counts(from.shape[axis])) return reads(node)
  const ofTable = table === undefined || table.axis < axis ? table : shifted(table, at.shape.length - 1)
  return agree(node, [ofTable, shifted(ids, axis)])
}

/** Behind the axes of the ids, which become one. */
const scattered = ({ attributes, operands: [, ids] }: NodeOf<'scatterAdd'>, rows: Rows): Rows =>
  rows === undefined || rows.axis < attributes.axis ? rows : shifted(rows, 1 - ids.shape.length)

/** For each primitive, where the result has its rows. */
const rowRules: { readonly [K in Op]: Rule<K> } = {
  input: (node, { counts, symbol }) => {
    const counting = node.shape.filter(counts)
    if (counting.length === 0) return alike()
    return node.shape[0] === symbol && counting.length === 1
      ? E.right({ axis: 0, outer: 1, inner: 1 })
      : refuse(node, `'${node.attributes.name}' has its rows elsewhere than along its first axis`)
  },
  parameter: unlessCounted,
  constant: alike,
  literal: alike,
  iota: (node, { counts }) =>
    counts(node.shape[node.attributes.axis]) ? refuse(node, 'numbers the rows') : alike(),
  dimSize: (node, { counts }) =>
    counts(node.attributes.dim) ? refuse(node, 'depends on how many rows there are') : alike(),

  neg: aligned,
  abs: aligned,
  sign: aligned,
  floor: aligned,
  exp: aligned,
  log: aligned,
  sqrt: aligned,
  rsqrt: aligned,
  sin: aligned,
  cos: aligned,
  tanh: aligned,
  erf: aligned,
  sigmoid: aligned,
  relu: aligned,
  gelu: aligned,
  not: aligned,
  add: aligned,
  sub: aligned,
  mul: aligned,
  div: aligned,
  pow: aligned,
  maximum: aligned,
  minimum: aligned,
  equal: aligned,
  less: aligned,
  lessEqual: aligned,
  and: aligned,
  or: aligned,
  where: aligned,
  cast: aligned,
  stopGradient: aligned,
  broadcastTo: aligned,

  matmul: product,
  transpose: ({ attributes: { permutation } }, { rows: [rows] }) =>
    E.right(rows && { ...rows, axis: permutation.indexOf(rows.axis) }),
  reshape: reshaped,
  concat: joined,
  slice: part,
  pad: (node, { rows: [rows], counts }) =>
    counts(node.shape[node.attributes.axis]) ? reads(node) : E.right(rows),

  gather: looked,
  scatterAdd: (node, { rows, counts }) =>
    node.operands[1].shape.some(counts) || counts(node.attributes.size)
      ? reads(node)
      : E.right(scattered(node, rows[0])),
  argMax: (node, { rows: [rows], counts }) =>
    counts(node.operands[0].shape[node.attributes.axis])
      ? reads(node)
      : E.right(dropping(rows, [node.attributes.axis])),
  topK: along,
  sum: reducing,
  mean: reducing,
  max: reducing,
  logSumExp: reducing,
  softmax: along,
  logSoftmax: along,
  layerNorm: (node, context) => (context.counts(node.shape.at(-1)) ? reads(node) : aligned(node, context)),
  conv2d: (node, { rows: [images, kernels], counts }) =>
    kernels === undefined && !node.shape.slice(1).some(counts) ? E.right(images) : reads(node),

  randomBits: unlessCounted,
  randomUniform: unlessCounted,
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

const isRowByRow = (rows: Rows): boolean =>
  rows === undefined || (rows.axis === 0 && rows.outer === 1 && rows.inner === 1)

/**
 * Why rows of tensors along the first axis, counted by a symbol, cannot be shown to depend on the same rows of the inputs
 * alone; nothing where they can.
 *
 * @example
 * dependentRows([mean(input('x', ['B', 3]), 0).node], 'B') // "mean [3] reads across rows"
 */
export const dependentRows = (tensors: readonly Node[], symbol: string): string | undefined => {
  const known = new Map<Node, Rows>()
  for (const node of topologicalOrder(tensors)) {
    const rows = rowsOf(node, known, symbol)
    if (E.isLeft(rows)) return rows.left
    known.set(node, rows.right)
  }
  const moved = tensors.find((tensor) => !isRowByRow(known.get(tensor)))
  return moved && `${moved.op} [${moved.shape.join(',')}] has its rows elsewhere than along its first axis`
}
