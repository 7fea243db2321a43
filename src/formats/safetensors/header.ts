/**
 * The header of a safetensors file: 8 bytes of length, then JSON that says of each tensor its element type, its shape
 * and where its bytes are. Everything in it is checked: a header that is returned describes the file exactly.
 *
 * Format: https://github.com/huggingface/safetensors#format
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { elementCount } from '../../values/value.js'
import type { FileBroken } from '../../effects/failure.js'
import type { StoredType } from './element.js'
import { elementSizes, isElementType } from './element.js'

/** Where a tensor is in a file, and what it is. Positions are bytes from the beginning of the file. */
export interface TensorEntry {
  readonly name: string
  readonly type: StoredType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

export interface Header {
  /** In the order of their bytes. Together they fill the file from the header to its end. */
  readonly entries: readonly TensorEntry[]
  readonly metadata: Readonly<Record<string, string>>
}

/** Bytes of the length that a file begins with. */
export const prefixSize = 8

/** The largest header, in bytes, that the format allows. */
const largestHeader = 100_000_000

export const brokenFile =
  (path: string) =>
  (problem: string): FileBroken => ({ tag: 'FileBroken', path, format: 'safetensors', problem })

/** Length of the JSON, from the file's first bytes. */
export const decodeHeaderLength = (
  path: string,
  fileSize: number,
  prefix: Uint8Array,
): E.Either<FileBroken, number> => {
  const broken = brokenFile(path)
  if (prefix.length < prefixSize)
    return E.left(broken(`it has ${fileSize} bytes, fewer than the ${prefixSize} of the header's length`))
  const length = new DataView(prefix.buffer, prefix.byteOffset, prefixSize).getBigUint64(0, true)
  if (length > largestHeader)
    return E.left(broken(`it claims a header of ${length} bytes; at most ${largestHeader} are allowed`))
  if (prefixSize + Number(length) > fileSize)
    return E.left(
      broken(`it is truncated: it claims a header of ${length} bytes, and has ${fileSize} bytes in all`),
    )
  return E.right(Number(length))
}

const Entry = t.type({
  dtype: t.string,
  shape: t.array(t.number),
  data_offsets: t.array(t.number),
})
const Metadata = t.record(t.string, t.string)
const HeaderRecord = t.record(t.string, t.unknown)

export const metadataKey = '__metadata__'

/** Position after the string that begins at `start`. */
const endOfString = (json: string, start: number): number => {
  let position = start + 1
  while (json[position] !== '"') position += json[position] === '\\' ? 2 : 1
  return position + 1
}

/** Keys of the outermost object of a JSON text, with repetitions, which `JSON.parse` would hide. The text must be valid. */
const outermostKeys = (json: string): readonly string[] => {
  const keys: string[] = []
  let depth = 0
  let keyIsNext = false
  for (let position = 0; position < json.length;) {
    const character = json[position]
    if (character === '"') {
      const end = endOfString(json, position)
      if (depth === 1 && keyIsNext) keys.push(String(JSON.parse(json.slice(position, end))))
      keyIsNext = false
      position = end
    } else {
      if (character === '{' || character === '[') depth += 1
      if (character === '}' || character === ']') depth -= 1
      if (character === '{' || character === ',') keyIsNext = true
      position += 1
    }
  }
  return keys
}

const isSize = (size: number): boolean => Number.isSafeInteger(size) && size >= 0

/** One entry of the header, its offsets counted from `dataStart`. */
const decodeEntry =
  (fileSize: number, dataStart: number) =>
  ([name, json]: readonly [string, unknown]): E.Either<string, TensorEntry> =>
    pipe(
      Entry.decode(json),
      E.filterOrElseW(
        ({ data_offsets }) => data_offsets.length === 2,
        () => undefined,
      ),
      E.mapLeft(() => `tensor '${name}' is not described by a dtype, a shape and two data_offsets`),
      E.flatMap(({ dtype, shape, data_offsets: [begin = -1, end = -1] }) => {
        if (!isElementType(dtype)) return E.left(`tensor '${name}' has the unknown element type '${dtype}'`)
        if (!shape.every(isSize))
          return E.left(`tensor '${name}' has the impossible shape [${shape.join(', ')}]`)
        if (!isSize(begin) || !isSize(end) || begin > end)
          return E.left(`tensor '${name}' lies at the impossible bytes ${begin} to ${end}`)
        if (dataStart + end > fileSize)
          return E.left(
            `it is truncated: tensor '${name}' ends at byte ${dataStart + end} of a file of ${fileSize} bytes`,
          )
        const size = elementCount(shape) * elementSizes[dtype]
        if (size !== end - begin)
          return E.left(
            `tensor '${name}' has ${end - begin} bytes, but ${dtype}[${shape.join(', ')}] takes ${size}`,
          )
        return E.right({ name, type: dtype, shape, begin: dataStart + begin, end: dataStart + end })
      }),
    )

/** Entries in the order of their bytes, if they fill the file without gap or overlap. */
const inOrder =
  (fileSize: number, dataStart: number) =>
  (entries: readonly TensorEntry[]): E.Either<string, readonly TensorEntry[]> => {
    const sorted = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)
    for (const [i, { name, begin }] of sorted.entries()) {
      const before = sorted[i - 1]
      const filled = before?.end ?? dataStart
      if (begin < filled) return E.left(`tensors '${before?.name ?? ''}' and '${name}' overlap`)
      if (begin > filled)
        return E.left(`bytes ${filled} to ${begin}, before tensor '${name}', belong to no tensor`)
    }
    const filled = sorted.at(-1)?.end ?? dataStart
    return filled === fileSize
      ? E.right(sorted)
      : E.left(`bytes ${filled} to ${fileSize}, at its end, belong to no tensor`)
  }

