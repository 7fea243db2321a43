/**
 * Random numbers in ONNX: the grid of `values/random-grid.ts`, on unsigned tensors of 32 bits.
 *
 * Why a grid. Of ONNX Runtime's kernels for whole numbers on CPUs, only sums and products are vectorised. One operator on 2^20
 * elements takes (ONNX Runtime 1.30 on an AMD EPYC with AVX-512, medians of 15 interleaved runs; a GELU takes 1.9 ms)
 *
 *     product, sum with a number    0.2 ms      exclusive or          0.75 ms
 *     product of two tensors        0.4 ms      shift                 0.6 ms
 *     cast to float32               0.3 ms      product of 64 bits    1.0 ms
 *
 * The 20 rounds of Threefry-2x32, each with a rotation of two shifts, take 50 ms. A counter that is hashed twice, once for each
 * word of the key, would take 9 ms by these figures, and repeat no word, because it is a bijection. Here rows and columns are
 * hashed, and one round of mixing follows. Whole draws of 2^20 numbers take, in GELUs of the same size, 1.5 to 1.8 (uniform), 2.0
 * to 2.4 (dropout) and 2.4 to 3.3 (normal; `bench/RESULTS.md`).
 */
import type { Dim } from '../../../shapes/dim.js'
import { productOfDims } from '../../../shapes/dim.js'
import type { NodeOf } from '../../../dsl/primitives/primitive.js'
import { gridColumns, hashConstants } from '../../../values/random-grid.js'
import type { GraphWriter } from './graph-writer.js'
import { elementType, int, text } from './graph-writer.js'
import type { LoweringContext, LoweringRules, Value } from './lowering-rule.js'
import { reshaped } from './lowering-rule.js'

type DrawingOp = 'randomBits' | 'randomUniform' | 'randomNormal'
type Drawn = NodeOf<DrawingOp>

const number = (graph: GraphWriter, value: number): string => graph.constant('uint32', [value])
const unsigned = (graph: GraphWriter, name: string): string =>
  graph.emit('Cast', [name], { to: elementType('uint32') })
const shifted = (graph: GraphWriter, x: string, by: number): string =>
  graph.emit('BitShift', [x, number(graph, by)], { direction: text('RIGHT') })
/** x xor x >> by */
const folded = (graph: GraphWriter, x: string, by: number): string =>
  graph.emit('BitwiseXor', [x, shifted(graph, x, by)])
const multiplied = (graph: GraphWriter, x: string, by: number): string =>
  graph.emit('Mul', [x, number(graph, by)])

const hashed = (graph: GraphWriter, words: string): string => {
  const {
    shifts: [first, second, third],
    multipliers,
  } = hashConstants
  const once = multiplied(graph, folded(graph, words, first), multipliers[0])
  return folded(graph, multiplied(graph, folded(graph, once, second), multipliers[1]), third)
}

/** A part of a matrix, in one of its two columns. */
const part = (
  graph: GraphWriter,
  x: string,
  column: 0 | 1,
  [start, end]: readonly [start: number, end: number],
): string => graph.emit('Slice', [x, graph.integers([start, column]), graph.integers([end, column + 1])])

const beyondEveryRow = 2 ** 31 - 1

/** The words of a draw: of rows as [rows, 1], of columns as [256, 1]. Those named `b` are twice the words. */
interface Words {
  readonly rows: { readonly a: string; readonly b: string }
  readonly columns: { readonly a: string; readonly b: string }
}

/** How many words the lines of a grid with `count` elements have, an int32. */
const wordCount = ({ graph, sizes }: LoweringContext, count: Dim): string => {
  const constant = (value: number): string => graph.constant('int32', [value])
  if (typeof count === 'number') return constant(2 * (gridColumns + Math.ceil(count / gridColumns)))
  const rounded = graph.emit('Add', [sizes.scalar(count, 'int32'), constant(gridColumns - 1)])
  const rows = graph.emit('Div', [rounded, constant(gridColumns)])
  return graph.emit('Mul', [graph.emit('Add', [rows, constant(gridColumns)]), constant(2)])
}

