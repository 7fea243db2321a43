import { describe, expect, it } from 'vitest'
import { usedTokens } from '../../../src/experiments/export/used-tokens.js'
import type { TensorValue } from '../../../src/values/value.js'

const prompts: TensorValue = { dtype: 'i32', shape: [2, 3], data: Int32Array.of(7, 2, 9, 7, 9, 0) }
const embedding: TensorValue = {
  dtype: 'f32',
  shape: [10, 2],
  data: Float32Array.from({ length: 20 }, (_, i) => Math.floor(i / 2)),
}

describe('the tokens that prompts use', () => {
  const used = usedTokens(prompts, embedding)

  it('get new numbers in the same order, so that the largest stays the largest', () => {
    expect(used.prompts).toEqual({ dtype: 'i32', shape: [2, 3], data: Int32Array.of(2, 1, 3, 2, 3, 0) })
  })

  it('keep their rows of the embedding, and no others', () => {
    expect(used.embedding).toEqual({
      dtype: 'f32',
      shape: [4, 2],
      data: Float32Array.of(0, 0, 2, 2, 7, 7, 9, 9),
    })
  })
})
