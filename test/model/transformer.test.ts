import { describe, expect, it } from 'vitest'
import { dim, input, select, takeRow } from '../../src/dsl/index.js'
import { multiHeadAttention, block, blockActivation, transformer } from '../../src/model/index.js'
import { transformerAt } from '../../src/model/transformer.js'
import type { TensorValue } from '../../src/values/value.js'
import { drawn, expectClose, f32, numbersOf } from '../support/evaluation.js'
import { plainBlock, plainBlocks, weightRows } from './plain-transformer.js'
import { drawnWeights } from './small-clip.js'

const size = { heads: dim(2), headWidth: dim(4) }
const [length, width] = [5, 8]
const x = input('x', ['B', 5, 8])
const data = drawn(1, [1, length, width])
const tokens = weightRows({ data }, 'data')
const of = (rows: readonly (readonly number[])[]) => f32([1, rows.length, width], rows.flat())

describe('attention', () => {
  const open = multiHeadAttention('attn', size)(x)
  const masked = multiHeadAttention('attn', size)(x, { causal: true })
  const weights = drawnWeights({ open })
  const order = [3, 0, 4, 1, 2]
  const reordered = <A>(items: readonly A[]): readonly A[] => order.flatMap((i) => items.slice(i, i + 1))
  const rowsOf = (tensor: typeof open, rows: typeof tokens) =>
    weightRows({ y: of(tokensOf(numbersOf(tensor, { ...weights, x: of(rows) }))) }, 'y')
  const tokensOf = (numbers: readonly number[]) =>
    Array.from({ length }, (_, i) => numbers.slice(i * width, (i + 1) * width))

  it('without a mask does not depend on the order of its tokens', () =>
    expectClose(rowsOf(open, reordered(tokens)).flat(), reordered(rowsOf(open, tokens)).flat()))

  it('with a causal mask depends on the order of its tokens', () =>
    expect(rowsOf(masked, reordered(tokens)).flat()).not.toEqual(reordered(rowsOf(masked, tokens)).flat()))

  it('with a causal mask reads no later position at any position', () => {
    const before = rowsOf(masked, tokens)
    for (const changed of [1, 3, 4]) {
      const others = tokens.map((row, i) => (i === changed ? row.map((value) => value + 1) : row))
      const after = rowsOf(masked, others)
      expect(after.slice(0, changed)).toEqual(before.slice(0, changed))
      expect(after[changed]).not.toEqual(before[changed])
    }
  })

  it('of one token is the projection of its value', () => {
    const one = multiHeadAttention('attn', size)(input('one', ['B', 1, 8]))
    const masked1 = multiHeadAttention('attn', size)(input('one', ['B', 1, 8]), { causal: true })
    const given = { ...weights, one: of(tokens.slice(0, 1)) }
    expectClose(numbersOf(one, given), numbersOf(masked1, given))
  })
})

describe('a block', () => {
  const y = block('b', size)(x)
  const weights = drawnWeights({ y })

  it('equals plain loops', () =>
    expectClose(numbersOf(y, { ...weights, x: data }), plainBlock(weights, 'b', tokens, 2).flat()))

  it('with a causal mask equals plain loops', () => {
    const masked = block('b', size)(x, { causal: true })
    expectClose(numbersOf(masked, { ...weights, x: data }), plainBlock(weights, 'b', tokens, 2, true).flat())
  })

  it.each(blockActivation.values)(
    'computes the form that it is given: %s, and another epsilon',
    (activation) => {
      const form = { activation, epsilon: 0.01 }
      const formed = block('b', size, form)(x)
      const expected = plainBlock(weights, 'b', tokens, 2, false, form).flat()
      expectClose(numbersOf(formed, { ...weights, x: data }), expected)
      const usual = numbersOf(y, { ...weights, x: data })
      expect(Math.max(...expected.map((value, i) => Math.abs(value - (usual[i] ?? 0))))).toBeGreaterThan(1e-3)
    },
  )

  it('treats the sequences of a batch one by one', () => {
    const other = drawn(2, [1, length, width])
    const both = f32([2, length, width], [...data.data, ...other.data])
    const separately = [data, other].flatMap((one) => numbersOf(y, { ...weights, x: one }))
    expectClose(numbersOf(y, { ...weights, x: both }), separately)
  })
})

describe('a transformer', () => {
  it('gives the output of every block, in order, under their names', () => {
    const levels = transformer('t', 3, size)(x, { causal: true })
    const named = Object.fromEntries(levels.map((level, i) => [`level${i}`, level]))
    const weights = drawnWeights(named)
    const expected = plainBlocks(weights, 't', 3, tokens, 2, true)
    expect(levels).toHaveLength(3)
    for (const [i, level] of levels.entries()) {
      expectClose(numbersOf(level, { ...weights, x: data }), (expected[i] ?? []).flat(), 1e-9)
    }
  })

  it.each([false, true])(
    'read at one position of each sequence gives the same there, causal: %s',
    (causal) => {
      const both = f32([2, length, width], [...data.data, ...drawn(2, [1, length, width]).data])
      const positions: TensorValue = { dtype: 'i32', shape: [2], data: Int32Array.of(length - 1, 1) }
      const ends = input('ends', ['B'], 'i32')
      const whole = transformer('t', 2, size)(x, { causal }).at(-1) ?? x
      const weights = drawnWeights({ whole })
      const given = { ...weights, x: both, ends: positions }
      expectClose(
        numbersOf(transformerAt('t', 2, size)(x, ends, { causal }), given),
        numbersOf(takeRow(whole, ends), given),
        1e-9,
      )
      expectClose(
        numbersOf(transformerAt('t', 2, size)(x, 3, { causal }), given),
        numbersOf(select(whole, 1, 3), given),
        1e-9,
      )
    },
  )
})
