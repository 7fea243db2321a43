/** Laws of safetensors: what is written is read, and no bytes whatever can make reading throw or lie. */
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { TensorValue } from '../src/values/value.js'
import { elementCount } from '../src/values/value.js'
import type { TensorFile } from '../src/formats/safetensors/encode.js'
import { decodeSafetensors, encodeSafetensors } from '../src/formats/safetensors/encode.js'
import { expectRight } from '../test/expect-either.js'

const shapes = fc.array(fc.nat(4), { maxLength: 4 })
const tensors: fc.Arbitrary<TensorValue> = shapes.chain((shape) => {
  const count = { minLength: elementCount(shape), maxLength: elementCount(shape) }
  return fc.oneof(
    fc.float32Array(count).map((data): TensorValue => ({ dtype: 'f32', shape, data })),
    fc.int32Array(count).map((data): TensorValue => ({ dtype: 'i32', shape, data })),
    fc.uint8Array({ ...count, max: 1 }).map((data): TensorValue => ({ dtype: 'bool', shape, data })),
  )
})
const names = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__')
const files: fc.Arbitrary<TensorFile> = fc.record({
  tensors: fc.dictionary(names, tensors, { maxKeys: 6, noNullPrototype: true }),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true }),
})

const encode = ({ tensors: values, metadata }: TensorFile): Uint8Array =>
  Uint8Array.from(Buffer.concat([...expectRight(encodeSafetensors('file', values, { metadata }))]))

/** Decoding either gives tensors that fit their shapes, or says what is wrong with the file. */
const expectSound = (bytes: Uint8Array): void => {
  const decoded = decodeSafetensors('file', bytes)
  if (E.isLeft(decoded)) expect(decoded.left).toMatchObject({ tag: 'FileBroken', path: 'file' })
  else
    for (const { shape, data } of Object.values(decoded.right.tensors))
      expect(data).toHaveLength(elementCount(shape))
}

describe('a safetensors file', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(files, (file) => {
        expect(expectRight(decodeSafetensors('file', encode(file)))).toEqual(file)
      }),
    )
  })

  it('that is cut short anywhere is refused', () => {
    fc.assert(
      fc.property(files, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (file, fraction) => {
        const bytes = encode(file)
        const cut = bytes.subarray(0, Math.floor(bytes.length * fraction))
        expect(decodeSafetensors('file', cut)).toMatchObject(E.left({ tag: 'FileBroken' }))
      }),
    )
  })

  it('with any changed bytes is read with fitting shapes or refused', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(files, changes, (file, changed) => {
        const bytes = encode(file)
        for (const [position, byte] of changed) bytes[position % bytes.length] = byte
        expectSound(bytes)
      }),
      { numRuns: 1000 },
    )
  })

  it('of any JSON and any data is read with fitting shapes or refused', () => {
    const number = fc.oneof(fc.nat(16), fc.integer(), fc.double(), fc.constant('4'))
    const entry = fc.record(
      {
        dtype: fc.constantFrom('F32', 'BOOL', 'F16', 'I64', 'F8_E4M3', 'f32', 1),
        shape: fc.array(number, { maxLength: 3 }),
        data_offsets: fc.array(number, { maxLength: 3 }),
      },
      { requiredKeys: [] },
    )
    const header = fc.oneof(
      fc.json(),
      fc
        .dictionary(fc.constantFrom('a', 'b', '__metadata__', '__proto__'), entry)
        .map((json) => JSON.stringify(json)),
    )
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 32 }), (json, data) => {
        const encoded = new TextEncoder().encode(json)
        const bytes = new Uint8Array(8 + encoded.length + data.length)
        new DataView(bytes.buffer).setUint32(0, encoded.length, true)
        bytes.set(encoded, 8)
        bytes.set(data, 8 + encoded.length)
        expectSound(bytes)
      }),
      { numRuns: 1000 },
    )
  })

  it('of any bytes is read with fitting shapes or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), expectSound), { numRuns: 1000 })
  })
})
