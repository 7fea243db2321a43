/** Files of text and JSON as effects; JSON is decoded by a codec of io-ts. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import { decodeProblems } from '../dsl/documents/decode-problems.js'
import * as Effect from './effect.js'
import type { Failure } from './failure.js'
import { readFile, writeFile } from './operations.js'
import { reasonOf } from '../engines/reason-of.js'

/** Bytes as text. Fails with `FileBroken` if they are not UTF-8. */
const decodeUtf8 = (path: string, bytes: Uint8Array): E.Either<Failure, string> =>
  E.tryCatch(
    () => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    () => ({
      tag: 'FileBroken',
      path,
      format: 'UTF-8 text',
      problem: 'some of its bytes are not UTF-8',
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
          problem: reasonOf(error),
        }),
      ),
      E.flatMap((json) => {
        const decoded = codec.decode(json)
        return E.isRight(decoded)
          ? decoded
          : E.left<Failure>({ tag: 'DecodeFailed', path, problems: decodeProblems(decoded.left) })
      }),
    )

export const readText = (path: string): Effect.Effect<string> =>
  pipe(
    readFile(path),
    Effect.flatMapEither((bytes) => decodeUtf8(path, bytes)),
  )

export const writeText = (path: string, text: string): Effect.Effect<void> =>
  writeFile(path, [new TextEncoder().encode(text)])

/**
 * A JSON file, decoded.
 *
 * @example
 * readJson('run.json', t.type({ seed: t.number })) // an Effect of { seed: number }
 */
export const readJson = <A, O>(path: string, codec: t.Type<A, O>): Effect.Effect<A> =>
  pipe(readText(path), Effect.flatMapEither(decodeJson(path, codec)))

/** Writes a value as JSON, indented by two spaces, through the codec that reads it again. */
export const writeJson = <A, O>(path: string, codec: t.Type<A, O>, value: A): Effect.Effect<void> =>
  writeText(path, `${JSON.stringify(codec.encode(value), undefined, 2)}\n`)

/**
 * A file with one JSON value on each line. A last line without its end was left by a crash and is not read: write the
 * lines again before you append to such a file.
 */
export const readJsonLines = <A, O>(path: string, codec: t.Type<A, O>): Effect.Effect<readonly A[]> =>
  pipe(
    readText(path),
    Effect.flatMapEither((text) => E.traverseArray(decodeJson(path, codec))(text.split('\n').slice(0, -1))),
  )
