import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import * as b from '../../../src/dsl/builder.js'
import type { Sizes } from '../../../src/shapes/dim.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import { evaluate } from '../../../src/dsl/evaluate/evaluate.js'
import { explainFault } from '../../../src/dsl/fault.js'
import type { Node } from '../../../src/dsl/primitives/primitive.js'
import { full, input } from '../../../src/dsl/index.js'
import { program, programOfNodes } from '../../../src/dsl/program.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { f32, i32 } from '../../support/evaluation.js'

const refusal = (node: Node, values: NamedValues, sizes: Sizes = {}): string =>
  explainFault(
    expectLeft(
      E.chainW((made: Parameters<typeof evaluate>[0]) => evaluate(made, values, sizes))(
        programOfNodes({ node }),
      ),
    ),
  )

const x = b.input('x', ['B', 3])

test('evaluation names the input or parameter that has no value', () => {
  expect(refusal(x, {})).toBe("input 'x' f32 [B,3] has no value; give it one")
  expect(refusal(b.parameter('constructor', []), {})).toBe(
    "parameter 'constructor' f32 [] has no value; give it one",
  )
})

test('evaluation refuses a value of another type, another shape, or with too few elements', () => {
  expect(refusal(x, { x: i32([1, 3], [1, 2, 3]) })).toBe(
    "input 'x' is f32 but was given i32; convert the value",
  )
  expect(refusal(x, { x: f32([1, 2], [1, 2]) })).toBe(
    "'x' is declared [B,3], here [1,3], but was given [1,2]; give a value of the declared shape",
  )
  expect(refusal(x, { x: f32([2, 3], [1, 2]) })).toBe("input 'x' was given 2 elements for [2,3]; give it 6")
})

test('evaluation refuses two sizes for one symbol', () => {
  expect(refusal(x, { x: f32([1, 3], [1, 2, 3]) }, { B: 2 })).toBe(
    "dim 'B' is 2 in the sizes given and 1 in 'x'; a symbol has one size in a run",
  )
})

test('evaluation names the symbol that has no size', () => {
  expect(refusal(b.full(['K'], 1), {})).toBe("constant [K]: dim 'K' has no size; give the symbol a size")
  expect(refusal(b.dimSize('K'), {})).toBe(
    "dimSize []: dim 'K' has no size; check the values and sizes that it is given",
  )
})

test('a symbol takes its size from an input that no output needs', () => {
  const [y, ones] = [input('y', ['B']), full(['B'], 1)]
  const counted = expectRight(program({ y }, { ones }))
  const outputs = expectRight(evaluate(counted, { y: f32([2], [5, 6]) }))
  expect(outputs.ones.shape).toEqual([2])
  expect(explainFault(expectLeft(evaluate(counted, { y: i32([2], [5, 6]) })))).toContain(
    "input 'y' is f32 but was given i32",
  )
  expect(explainFault(expectLeft(evaluate(counted, {})))).toContain("dim 'B' has no size")
})

test('evaluation names the division that has a remainder', () => {
  const halves = b.reshape(b.input('y', ['B']), [2, 'B/2'])
  expect(refusal(halves, { y: f32([3], [1, 2, 3]) })).toContain(
    "'B/2': 3 is not divisible by 2; give sizes for which every division is exact",
  )
})

test('evaluation refuses an id below or above the positions of its table', () => {
  const rows = b.gather(b.input('table', [2, 3]), b.input('ids', ['N'], 'i32'), 0)
  const table = f32([2, 3], [1, 2, 3, 4, 5, 6])
  expect(refusal(rows, { table, ids: i32([2], [0, 2]) })).toBe(
    'gather [N,3]: id 2 is not among the 2 positions of the axis; check the values and sizes that it is given',
  )
  expect(refusal(rows, { table, ids: i32([1], [-1]) })).toContain('id -1 is not among the 2 positions')
  const sums = b.scatterAdd(b.input('updates', ['N', 3]), b.input('ids', ['N'], 'i32'), 0, 'K')
  expect(refusal(sums, { updates: table, ids: i32([2], [0, 5]) }, { K: 4 })).toContain(
    'id 5 is not among the 4 positions',
  )
})

test('evaluation refuses slices, pads and rankings for which the size of a symbol is too small', () => {
  const short = { y: f32([2], [1, 2]) }
  const y = b.input('y', ['L'])
  expect(refusal(b.slice(y, 0, 1, 2), short)).toContain('positions 1 to 3 are not in an axis of 2')
  expect(refusal(b.padTo(y, 0, 1, 'M'), short, { M: 2 })).toContain(
    'positions 1 to 3 are not in an axis of 2',
  )
  expect(refusal(b.topK(y, 0, 3), short)).toContain('an axis of 2 has no 3 elements')
  expect(refusal(b.argMax(y, 0), { y: f32([0], []) })).toContain('an empty axis has no largest element')
})

test('evaluation refuses a value that is too large to be held, before computing it', () => {
  expect(refusal(b.full(['B', 'B'], 0), {}, { B: 2 ** 20 })).toContain('too large to be held')
})
