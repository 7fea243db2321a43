/** What a transcription of the papers in numpy gives for a few images: stored, and from the Python that is installed. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { failure } from 'io-ts/lib/PathReporter.js'
import { inPackage, pythonScript } from '../../../bench/peer-command.js'

const table = t.array(t.array(t.number))

const computed = t.type({
  tag: t.literal('Computed'),
  numpy: t.string,
  scale: t.number,
  /** Features [N,E] of any length. */
  images: table,
  /** Features [K,E] of unit length. */
  texts: table,
  /** The three nearest others of each image, ordered by their numbers. */
  neighbours: t.array(t.array(t.number)),
  /** Scores [N,K]. */
  zlap: table,
  /** The same with k = 2, γ = 2, α = 0.9. */
  zlapFew: table,
  /** Assignments [N,K] after 0, 1, ... 10 estimates of means and covariances. */
  transclip: t.array(table),
  stata: t.array(table),
  /** The same with α = 3 and soft counts. */
  stataSoft: t.array(table),
  /** Probabilities [N,K]. */
  alignment: table,
})

export type TransductiveFixture = t.TypeOf<typeof computed>

const answer = t.union([computed, t.type({ tag: t.literal('Skipped'), reason: t.string })])

export const storedPath = inPackage('test', 'methods', 'transductive', 'fixture.json')

const decoded = (text: string): E.Either<string, TransductiveFixture> =>
  pipe(
    answer.decode(JSON.parse(text)),
    E.mapLeft((errors) => failure(errors).join('; ')),
    E.flatMap((said) => (said.tag === 'Skipped' ? E.left(said.reason) : E.right(said))),
  )

/** The fixture of the repository. */
export const storedFixture = (): E.Either<string, TransductiveFixture> =>
  decoded(readFileSync(storedPath, 'utf8'))

const execute = promisify(execFile)

/** The fixture as Python computes it now. Left: why it does not. */
export const fixtureOfNumpy: TE.TaskEither<string, TransductiveFixture> = pipe(
  TE.tryCatch(async () => {
    const { stdout } = await execute(...pythonScript(inPackage('scripts', 'transductive-fixture.py')), {
      maxBuffer: 2 ** 24,
    })
    return stdout
  }, String),
  TE.flatMapEither(decoded),
)
