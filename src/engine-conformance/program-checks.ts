/** Checks by fixed programs: operands without elements, broadcasting, values smaller than their shape, large tensors. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as b from '../dsl/builder.js'
import type { Sizes } from '../shapes/dim.js'
import { explainFault } from '../dsl/fault.js'
import type { Node } from '../dsl/primitives/primitive.js'
import { programOfNodes } from '../dsl/program.js'
import type { NamedValues } from '../values/named-values.js'
import type { Tolerance } from './agreement.js'
import { agrees } from './agreement.js'
import type { Area, ConformanceCheck } from './check.js'
import { drawnNormal, drawnFor, f32, i32, mixed } from './drawn-values.js'

/** A fixed program with values for its leaves. */
interface FixedProgram {
  readonly outputs: Readonly<Record<string, Node>>
  readonly values: NamedValues
  readonly sizes?: Sizes
  /** Given if rounding errors are larger than those of a few operations. */
  readonly tolerance?: Tolerance
}

const checkOf = (area: Area, subject: string, of: () => FixedProgram): ConformanceCheck => ({
  area,
  subject,
  run: (engine, options) => {
    const { outputs, values, sizes = {}, tolerance = options.tolerance } = of()
    return pipe(
      TE.fromEither(E.mapLeft(explainFault)(programOfNodes(outputs))),
      TE.chain((program) => agrees(engine, { program, values, sizes }, tolerance)),
    )
  },
})

export const withoutElements = (): FixedProgram => {
  const [x, w] = [b.input('x', ['N', 3]), b.input('w', [3, 'N'])]
  const ids = b.input('ids', ['N'], 'i32')
  return {
    outputs: {
      self: x,
      product: b.matmul(w, x),
      empty: b.matmul(x, w),
      sum: b.sum(x, [0]),
      mean: b.mean(x, [0]),
      max: b.max(x, [0]),
      maxOfIntegers: b.max(ids, [0]),
      logSumExp: b.logSumExp(x, [0]),
      softmax: b.softmax(x, 0),
      padded: b.padTo(x, 0, 0, 2, 7),
      joined: b.concat([x, b.full([2, 3], 1), x], 0),
      scattered: b.scatterAdd(x, ids, 0, 4),
      gathered: b.gather(b.full([5, 2], 2), ids, 0),
      onwards: b.add(b.sum(b.exp(x), [0]), b.full([3], 1)),
      drawn: b.randomUniform(b.literal([1, 2], [2], 'i32'), ['N']),
    },
    values: { x: f32([0, 3], []), w: f32([3, 0], []), ids: i32([0], []) },
    sizes: { N: 0 },
  }
}

const sizeOne = (): FixedProgram => {
  const [x, row, column] = [b.input('x', [1, 'N', 1]), b.input('row', [1, 3]), b.input('column', [3, 1])]
  return {
    outputs: {
      sum: b.sum(x, [0, 2]),
      softmax: b.softmax(x, 1),
      inner: b.matmul(row, column),
      outer: b.matmul(column, row),
      transposed: b.transpose(x, [2, 0, 1]),
      squeezed: b.reshape(b.slice(row, 1, 0, 1), []),
      argMax: b.argMax(row, 0),
      topK: b.topK(x, 1, 1),
      argSort: b.argSort(row, 0),
      cummax: b.cummax(row, 0),
      recurrence: b.linearRecurrence(row, row, 0),
      layerNorm: b.layerNorm(column, b.full([1], 2), b.full([1], 3), 1e-5),
      sliced: b.slice(row, 1, 2, 1),
    },
    values: { x: f32([1, 1, 1], [2.5]), row: f32([1, 3], [1, -2, 3]), column: f32([3, 1], [4, 5, -6]) },
    sizes: { N: 1 },
  }
}