/**
 * The header from its JSON. Everything is checked against the file's size: types, shapes, sizes, gaps, overlaps,
 * repeated names.
 */
export const decodeHeader = (
  path: string,
  fileSize: number,
  json: Uint8Array,
): E.Either<FileBroken, Header> => {
  const dataStart = prefixSize + json.length
  return pipe(
    E.tryCatch(
      () => {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(json)
        const parsed: unknown = JSON.parse(text)
        return { text, parsed }
      },
      () => 'its header is not JSON',
    ),
    E.bind('record', ({ parsed }) =>
      HeaderRecord.is(parsed) && !Array.isArray(parsed)
        ? E.right(parsed)
        : E.left('its header is not a JSON object'),
    ),
    E.chainFirst(({ text }) => {
      const keys = outermostKeys(text).toSorted()
      const repeated = keys.find((key, i) => key === keys[i + 1])
      return repeated === undefined ? E.right(undefined) : E.left(`it describes '${repeated}' twice`)
    }),
    E.bind('metadata', ({ record }) =>
      pipe(
        Metadata.decode(Object.hasOwn(record, metadataKey) ? record[metadataKey] : {}),
        E.mapLeft(() => `its ${metadataKey} is not an object of strings`),
      ),
    ),
    E.bind('entries', ({ record }) =>
      pipe(
        Object.entries(record).filter(([name]) => name !== metadataKey),
        E.traverseArray(decodeEntry(fileSize, dataStart)),
        E.flatMap(inOrder(fileSize, dataStart)),
      ),
    ),
    E.map(({ metadata, entries }) => ({ metadata, entries })),
    E.mapLeft(brokenFile(path)),
  )
}

/** The beginning of a file with these tensors: length and JSON, padded so that the first tensor is aligned to 8 bytes. */
export const encodeHeader = (
  entries: readonly Omit<TensorEntry, 'begin' | 'end'>[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array => {
  let offset = 0
  const described = entries.map(({ name, type, shape }) => {
    const begin = offset
    offset += elementCount(shape) * elementSizes[type]
    return [name, { dtype: type, shape, data_offsets: [begin, offset] }] as const
  })
  const withMetadata =
    Object.keys(metadata).length === 0 ? described : [[metadataKey, metadata], ...described]
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(withMetadata)))
  const length = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(prefixSize + length).fill(' '.charCodeAt(0))
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(json, prefixSize)
  return bytes
}
