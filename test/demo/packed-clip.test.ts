import { describe, expect, it } from 'vitest'
import type { TensorValue } from '../../src/values/value.js'
import { packTensors, unpackTensors } from '../../src/demo/packed-clip.js'
import { expectLeft, expectRight } from '../expect-either.js'

const table = (shape: readonly number[], ...data: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(data),
})

const weights = {
  'token_embedding.weight': table([4, 2], 1, 2, 3, 4, 5, 6, 7, 8),
  'visual.proj': table([1, 2], 0.5, -0.5),
}

const packed = expectRight(packTensors('clip', weights, [1, 3]))

describe('a packed CLIP', () => {
  it('holds the embeddings of the tokens that it keeps, and all other tensors', () => {
    expect(packed).toEqual({
      'token_embedding.weight': table([2, 2], 3, 4, 7, 8),
      'token_embedding.tokens': { dtype: 'i32', shape: [2], data: Int32Array.of(1, 3) },
      'visual.proj': weights['visual.proj'],
    })
  })

  it('has the whole vocabulary again when it is unpacked, with zeros for the other tokens', () => {
    expect(expectRight(unpackTensors('clip', packed, 5))).toEqual({
      'token_embedding.weight': table([5, 2], 0, 0, 3, 4, 0, 0, 7, 8, 0, 0),
      'visual.proj': weights['visual.proj'],
    })
  })

  it('is refused where a token is beyond the vocabulary, or where rows and tokens differ in number', () => {
    expect(expectLeft(unpackTensors('clip', packed, 3))).toMatchObject({ tag: 'FileBroken', path: 'clip' })
    const fewer = { ...packed, 'token_embedding.weight': table([1, 2], 3, 4) }
    expect(expectLeft(unpackTensors('clip', fewer, 5))).toMatchObject({
      tag: 'ShapeMismatch',
      name: 'token_embedding.weight',
    })
  })

  it('is refused where a CLIP has no embeddings, or a file is not packed', () => {
    expect(expectLeft(packTensors('clip', {}, [1]))).toMatchObject({ tag: 'TensorMissing' })
    expect(expectLeft(unpackTensors('clip', weights, 4))).toMatchObject({
      tag: 'TensorMissing',
      name: 'token_embedding.tokens',
    })
  })
})
