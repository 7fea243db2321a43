import { describe, expect, it } from 'vitest'
import type { TensorFile } from '../../../src/formats/safetensors/encode.js'
import { decodeSafetensors, encodeSafetensors } from '../../../src/formats/safetensors/encode.js'
import { expectLeft, expectRight } from '../../expect-either.js'

const concatenate = (chunks: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(chunks))

/** A file with this JSON for a header, whatever it says, and these bytes of data. */
const fileOf = (json: string, data: Uint8Array = new Uint8Array()): Uint8Array => {
  const header = new TextEncoder().encode(json)
  const prefix = new Uint8Array(8)
  new DataView(prefix.buffer).setBigUint64(0, BigInt(header.length), true)
  return concatenate([prefix, header, data])
}

const problemOf = (bytes: Uint8Array): string => {
  const failure = expectLeft(decodeSafetensors('file', bytes))
  return failure.tag === 'FileBroken' ? failure.problem : expect.fail(`not FileBroken but ${failure.tag}`)
}

const example: TensorFile = {
  tensors: {
    weight: { dtype: 'f32', shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 0) },
    flags: { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) },
    ids: { dtype: 'i32', shape: [2, 1], data: Int32Array.of(-7, 49407) },
    scalar: { dtype: 'f32', shape: [], data: Float32Array.of(100) },
    empty: { dtype: 'f32', shape: [0, 4], data: new Float32Array() },
  },
  metadata: { step: '12', 'a "quoted" name': 'é' },
}

describe('a safetensors file', () => {
  it('is read as it was written', () => {
    const bytes = concatenate(
      expectRight(encodeSafetensors('file', example.tensors, { metadata: example.metadata })),
    )
    expect(expectRight(decodeSafetensors('file', bytes))).toEqual(example)
  })

  it('does not depend on the order of the tensors', () => {
    const turned = Object.fromEntries(Object.entries(example.tensors).toReversed())
    expect(concatenate(expectRight(encodeSafetensors('file', turned)))).toEqual(
      concatenate(expectRight(encodeSafetensors('file', example.tensors))),
    )
  })

  it('has the bytes that the format describes', () => {
    const json = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  '
    const expected = fileOf(json, Uint8Array.of(0, 0, 0x80, 0x3f))
    const tensors = { a: { dtype: 'f32', shape: [1], data: Float32Array.of(1) } } as const
    expect(concatenate(expectRight(encodeSafetensors('file', tensors)))).toEqual(expected)
  })

  it('can hold floats of half the size', () => {
    for (const floatType of ['F16', 'BF16'] as const) {
      const bytes = concatenate(expectRight(encodeSafetensors('file', example.tensors, { floatType })))
      expect(expectRight(decodeSafetensors('file', bytes)).tensors).toEqual(example.tensors)
      expect(new TextDecoder().decode(bytes)).toContain(`"dtype":"${floatType}"`)
    }
  })

  it('is not written from a value whose shape is wrong, nor with a tensor that has the name of the metadata', () => {
    expect(
      expectLeft(encodeSafetensors('file', { a: { dtype: 'f32', shape: [3], data: new Float32Array(2) } })),
    ).toMatchObject({ tag: 'ShapeMismatch', name: 'a', expected: 'f32[3]', found: '2 elements' })
    expect(
      expectLeft(
        encodeSafetensors('file', { __metadata__: { dtype: 'f32', shape: [], data: new Float32Array(1) } }),
      ),
    ).toMatchObject({ tag: 'InvalidSetting', field: 'tensors' })
  })

  it('may have tensors of any other name', () => {
    const values = Object.fromEntries(
      ['__proto__', 'constructor', ''].map((name) => [
        name,
        { dtype: 'i32', shape: [], data: Int32Array.of(1) } as const,
      ]),
    )
    const bytes = concatenate(expectRight(encodeSafetensors('file', values)))
    expect(Object.keys(expectRight(decodeSafetensors('file', bytes)).tensors).toSorted()).toEqual([
      '',
      '__proto__',
      'constructor',
    ])
  })
})

