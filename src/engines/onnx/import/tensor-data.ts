/** Elements of a tensor that an ONNX file holds. */
import * as E from 'fp-ts/lib/Either.js'
import type { DType, TensorValue } from '../../../values/value.js'
import { elementCount } from '../../../values/value.js'
import type { Known } from './known.js'
import { mostKnown } from './known.js'
import type { Tensor } from './model-codec.js'

/** The numbers of ONNX's element types that are read, and what each becomes here. */
const types: Readonly<
  Record<number, { readonly name: string; readonly dtype: DType; readonly bytes: number }>
> = {
  1: { name: 'float', dtype: 'f32', bytes: 4 },
  2: { name: 'uint8', dtype: 'i32', bytes: 1 },
  3: { name: 'int8', dtype: 'i32', bytes: 1 },
  4: { name: 'uint16', dtype: 'i32', bytes: 2 },
  5: { name: 'int16', dtype: 'i32', bytes: 2 },
  6: { name: 'int32', dtype: 'i32', bytes: 4 },
  7: { name: 'int64', dtype: 'i32', bytes: 8 },
  9: { name: 'bool', dtype: 'bool', bytes: 1 },
  10: { name: 'float16', dtype: 'f32', bytes: 2 },
  11: { name: 'double', dtype: 'f32', bytes: 8 },
  16: { name: 'bfloat16', dtype: 'f32', bytes: 2 },
}

/** The element type here of an element type of ONNX; undefined where there is none. */
export const dtypeOf = (elementType: number | undefined): DType | undefined => types[elementType ?? 0]?.dtype

/** A number in half precision, from its 16 bits (IEEE 754, binary16). */
const fromHalf = (bits: number): number => {
  const [sign, exponent, fraction] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 31, bits & 1023]
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const fromBfloat = (bits: number): number => {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, bits << 16)
  return view.getFloat32(0)
}

/** The element at a position of raw bytes, little-endian. */
const readers: Readonly<Record<number, (view: DataView, at: number) => number>> = {
  1: (view, at) => view.getFloat32(at, true),
  2: (view, at) => view.getUint8(at),
  3: (view, at) => view.getInt8(at),
  4: (view, at) => view.getUint16(at, true),
  5: (view, at) => view.getInt16(at, true),
  6: (view, at) => view.getInt32(at, true),
  7: (view, at) => Number(view.getBigInt64(at, true)),
  9: (view, at) => view.getUint8(at),
  10: (view, at) => fromHalf(view.getUint16(at, true)),
  11: (view, at) => view.getFloat64(at, true),
  16: (view, at) => fromBfloat(view.getUint16(at, true)),
}

/** The numbers of a tensor's own fields; those of 16 bits are stored as their bits. */
const fromFields = ({ dataType, floatData, int32Data, int64Data, doubleData }: Tensor): readonly number[] => {
  const lists = [floatData, int32Data, int64Data, doubleData].find(
    (list) => list !== undefined && list.length > 0,
  )
  const convert = dataType === 10 ? fromHalf : dataType === 16 ? fromBfloat : (value: number): number => value
  return (lists ?? []).map(convert)
}

/** A tensor's elements. Fails with a sentence where they are not in the file, of a type that is not read, or too few. */
export const numbersOf = (
  tensor: Tensor,
): E.Either<string, { readonly dtype: DType; readonly numbers: ArrayLike<number> }> => {
  const { dims, dataType = 0, rawData, dataLocation, externalData = [] } = tensor
  const [type, read] = [types[dataType], readers[dataType]]
  const count = elementCount(dims)
  if (type === undefined || read === undefined) return E.left(`it has the element type ${dataType} of ONNX`)
  if (dataLocation === 1 || externalData.length > 0) return E.left('its elements are in another file')
  if (rawData === undefined || (rawData.byteLength === 0 && count > 0)) {
    const numbers = fromFields(tensor)
    return numbers.length === count
      ? E.right({ dtype: type.dtype, numbers })
      : E.left(`it has ${numbers.length} elements instead of ${count}`)
  }
  if (rawData.byteLength !== count * type.bytes) {
    return E.left(`it has ${rawData.byteLength} bytes instead of ${count * type.bytes}`)
  }
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
  const numbers = new Float64Array(count).map((_, i) => read(view, i * type.bytes))
  return E.right({ dtype: type.dtype, numbers })
}

/** A tensor as a small one of known elements; undefined where it is large. */
export const knownOf = (
  { dims }: Tensor,
  { dtype, numbers }: { readonly dtype: DType; readonly numbers: ArrayLike<number> },
): Known | undefined =>
  numbers.length > mostKnown ? undefined : { dtype, shape: dims, entries: Array.from(numbers) }

const fits = (numbers: ArrayLike<number>): boolean =>
  Array.prototype.every.call(numbers, (value: number) => value >= -(2 ** 31) && value < 2 ** 31)

/** A tensor as a value. Integers must fit into 32 bits. */
export const valueOf = (
  { dims }: Tensor,
  { dtype, numbers }: { readonly dtype: DType; readonly numbers: ArrayLike<number> },
): E.Either<string, TensorValue> => {
  switch (dtype) {
    case 'f32':
      return E.right({ dtype, shape: dims, data: Float32Array.from(numbers) })
    case 'bool':
      return E.right({ dtype, shape: dims, data: Uint8Array.from(numbers) })
    case 'i32':
      return fits(numbers)
        ? E.right({ dtype, shape: dims, data: Int32Array.from(numbers) })
        : E.left('it has integers beyond 32 bits')
  }
}
