import { describe, expect, it } from 'vitest'
import { gradient, input, sum } from '../../src/dsl/index.js'
import type { BlockForm } from '../../src/model/index.js'
import { clipDims, textEncoder, tokenEmbedding } from '../../src/model/index.js'
import { drawn, expectClose, f32, i32, numbersOf } from '../support/evaluation.js'
import { addRows, plainBlocks, plainLayerNorm, timesMatrix, weightRows } from './plain-transformer.js'
import { architecture, drawnWeights } from './small-clip.js'

const [count, length, width] = [2, 7, architecture.textWidth]
const { textWidth } = clipDims(architecture)
const prompts = input('prompts', ['N', 7, textWidth])
const endOfText = input('endOfText', ['N'], 'i32')
const features = textEncoder(architecture)(prompts, endOfText)
const weights = drawnWeights({ features })
const data = drawn(1, [count, length, width])
const ends = [3, 6]
const values = { ...weights, prompts: data, endOfText: i32([count], ends) }

describe('the text encoder', () => {
  it('equals plain loops, read at the end of each text', () => {
    const positions = weightRows(weights, 'positional_embedding')
    const expected = ends.flatMap((end, n) => {
      const rows = weightRows({ data }, 'data').slice(n * length, (n + 1) * length)
      const levels = plainBlocks(weights, 'transformer', 2, addRows(rows, positions), 3, true)
      const last = plainLayerNorm(weights, 'ln_final', levels.at(-1)?.[end] ?? [])
      return timesMatrix(last, weightRows(weights, 'text_projection'))
    })
    expectClose(numbersOf(features, values), expected, 1e-9)
  })

  it('has the activation and the epsilon of its own blocks', () => {
    const form: BlockForm = { activation: 'gelu', epsilon: 0.01 }
    const formed = textEncoder({ ...architecture, textBlocks: form })(prompts, endOfText)
    const positions = weightRows(weights, 'positional_embedding')
    const expected = ends.flatMap((end, n) => {
      const rows = weightRows({ data }, 'data').slice(n * length, (n + 1) * length)
      const levels = plainBlocks(weights, 'transformer', 2, addRows(rows, positions), 3, true, form)
      const last = plainLayerNorm(weights, 'ln_final', levels.at(-1)?.[end] ?? [], 0.01)
      return timesMatrix(last, weightRows(weights, 'text_projection'))
    })
    expectClose(numbersOf(formed, values), expected, 1e-9)
  })

  it('is causal: tokens after the end of a text do not change a bit of its feature', () => {
    const padded = [...data.data].map((value, i) => {
      const position = Math.floor(i / width) % length
      const text = Math.floor(i / (width * length))
      return position > (ends[text] ?? 0) ? 1e3 * value : value
    })
    const changed = { ...values, prompts: f32(data.shape, padded) }
    expect(numbersOf(features, changed)).toEqual(numbersOf(features, values))
  })

  it('depends on everything up to the end of a text, and on nothing after it', () => {
    const slope = numbersOf(gradient(sum(features), prompts), values)
    for (const [text, end] of ends.entries()) {
      for (let position = 0; position < length; position += 1) {
        const from = (text * length + position) * width
        const row = slope.slice(from, from + width)
        expect(row.every((number) => (position <= end ? number !== 0 : number === 0))).toBe(true)
      }
    }
  })

  it('takes prompts shorter than its context, with the same result as padded ones', () => {
    const long = input('long', ['N', 14, textWidth])
    const padded = [0, 1].flatMap((n) => [
      ...data.data.slice(n * length * width, (n + 1) * length * width),
      ...drawn(2, [14 - length, width]).data,
    ])
    const encoded = textEncoder(architecture)(long, endOfText)
    expectClose(
      numbersOf(encoded, { ...values, long: f32([count, 14, width], padded) }),
      numbersOf(features, values),
    )
  })
})

describe('the token embedding', () => {
  it('gives each token its row of the table', () => {
    const ids = input('ids', ['N', 3], 'i32')
    const embedded = tokenEmbedding(architecture)(ids)
    const table = { 'token_embedding.weight': drawn(3, [architecture.vocabSize, width]) }
    const rows = weightRows(table, 'token_embedding.weight')
    expect(numbersOf(embedded, { ...table, ids: i32([1, 3], [7, 0, 7]) })).toEqual(
      [7, 0, 7].flatMap((id) => rows[id] ?? []),
    )
  })
})
