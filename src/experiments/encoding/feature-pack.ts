/**
 * Packs of encoded images: one safetensors file with the rows of many images and views. Its tensor `rows` [N,W] holds in each row all
 * that the encoder gave for an image under a view, one output after the other; the header says which row is whose.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { integer } from '../../dsl/documents/integer.js'
import { checkFinite } from '../../effects/check-finite.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { decodeJson } from '../../effects/text-file.js'
import type { StoredTensor } from '../../formats/safetensors/file.js'
import { openSafetensors, readRows, writeSafetensors } from '../../formats/safetensors/file.js'
import { brokenFile } from '../../formats/safetensors/header.js'
import type { NamedValues } from '../../values/named-values.js'
import { elementCount } from '../../values/value.js'

/** Bytes of rows in a pack, at most: what reading one needs in addition to the tables that are read into. */
export const packBytes = 64 * 2 ** 20

const rowOutputs = t.readonlyArray(t.type({ name: t.string, shape: t.readonlyArray(integer) }))

/** The encoder's outputs in a row, in the order in which they lie there, and the shape of one row of each. */
export type RowOutputs = t.TypeOf<typeof rowOutputs>

/** Elements of a row. */
export const rowWidth = (outputs: RowOutputs): number =>
  outputs.reduce((sum, { shape }) => sum + elementCount(shape), 0)

/** Rows that fit into a pack; one at least. */
export const rowsOfPack = (outputs: RowOutputs): number =>
  Math.max(1, Math.floor(packBytes / (Float32Array.BYTES_PER_ELEMENT * rowWidth(outputs))))

/** The outputs of tables with a row for each image. */
export const outputsOf = (tables: NamedValues): RowOutputs =>
  Object.entries(tables)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { shape }]) => ({ name, shape: shape.slice(1) }))

/** A row to be written: its key, and where its image is in which tables. */
export interface KeyedRow {
  readonly key: string
  readonly tables: NamedValues
  readonly position: number
}

/** A pack of which only the header has been read. */
export interface FeaturePack {
  readonly path: string
  readonly outputs: RowOutputs
  /** The key of each row. */
  readonly keys: readonly string[]
  readonly rows: StoredTensor
}

/** Copies each output's part of a row, from tables to a row of a pack. */
const fillRow = (target: Float32Array, start: number, outputs: RowOutputs, row: KeyedRow): void => {
  outputs.reduce((at, { name, shape }) => {
    const width = elementCount(shape)
    const data = row.tables[name]?.data
    if (data !== undefined) target.set(data.subarray(row.position * width, (row.position + 1) * width), at)
    return at + width
  }, start)
}

/** Writes a pack: after a crash it is there as a whole, or not at all. All rows have the outputs of the first. */
export const writePack = (path: string, rows: readonly KeyedRow[]): Effect.Effect<void> => {
  const outputs = outputsOf(rows[0]?.tables ?? {})
  const width = rowWidth(outputs)
  const data = new Float32Array(rows.length * width)
  rows.forEach((row, i) => fillRow(data, i * width, outputs, row))
  return writeSafetensors(
    path,
    { rows: { dtype: 'f32', shape: [rows.length, width], data } },
    { metadata: { outputs: JSON.stringify(outputs), keys: rows.map(({ key }) => key).join(' ') } },
  )
}

const described = (
  path: string,
  rows: StoredTensor | undefined,
  metadata: Readonly<Record<string, string>>,
): E.Either<Failure, FeaturePack> =>
  pipe(
    decodeJson(path, rowOutputs)(metadata['outputs'] ?? '[]'),
    E.chain((outputs): E.Either<Failure, FeaturePack> => {
      const keys = metadata['keys']?.split(' ') ?? []
      const [count, width] = rows?.shape ?? []
      if (
        rows?.type !== 'F32' ||
        rows.shape.length !== 2 ||
        count !== keys.length ||
        width !== rowWidth(outputs)
      )
        return E.left(
          brokenFile(path)(
            `it should hold a tensor 'rows' F32[${keys.length}, ${rowWidth(outputs)}], as its header describes the rows`,
          ),
        )
      return E.right({ path, outputs, keys, rows })
    }),
  )

/** Reads a pack's header. Fails with `FileBroken` or `DecodeFailed` if the file is not a whole pack. */
export const openPack = (path: string): Effect.Effect<FeaturePack> =>
  pipe(
    openSafetensors(path),
    Effect.flatMapEither(({ tensors, metadata }) => described(path, tensors.get('rows'), metadata)),
  )

/** A row that is wanted: its place in the pack, and where it goes in which tables. */
export interface WantedRow {
  readonly row: number
  readonly tables: NamedValues
  readonly position: number
}

/** Rows that are read at once. */
interface Span {
  readonly first: number
  readonly rows: readonly WantedRow[]
}

/** Bytes between rows up to which one read is faster than two. */
const gapBytes = 2 ** 20

/** Wanted rows in the order of the file, in spans without large gaps. */
const spansOf = (wanted: readonly WantedRow[], rowBytes: number): readonly Span[] => {
  const spans: { readonly first: number; readonly rows: WantedRow[] }[] = []
  for (const each of wanted.toSorted((a, b) => a.row - b.row)) {
    const last = spans.at(-1)
    const before = last?.rows.at(-1)
    if (last !== undefined && before !== undefined && (each.row - before.row - 1) * rowBytes <= gapBytes)
      last.rows.push(each)
    else spans.push({ first: each.row, rows: [each] })
  }
  return spans
}

/**
 * Reads rows of a pack into tables, in as few reads as there are large gaps between the rows. Fails with `NotFinite` where one of them holds a
 * NaN or an infinity.
 */
export const readPackRows = (
  { path, outputs, keys, rows }: FeaturePack,
  wanted: readonly WantedRow[],
): Effect.Effect<void> => {
  const width = rowWidth(outputs)
  return pipe(
    spansOf(wanted, width * Float32Array.BYTES_PER_ELEMENT),
    Effect.traverseArray((span) =>
      pipe(
        readRows(rows, span.first, (span.rows.at(-1)?.row ?? span.first) - span.first + 1),
        Effect.tapEither((read) =>
          checkFinite({
            where: path,
            quantity: (_, [row = 0]) => `the row of ${keys[span.first + row] ?? 'an image'}`,
            advice: 'the file was changed, or written by an encoder that overflowed',
          })({ rows: read }),
        ),
        Effect.map(({ data }) => {
          for (const { row, tables, position } of span.rows) {
            outputs.reduce(
              (at, { name, shape }) => {
                const count = elementCount(shape)
                tables[name]?.data.set(data.subarray(at, at + count), position * count)
                return at + count
              },
              (row - span.first) * width,
            )
          }
        }),
      ),
    ),
    Effect.as(undefined),
  )
}