const wordsOf = (context: LoweringContext, key: string, count: Dim): Words => {
  const { graph } = context
  const positions = graph.emit('Range', [
    graph.constant('int32', [0]),
    wordCount(context, count),
    graph.constant('int32', [1]),
  ])
  const keyWord = (position: number): string =>
    graph.emit('Gather', [unsigned(graph, key), graph.constant('int64', [position])], { axis: int(0) })
  const keyed = (words: string, position: number): string =>
    hashed(graph, graph.emit('Add', [words, keyWord(position)]))
  const inOrder = keyed(keyed(hashed(graph, unsigned(graph, positions)), 0), 1)
  const a = graph.emit('Reshape', [inOrder, graph.integers([-1, 2])])
  const b = multiplied(graph, a, 2)
  return {
    rows: {
      a: part(graph, a, 0, [gridColumns, beyondEveryRow]),
      b: part(graph, b, 1, [gridColumns, beyondEveryRow]),
    },
    columns: { a: part(graph, a, 0, [0, gridColumns]), b: part(graph, b, 1, [0, gridColumns]) },
  }
}

/** `mixed` of `values/random-grid.ts` in some of the columns: [rows, columns]. */
const mixedBits = (
  graph: GraphWriter,
  { rows, columns }: Words,
  between: readonly [start: number, end: number],
): string => {
  const across = (words: string): string =>
    graph.emit('Reshape', [part(graph, words, 0, between), graph.integers([-1])])
  const odd = graph.emit('Add', [across(columns.b), number(graph, 1)])
  const product = graph.emit('Mul', [
    graph.emit('Add', [rows.a, across(columns.a)]),
    graph.emit('Add', [rows.b, odd]),
  ])
  return multiplied(graph, folded(graph, product, hashConstants.shifts[0]), hashConstants.multipliers[0])
}

/** The upper 24 bits, as whole numbers in float32. */
const upperBits = (graph: GraphWriter, bits: string): string =>
  graph.emit('Cast', [shifted(graph, bits, 8)], { to: elementType('float32') })

/** A rule from what fills a grid: [rows, 256]. */
const drawn =
  (fill: (graph: GraphWriter, words: Words) => string) =>
  (node: Drawn, context: LoweringContext): Value => {
    const { graph, sizes } = context
    const shape = context.shape(node)
    const count = productOfDims(shape)
    const grid = fill(graph, wordsOf(context, context.whole(node.operands[0]), count))
    const flat = graph.emit('Reshape', [grid, graph.integers([-1])])
    const isFull = typeof count === 'number' && count % gridColumns === 0
    const taken = isFull ? flat : graph.emit('Slice', [flat, graph.integers([0]), sizes.vector([count])])
    return { name: reshaped(context, taken, [count], shape), shape }
  }

const all = [0, gridColumns] as const

const normal = (graph: GraphWriter, words: Words): string => {
  const half = gridColumns / 2
  const scaled = (x: string, factor: number): string =>
    graph.emit('Mul', [x, graph.constant('float32', [factor])])
  const share = upperBits(graph, mixedBits(graph, words, [0, half]))
  const rest = scaled(graph.emit('Sub', [graph.constant('float32', [2 ** 24]), share]), 2 ** -24)
  const radius = graph.emit('Sqrt', [scaled(graph.emit('Log', [rest]), -2)])
  const angle = scaled(upperBits(graph, mixedBits(graph, words, [half, gridColumns])), 2 * Math.PI * 2 ** -24)
  const halves = ['Cos', 'Sin'].map((along) => graph.emit('Mul', [radius, graph.emit(along, [angle])]))
  return graph.emit('Concat', halves, { axis: int(1) })
}

export const randomRules: LoweringRules<DrawingOp> = {
  randomBits: drawn((graph, words) =>
    graph.emit('Cast', [folded(graph, mixedBits(graph, words, all), 24)], { to: elementType('int32') }),
  ),
  randomUniform: drawn((graph, words) =>
    graph.emit('Mul', [
      upperBits(graph, mixedBits(graph, words, all)),
      graph.constant('float32', [2 ** -24]),
    ]),
  ),
  randomNormal: drawn(normal),
}
