/** Options as a configuration: what a codec refuses of them is a mistake of the person who gave them. */
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { decodeProblems } from '../../dsl/documents/decode-problems.js'
import type { Failure } from '../../effects/index.js'

/** Decodes a configuration that was put together from options. Fails with `DecodeFailed`, naming the fields. */
export const decodeOptions = <A>(codec: t.Decoder<unknown, A>, options: unknown): E.Either<Failure, A> => {
  const decoded = codec.decode(options)
  return E.isRight(decoded)
    ? decoded
    : E.left({ tag: 'DecodeFailed', path: 'options', problems: decodeProblems(decoded.left) })
}
