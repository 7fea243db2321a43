import { describe, expect, it } from 'vitest'
import type { StoredType } from '../../../src/formats/safetensors/element.js'
import {
  bfloatsOfFloats,
  decodeElements,
  floatOfHalf,
  floatsOfBfloats,
  halfOfFloat,
} from '../../../src/formats/safetensors/element.js'
import { expectLeft, expectRight } from '../../expect-either.js'

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

const decode = (type: StoredType, data: ArrayBufferView, shape: readonly number[]) =>
  decodeElements(type, shape, bytesOf(data))

describe('half precision', () => {
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
  ])('the bits %i are %d, there and back', (bits, value) => {
    expect(floatOfHalf(bits)).toBe(value)
    expect(halfOfFloat(value)).toBe(bits)
  })

  it('every half that is a number is read and written again unchanged', () => {
    const numbers = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter(
      (bits) => !Number.isNaN(floatOfHalf(bits)),
    )
    expect(numbers.map((bits) => halfOfFloat(floatOfHalf(bits)))).toEqual(numbers)
    expect(floatOfHalf(halfOfFloat(NaN))).toBeNaN()
    expect(Object.is(floatOfHalf(0x8000), -0)).toBe(true)
  })

  it('rounds to the nearest, halves to even', () => {
    expect(floatOfHalf(halfOfFloat(1 + 2 ** -11))).toBe(1)
    expect(floatOfHalf(halfOfFloat(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9)
    expect(floatOfHalf(halfOfFloat(1 + 2 ** -11 + 2 ** -20))).toBe(1 + 2 ** -10)
    expect(floatOfHalf(halfOfFloat(2 - 2 ** -12))).toBe(2)
    expect(floatOfHalf(halfOfFloat(2 ** -25))).toBe(0)
    expect(floatOfHalf(halfOfFloat(65519))).toBe(65504)
    expect(floatOfHalf(halfOfFloat(65520))).toBe(Infinity)
  })
})

describe('bfloat16', () => {
  it('every one that is a number is read and written again unchanged', () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits)
    const numbers = all.filter((bits) => (bits & 0x7fff) <= 0x7f80)
    expect(bfloatsOfFloats(floatsOfBfloats(numbers))).toEqual(numbers)
    expect([...floatsOfBfloats(Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x3eab))]).toEqual([
      1,
      -2,
      Infinity,
      0.333984375,
    ])
  })

  it('rounds to the nearest, halves to even, and keeps what is not a number', () => {
    const rounded = floatsOfBfloats(
      bfloatsOfFloats(Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, NaN)),
    )
    expect([...rounded]).toEqual([1, 1 + 2 ** -6, 1 + 2 ** -7, NaN])
  })
})

describe('elements', () => {
  it('of all whole types become i32', () => {
    const shape = [3]
    for (const [type, data] of [
      ['I8', Int8Array.of(-128, 0, 127)],
      ['I16', Int16Array.of(-128, 0, 127)],
      ['I32', Int32Array.of(-128, 0, 127)],
      ['I64', BigInt64Array.of(-128n, 0n, 127n)],
    ] as const)
      expect(expectRight(decode(type, data, shape))).toEqual({
        dtype: 'i32',
        shape,
        data: Int32Array.of(-128, 0, 127),
      })
    for (const [type, data] of [
      ['U8', Uint8Array.of(0, 1, 255)],
      ['U16', Uint16Array.of(0, 1, 255)],
      ['U32', Uint32Array.of(0, 1, 255)],
      ['U64', BigUint64Array.of(0n, 1n, 255n)],
    ] as const)
      expect(expectRight(decode(type, data, shape))).toEqual({
        dtype: 'i32',
        shape,
        data: Int32Array.of(0, 1, 255),
      })
  })

  it('of all float types become float32', () => {
    const expected = { dtype: 'f32', shape: [2], data: Float32Array.of(1.5, -2) }
    expect(expectRight(decode('F32', Float32Array.of(1.5, -2), [2]))).toEqual(expected)
    expect(expectRight(decode('F64', Float64Array.of(1.5, -2), [2]))).toEqual(expected)
    expect(expectRight(decode('F16', Uint16Array.of(0x3e00, 0xc000), [2]))).toEqual(expected)
    expect(expectRight(decode('BF16', Uint16Array.of(0x3fc0, 0xc000), [2]))).toEqual(expected)
  })

  it('are read from any address', () => {
    const bytes = new Uint8Array(9)
    bytes.set(bytesOf(Float32Array.of(1.5, -2)), 1)
    expect(expectRight(decodeElements('F32', [2], bytes.subarray(1))).data).toEqual(Float32Array.of(1.5, -2))
  })

  it('that do not fit into 32 bits are refused', () => {
    expect(expectLeft(decode('I64', BigInt64Array.of(1n, 2n ** 31n), [2]))).toBe(
      'element 1 is 2147483648, too large for an i32',
    )
    expect(expectLeft(decode('U32', Uint32Array.of(2 ** 31), [1]))).toContain('too large')
    expect(expectLeft(decode('BOOL', Uint8Array.of(0, 1, 2), [3]))).toContain('element 2 is the byte 2')
    expect(expectLeft(decode('F8_E4M3', Uint8Array.of(0), [1]))).toContain('F8_E4M3')
  })
})