const batches = (): FixedProgram => {
  const [a, batch, some] = [b.input('a', [3, 4]), b.input('batch', [2, 5, 3, 4]), b.input('some', [5, 3, 4])]
  const [w, wt] = [b.parameter('w', [4, 6]), b.parameter('wt', [6, 4])]
  const [batchW, batchWt] = [b.parameter('batchW', [2, 1, 4, 6]), b.parameter('batchWt', [2, 1, 6, 4])]
  const t = b.transposeLast
  return {
    outputs: {
      plain: b.matmul(a, w),
      right: b.matmul(a, t(wt)),
      left: b.matmul(t(a), b.matmul(a, w)),
      batchPlain: b.matmul(batch, w),
      batchRight: b.matmul(batch, t(wt)),
      batchLeft: b.matmul(t(batch), b.matmul(a, w)),
      twoBatches: b.matmul(some, batchW),
      twoBatchesRight: b.matmul(some, t(batchWt)),
      matrixTimesBatch: b.matmul(t(w), t(some)),
      stretched: b.matmul(b.broadcastTo(a, [7, 3, 4]), w),
      stretchedRow: b.matmul(b.broadcastTo(b.slice(a, 0, 0, 1), [3, 4]), w),
      gram: b.matmul(batch, t(batch)),
      innerGram: b.matmul(t(batch), batch),
    },
    values: drawnFor([a, batch, some, w, wt, batchW, batchWt]),
  }
}

/** Values that are smaller than their shape, in every place where a shape is needed. */
export const stretchedValues = (): FixedProgram => {
  const [row, column] = [b.input('row', [4]), b.input('column', [3, 1])]
  const wide = b.broadcastTo(row, [2, 3, 4])
  const grid = b.broadcastTo(column, [3, 4])
  const half = b.full([2, 3, 4], 0.5)
  return {
    outputs: {
      wide,
      grid,
      half,
      sum: b.sum(wide, [0, 2]),
      transposed: b.transpose(grid, [1, 0]),
      transposedWide: b.transpose(wide, [2, 0, 1]),
      reshaped: b.reshape(wide, [6, 4]),
      reshapedConstant: b.reshape(half, [24]),
      joined: b.concat([wide, half], 2),
      sliced: b.slice(wide, 1, 1, 2),
      padded: b.padTo(grid, 0, 1, 5, -1),
      product: b.mul(b.add(wide, grid), half),
      compared: b.less(wide, half),
      gathered: b.gather(grid, b.literal([2, 0], [2], 'i32'), 0),
      twice: b.broadcastTo(b.add(b.exp(b.reshape(row, [1, 4])), column), [5, 3, 4]),
      counted: b.mul(b.cast(b.iota([3, 4], 0), 'f32'), grid),
      softmax: b.softmax(grid, 0),
    },
    values: { row: f32([4], [1, 2, 3, 4]), column: f32([3, 1], [-1, 0, 1]) },
  }
}

export const infinities = (): FixedProgram => {
  const { NaN: nan, NEGATIVE_INFINITY: none } = Number
  const rows = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
    [none, none, none, none, none, none, none, none, none],
    [none, 0, 1, none, 2, 5, none, 1, 2],
    [0, nan, 1, 2, 3, 4, 5, 6, 7],
    [1000, 999, -1000, 0, 0, 0, 0, 0, 1000],
  ]
  const x = b.input('x', [rows.length, 9])
  return {
    outputs: {
      logSumExp: b.logSumExp(x, [1]),
      softmax: b.softmax(x, 1),
      logSoftmax: b.logSoftmax(x, 1),
      max: b.max(x, [1]),
      maxOfColumns: b.max(x, [0], true),
      maxOfAll: b.max(x, [0, 1]),
      sum: b.sum(x, [1]),
      mean: b.mean(x, [0]),
      argMax: b.argMax(x, 1),
      topK: b.topK(x, 1, 4),
      argSort: b.argSort(x, 1),
      descending: b.argSort(x, 1, true),
      cummax: b.cummax(x, 1),
      cummaxFromTheEnd: b.cummax(x, 1, true),
    },
    values: { x: f32([rows.length, 9], rows.flat()) },
  }
}

/** Halves, which are rounded to the even neighbour, and the numbers next to them and to whole ones. */
const halves = (): FixedProgram => {
  const values = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 1e7 + 0.5].flatMap((half) => [
    half,
    half + 0.5,
    half + 0.25,
  ])
  const x = b.input('x', [values.length])
  return {
    outputs: { round: b.round(x), floor: b.floor(x), truncated: b.cast(x, 'i32') },
    values: { x: f32([values.length], values) },
  }
}