describe('a type of elements that the format has and that is not read here', () => {
  it.each([
    ['F4', 8, 4],
    ['F6_E2M3', 4, 3],
    ['F6_E3M2', 8, 6],
    ['F8_E4M3', 4, 4],
    ['F8_E5M2', 4, 4],
    ['F8_E8M0', 4, 4],
    ['F8_E4M3FNUZ', 4, 4],
    ['F8_E5M2FNUZ', 4, 4],
    ['C64', 2, 16],
  ])('is called unsupported, and not broken: %s', (type, elements, bytes) => {
    const header = `{"a":{"dtype":"${type}","shape":[${elements}],"data_offsets":[0,${bytes}]}}`
    expect(expectLeft(decodeSafetensors('file', fileOf(header, new Uint8Array(bytes))))).toEqual({
      tag: 'FileUnsupported',
      path: 'file',
      found: `a file with elements of the type ${type}, of the tensor 'a', which is not read here`,
      advice: 'save it as float32, float16 or bfloat16 where it was made',
    })
  })

  it('must have as many bytes as its elements take', () => {
    const header = '{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}'
    expect(problemOf(fileOf(header, new Uint8Array(1)))).toContain(
      "tensor 'a' has 1 bytes, but F4[3] takes 1.5",
    )
  })
})

describe('a broken safetensors file says what is wrong', () => {
  const four = new Uint8Array(4)
  const entry = (dtype: string, shape: string, begin: number, end: number): string =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`

  it.each([
    ['shorter than its length', Uint8Array.of(1, 2, 3), 'it has 3 bytes, fewer than the 8 of the header'],
    ['with a huge header', new Uint8Array(16).fill(255), 'at most 100000000 are allowed'],
    ['truncated in the header', fileOf('{}').subarray(0, 9), 'truncated: it claims a header of 2 bytes'],
    ['with a header that is no JSON', fileOf('{"a":'), 'its header is not JSON'],
    [
      'with a header that is no UTF-8',
      fileOf('{"\x01":1}').map((b) => (b === 1 ? 0xff : b)),
      'header is not JSON',
    ],
    ['with a list for a header', fileOf('[1]'), 'its header is not a JSON object'],
    ['with a number for a header', fileOf('12'), 'its header is not a JSON object'],
    ['with a tensor that is a number', fileOf('{"a":1}'), "tensor 'a' is not described"],
    [
      'with three offsets',
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}', four),
      "'a' is not",
    ],
    [
      'of an unknown type',
      fileOf(`{"a":${entry('F31', '[1]', 0, 4)}}`, four),
      "the unknown element type 'F31'",
    ],
    ['of an inherited type', fileOf(`{"a":${entry('toString', '[1]', 0, 4)}}`, four), 'unknown element type'],
    [
      'with a negative size',
      fileOf(`{"a":${entry('F32', '[-1]', 0, 4)}}`, four),
      'the impossible shape [-1]',
    ],
    ['with half a size', fileOf(`{"a":${entry('F32', '[0.5]', 0, 2)}}`, four), 'the impossible shape [0.5]'],
    [
      'ending before it begins',
      fileOf(`{"a":${entry('F32', '[1]', 4, 0)}}`, four),
      'impossible bytes 4 to 0',
    ],
    [
      'with a negative offset',
      fileOf(`{"a":${entry('F32', '[1]', -4, 0)}}`, four),
      'impossible bytes -4 to 0',
    ],
    [
      'out of range',
      fileOf(`{"a":${entry('F32', '[2]', 0, 8)}}`, four),
      "truncated: tensor 'a' ends at byte",
    ],
    ['of the wrong size', fileOf(`{"a":${entry('F32', '[2]', 0, 4)}}`, four), 'F32[2] takes 8'],
    ['of an enormous shape', fileOf(`{"a":${entry('F32', '[4e9,4e9,4e9]', 0, 4)}}`, four), 'has 4 bytes'],
    [
      'with tensors that overlap',
      fileOf(`{"a":${entry('U8', '[3]', 0, 3)},"b":${entry('U8', '[2]', 2, 4)}}`, four),
      "tensors 'a' and 'b' overlap",
    ],
    [
      'with a gap',
      fileOf(`{"a":${entry('U8', '[1]', 0, 1)},"b":${entry('U8', '[2]', 2, 4)}}`, four),
      "before tensor 'b', belong to no tensor",
    ],
    [
      'with bytes left over',
      fileOf(`{"a":${entry('U8', '[3]', 0, 3)}}`, four),
      'at its end, belong to no tensor',
    ],
    [
      'with one name twice',
      fileOf(`{"a":${entry('U8', '[4]', 0, 4)},"\\u0061":${entry('U8', '[4]', 0, 4)}}`, four),
      "it describes 'a' twice",
    ],
    [
      'with numbers for metadata',
      fileOf('{"__metadata__":{"a":1}}'),
      '__metadata__ is not an object of strings',
    ],
    [
      'with a false truth',
      fileOf(`{"a":${entry('BOOL', '[4]', 0, 4)}}`, Uint8Array.of(0, 1, 1, 7)),
      'the byte 7',
    ],
  ])('%s', (_, bytes, problem) => {
    expect(problemOf(bytes)).toContain(problem)
  })
})
