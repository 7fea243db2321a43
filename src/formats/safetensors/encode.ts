/** Tensors to the bytes of a safetensors file and back: pure, for files that are in memory as a whole. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../../values/value.js'
import { elementCount } from '../../values/value.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import type { FloatType } from './element.js'
import { decodeElements, elementSizes, encodeElements, isReadable } from './element.js'
import type { Header, TensorEntry } from './header.js'
import {
  brokenFile,
  decodeHeader,
  decodeHeaderLength,
  encodeHeader,
  metadataKey,
  prefixSize,
} from './header.js'

/** The contents of a file. */
export interface TensorFile {
  readonly tensors: NamedValues
  readonly metadata: Readonly<Record<string, string>>
}

export interface SafetensorsOptions {
  readonly metadata?: Readonly<Record<string, string>>
  /** Element type of floats: F32 if not given. F16 and BF16 round to the nearest. */
  readonly floatType?: FloatType
}

const checkWritable =
  (path: string) =>
  ([name, { dtype, shape, data }]: readonly [string, TensorValue]): E.Either<Failure, void> => {
    if (name === metadataKey)
      return E.left({
        tag: 'InvalidSetting',
        field: 'tensors',
        at: path,
        problem: `a tensor is named '${name}'`,
        advice: 'rename it',
      })
    if (data.length !== elementCount(shape))
      return E.left({
        tag: 'ShapeMismatch',
        name,
        where: path,
        expected: `${dtype}[${shape.join(', ')}]`,
        found: `${data.length} elements`,
      })
    return E.right(undefined)
  }

/**
 * The bytes of a file with these tensors, in parts to be written one after the other. The same tensors give the same
 * bytes, whatever their order.
 *
 * Fails with `ShapeMismatch` if the number of elements does not fit the shape, with `InvalidSetting` if a tensor is named
 * `__metadata__`.
 */
export const encodeSafetensors = (
  path: string,
  tensors: NamedValues,
  { metadata = {}, floatType = 'F32' }: SafetensorsOptions = {},
): E.Either<Failure, readonly Uint8Array[]> =>
  pipe(
    Object.entries<TensorValue>(tensors),
    E.traverseArray(checkWritable(path)),
    E.map(() => {
      // Larger elements first, so that every tensor is aligned to its elements.
      const encoded = Object.entries<TensorValue>(tensors)
        .map(([name, value]) => ({ name, shape: value.shape, ...encodeElements(value, floatType) }))
        .toSorted((a, b) => elementSizes[b.type] - elementSizes[a.type] || (a.name < b.name ? -1 : 1))
      return [encodeHeader(encoded, metadata), ...encoded.map(({ bytes }) => bytes)]
    }),
  )

/** One tensor from its bytes. Fails with `FileUnsupported` for a type that is not read here, with `FileBroken` for wrong bytes. */
export const decodeTensor = (
  path: string,
  { name, type, shape }: TensorEntry,
  bytes: Uint8Array,
): E.Either<Failure, TensorValue> =>
  isReadable(type)
    ? pipe(
        decodeElements(type, shape, bytes),
        E.mapLeft((problem) => brokenFile(path)(`tensor '${name}': ${problem}`)),
      )
    : E.left({
        tag: 'FileUnsupported',
        path,
        found: `a file with elements of the type ${type}, of the tensor '${name}', which is not read here`,
        advice: 'save it as float32, float16 or bfloat16 where it was made',
      })

/** The header of a file that is in memory. */
const headerOf = (path: string, bytes: Uint8Array): E.Either<Failure, Header> =>
  pipe(
    decodeHeaderLength(path, bytes.length, bytes.subarray(0, prefixSize)),
    E.flatMap((length) => decodeHeader(path, bytes.length, bytes.subarray(prefixSize, prefixSize + length))),
  )

/**
 * A whole file from its bytes; `path` is for messages only. Fails with `FileBroken`, saying what is wrong, and with
 * `FileUnsupported` for elements of a type that is not read here.
 *
 * @example
 * decodeSafetensors('clip.safetensors', bytes) // right({ tensors: { 'visual.proj': { dtype: 'f32', ... } }, metadata: {} })
 */
export const decodeSafetensors = (path: string, bytes: Uint8Array): E.Either<Failure, TensorFile> =>
  pipe(
    headerOf(path, bytes),
    E.flatMap(({ entries, metadata }) =>
      pipe(
        entries,
        E.traverseArray((entry) =>
          pipe(
            decodeTensor(path, entry, bytes.subarray(entry.begin, entry.end)),
            E.map((value) => [entry.name, value] as const),
          ),
        ),
        E.map((tensors) => ({ tensors: Object.fromEntries(tensors), metadata })),
      ),
    ),
  )