/** Every pair of numbers that are special, and ordinary ones. */
const specialPairs = (): FixedProgram => {
  const numbers = [Number.NaN, Infinity, -Infinity, -0, 0, 1, -2]
  const pairs = numbers.flatMap((a) => numbers.map((other) => [a, other] as const))
  const shape = [pairs.length]
  const [x, y] = [b.input('x', shape), b.input('y', shape)]
  return {
    outputs: {
      maximum: b.maximum(x, y),
      minimum: b.minimum(x, y),
      relu: b.relu(x),
      equal: b.equal(x, y),
      less: b.less(x, y),
      lessEqual: b.lessEqual(x, y),
    },
    values: {
      x: f32(
        shape,
        pairs.map(([a]) => a),
      ),
      y: f32(
        shape,
        pairs.map(([, other]) => other),
      ),
    },
  }
}

const largeProducts = (): FixedProgram => {
  const [x, w] = [b.input('x', [200, 768]), b.parameter('w', [768, 130])]
  return {
    outputs: { product: b.matmul(x, w), gram: b.matmul(x, b.transposeLast(x)) },
    values: drawnFor([x, w]),
    // 768 terms of about 1 each.
    tolerance: { absolute: 2e-4, relative: 2e-5 },
  }
}

const longAxes = (): FixedProgram => {
  const [x, ties] = [b.input('x', [3, 100_000]), b.input('ties', [3, 500])]
  return {
    outputs: {
      sum: b.sum(b.exp(x), [1]),
      mean: b.mean(x, [1]),
      logSumExp: b.logSumExp(x, [1]),
      softmax: b.sum(b.softmax(x, 1), [1]),
      argMax: b.argMax(ties, 1),
      topK: b.topK(ties, 1, 100),
      topColumns: b.topK(ties, 0, 2),
      argSort: b.argSort(ties, 1),
      descending: b.argSort(ties, 1, true),
      cummax: b.cummax(ties, 1),
      recurrence: b.linearRecurrence(b.full([3, 500], 0.5), ties, 1, true),
    },
    values: {
      x: drawnNormal([3, 100_000]),
      ties: f32([3, 500], Array.from(mixed([1500], 13).data)),
    },
    // Sums of 100,000 numbers, in any order.
    tolerance: { absolute: 2e-5, relative: 1e-4 },
  }
}

export const manyUpdates = (): FixedProgram => {
  const count = 20_000
  const [updates, ids] = [b.input('updates', [count, 8]), b.input('ids', [count], 'i32')]
  return {
    outputs: {
      rows: b.scatterAdd(updates, ids, 0, 3),
      largest: b.scatterMax(b.mul(updates, b.cast(b.iota([count, 8], 0), 'f32')), ids, 0, 4, -1),
    },
    values: {
      updates: f32(
        [count, 8],
        Array.from({ length: count * 8 }, () => 1),
      ),
      ids: mixed([count], 3),
    },
  }
}

const randomBits = (): FixedProgram => {
  const key = b.input('key', [2], 'i32')
  return {
    outputs: {
      bits: b.randomBits(key, [7, 11]),
      one: b.randomBits(key, []),
      uniform: b.randomUniform(key, [1000]),
    },
    values: { key: i32([2], [-(2 ** 31), 123_456_789]) },
    tolerance: { absolute: 0, relative: 0 },
  }
}

export const programChecks: readonly ConformanceCheck[] = [
  checkOf('shapes', 'operands without elements', withoutElements),
  checkOf('shapes', 'axes of size 1', sizeOne),
  checkOf('shapes', 'products of batches that broadcast', batches),
  checkOf('shapes', 'values that are smaller than their shape', stretchedValues),
  checkOf('special values', 'rows of -Infinity, and NaN in reductions', infinities),
  checkOf('special values', 'halves in round, floor and casts', halves),
  checkOf('special values', 'pairs of NaN, infinities and zeros', specialPairs),
  checkOf('size', 'products of large matrices', largeProducts),
  checkOf('size', 'long axes, with ties', longAxes),
  checkOf('size', '20,000 updates that meet in three rows', manyUpdates),
  checkOf('determinism', 'random bits are those of the oracle', randomBits),
]
