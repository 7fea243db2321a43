/** Files of text and JSON as effects; what is read is decoded before anyone sees it. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import { decodeProblems } from '../dsl/documents/decode-problems.js'
import type { Effect } from './effect.js'
import { flatMapEither } from './effect.js'
import type { Failure } from './failure.js'
import { readFile, writeFile } from './operations.js'

/** Bytes as text. Fails with `FileBroken` if they are not UTF-8. */
const decodeUtf8 = (path: string, bytes: Uint8Array): E.Either<Failure, string> =>
  E.tryCatch(
    () => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    () => ({
      tag: 'FileBroken',
      path,
      format: 'UTF-8 text',
      problem: 'it holds bytes that are no characters',
    }),
  )

/** Text as a value of a codec's type. Fails with `FileBroken` (no JSON) or `DecodeFailed` (other JSON). */
export const decodeJson =
  <A, O>(path: string, codec: t.Type<A, O>) =>
  (text: string): E.Either<Failure, A> =>
    pipe(
      E.tryCatch(
        (): unknown => JSON.parse(text),
        (error): Failure => ({
          tag: 'FileBroken',
          path,
          format: 'JSON',
          problem: error instanceof Error ? error.message : String(error),
        }),
      ),
      E.flatMap((json) => {
        const decoded = codec.decode(json)
        return E.isRight(decoded)
          ? decoded
          : E.left<Failure>({ tag: 'DecodeFailed', path, problems: decodeProblems(decoded.left) })
      }),
    )

export const readText = (path: string): Effect<string> =>
  pipe(
    readFile(path),
    flatMapEither((bytes) => decodeUtf8(path, bytes)),
  )

export const writeText = (path: string, text: string): Effect<void> =>
  writeFile(path, [new TextEncoder().encode(text)])

/**
 * A JSON file, decoded.
 *
 * @example
 * readJson('run.json', t.type({ seed: t.number })) // an Effect<{ seed: number }>
 */
export const readJson = <A, O>(path: string, codec: t.Type<A, O>): Effect<A> =>
  pipe(readText(path), flatMapEither(decodeJson(path, codec)))

/** Writes a value as JSON, two spaces deep, through the codec that reads it again. */
export const writeJson = <A, O>(path: string, codec: t.Type<A, O>, value: A): Effect<void> =>
  writeText(path, `${JSON.stringify(codec.encode(value), undefined, 2)}\n`)

/**
 * A file of one JSON value a line. A last line without its end is what a crash left of it, and is not read: write the
 * lines anew before appending to such a file.
 */
export const readJsonLines = <A, O>(path: string, codec: t.Type<A, O>): Effect<readonly A[]> =>
  pipe(
    readText(path),
    flatMapEither((text) => E.traverseArray(decodeJson(path, codec))(text.split('\n').slice(0, -1))),
  )
