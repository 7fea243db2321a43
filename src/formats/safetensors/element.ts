/** Elements of tensors as bytes: the element types of safetensors, and their conversion to and from tensor values. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { match } from 'ts-pattern'
import type { TensorValue } from '../../values/value.js'
import { bytesOf, inSinglePrecision } from '../../values/value.js'

/** Bytes per element of the types that are read here. */
const readableSizes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const

/** Bytes per element of types that the format has and that are not read here: small floats, and complex numbers. */
const otherSizes = {
  F4: 1 / 2,
  F6_E2M3: 3 / 4,
  F6_E3M2: 3 / 4,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  F8_E4M3FNUZ: 1,
  F8_E5M2FNUZ: 1,
  C64: 8,
} as const

/** Bytes per element of every type that a header may name. */
export const elementSizes = { ...readableSizes, ...otherSizes } as const

type ReadableType = keyof typeof readableSizes
export type StoredType = keyof typeof elementSizes

/** Whether elements of a type are read here. */
export const isReadable = (type: StoredType): type is ReadableType => Object.hasOwn(readableSizes, type)

export const isElementType = (name: string): name is StoredType => Object.hasOwn(elementSizes, name)

/** Types in which floats can be written. */
export type FloatType = 'F32' | 'F16' | 'BF16'

/** A float from the bits of an IEEE half: 1 sign, 5 exponent, 10 fraction bits. Exact. */
export const floatOfHalf = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Rounds to the nearest whole number, halves to the even one. */
const roundHalfToEven = (x: number): number => {
  const below = Math.floor(x)
  const rest = x - below
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1
}

/** Bits of the nearest IEEE half; larger values become infinite. */
export const halfOfFloat = (value: number): number => {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  // Halves from 65520 on round to infinity.
  if (size >= 65520) return sign | 0x7c00
  // Below 2^-14 the step is 2^-24; above, 2^-10 of the power of two below. A fraction that rounds up to 1024 carries
  // into the exponent, as it should.
  if (size < 2 ** -14) return sign | roundHalfToEven(size * 2 ** 24)
  const exponent = Math.floor(Math.log2(size))
  const power = size < 2 ** exponent ? exponent - 1 : size >= 2 ** (exponent + 1) ? exponent + 1 : exponent
  return sign | (((power + 15) << 10) + roundHalfToEven((size / 2 ** power - 1) * 1024))
}

/** Floats from bfloat16, the upper halves of float32. Exact. */
export const floatsOfBfloats = (halves: Uint16Array): Float32Array =>
  new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer)

/** Bits of the nearest bfloat16s. */
export const bfloatsOfFloats = (values: Float32Array | Float64Array): Uint16Array =>
  Uint16Array.from(new Uint32Array(Float32Array.from(values).buffer), (bits) =>
    // What is not a number could round to infinity. Otherwise: half to even on the upper 16 bits.
    (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16,
  )

/** The bytes of a tensor, aligned for any typed array; copied only if needed. */
const aligned = (bytes: Uint8Array): Uint8Array => (bytes.byteOffset % 8 === 0 ? bytes : bytes.slice())

type View<T> = new (buffer: ArrayBufferLike, offset: number, length: number) => T

/** Bytes as numbers. Every machine that the engines run on is little-endian, as the format is. */
const view = <T>(Type: View<T>, size: number, bytes: Uint8Array): T => {
  const source = aligned(bytes)
  return new Type(source.buffer, source.byteOffset, bytes.length / size)
}

/** Whole numbers that may not fit into an i32. */
const narrow = (numbers: Iterable<number | bigint>, count: number): E.Either<string, Int32Array> => {
  const data = new Int32Array(count)
  let i = 0
  for (const number of numbers) {
    if (number < -(2 ** 31) || number >= 2 ** 31)
      return E.left(`element ${i} is ${number}, too large for an i32`)
    data[i] = Number(number)
    i += 1
  }
  return E.right(data)
}

/**
 * Bytes of one tensor as a value. All floats become float32, whole numbers i32, BOOL bool.
 *
 * Fails, in words, if a whole number does not fit into 32 bits, if a BOOL is neither 0 nor 1, and for types that are not
 * read here.
 * The length of `bytes` must fit the shape, which the check of the header guarantees.
 */
export const decodeElements = (
  type: StoredType,
  shape: readonly number[],
  bytes: Uint8Array,
): E.Either<string, TensorValue> => {
  const floats = (data: Float32Array): E.Either<string, TensorValue> => E.right({ dtype: 'f32', shape, data })
  const integers = (data: E.Either<string, Int32Array>): E.Either<string, TensorValue> =>
    pipe(
      data,
      E.map((whole) => ({ dtype: 'i32', shape, data: whole })),
    )
  if (!isReadable(type)) return E.left(`elements of type ${type} cannot be read`)
  return match(type)
    .returnType<E.Either<string, TensorValue>>()
    .with('F32', () => floats(view(Float32Array, 4, bytes)))
    .with('F64', () => floats(Float32Array.from(view(Float64Array, 8, bytes))))
    .with('F16', () => floats(Float32Array.from(view(Uint16Array, 2, bytes), floatOfHalf)))
    .with('BF16', () => floats(floatsOfBfloats(view(Uint16Array, 2, bytes))))
    .with('I32', () => integers(E.right(view(Int32Array, 4, bytes))))
    .with('I8', () => integers(E.right(Int32Array.from(view(Int8Array, 1, bytes)))))
    .with('U8', () => integers(E.right(Int32Array.from(bytes))))
    .with('I16', () => integers(E.right(Int32Array.from(view(Int16Array, 2, bytes)))))
    .with('U16', () => integers(E.right(Int32Array.from(view(Uint16Array, 2, bytes)))))
    .with('U32', () => integers(narrow(view(Uint32Array, 4, bytes), bytes.length / 4)))
    .with('I64', () => integers(narrow(view(BigInt64Array, 8, bytes), bytes.length / 8)))
    .with('U64', () => integers(narrow(view(BigUint64Array, 8, bytes), bytes.length / 8)))
    .with('BOOL', () => {
      const wrong = bytes.findIndex((byte) => byte > 1)
      return wrong === -1
        ? E.right({ dtype: 'bool', shape, data: bytes.slice() })
        : E.left(`element ${wrong} is the byte ${bytes[wrong]}, neither false (0) nor true (1)`)
    })
    .exhaustive()
}

/** A value's elements as bytes; floats in the type asked for. */
export const encodeElements = (
  value: TensorValue,
  floatType: FloatType,
): { readonly type: StoredType; readonly bytes: Uint8Array } => {
  if (value.dtype === 'i32') return { type: 'I32', bytes: bytesOf(value.data) }
  if (value.dtype === 'bool') return { type: 'BOOL', bytes: value.data }
  return match(floatType)
    .with('F32', (type) => ({
      type,
      bytes: bytesOf(inSinglePrecision(value.data)),
    }))
    .with('F16', (type) => ({ type, bytes: bytesOf(Uint16Array.from(value.data, halfOfFloat)) }))
    .with('BF16', (type) => ({ type, bytes: bytesOf(bfloatsOfFloats(value.data)) }))
    .exhaustive()
}
