/** Numbers that a script in numpy gives: stored in the repository, and as the Python that is installed computes them. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { failure } from 'io-ts/lib/PathReporter.js'
import { inPackage, pythonScript } from '../../bench/peer-command.js'

export interface NumpyFixture<A> {
  readonly storedPath: string
  readonly stored: () => E.Either<string, A>
  /** Left: why Python does not compute it. */
  readonly now: TE.TaskEither<string, A>
}

const skipped = t.type({ tag: t.literal('Skipped'), reason: t.string })

const execute = promisify(execFile)

/** What a script of `scripts` writes, stored at a path of the package. */
export const numpyFixture = <A>(
  script: string,
  codec: t.Decoder<unknown, A>,
  ...path: readonly string[]
): NumpyFixture<A> => {
  const decoded = (text: string): E.Either<string, A> => {
    const said: unknown = JSON.parse(text)
    return skipped.is(said)
      ? E.left(said.reason)
      : pipe(
          codec.decode(said),
          E.mapLeft((errors) => failure([...errors]).join('; ')),
        )
  }
  const storedPath = inPackage(...path)
  return {
    storedPath,
    stored: () => decoded(readFileSync(storedPath, 'utf8')),
    now: pipe(
      TE.tryCatch(async () => {
        const { stdout } = await execute(...pythonScript(inPackage('scripts', script)), {
          maxBuffer: 2 ** 24,
        })
        return stdout
      }, String),
      TE.flatMapEither(decoded),
    ),
  }
}
