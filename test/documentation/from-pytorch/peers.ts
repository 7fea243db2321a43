/** The numbers of PyTorch and JAX, where `python3`, or what `BENCH_PYTHON` names, has them. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { failure } from 'io-ts/lib/PathReporter.js'
import { pythonCommand } from '../../../bench/peer-command.js'
import { askPython, noPython } from '../../support/ask-python.js'
import type { NamedValues } from '../../../src/dsl/index.js'
import type { Numbers } from './numbers.js'
import { numbersCodec } from './numbers.js'
import type { Measure } from './row.js'

export type Library = 'pytorch' | 'jax'

/** An expression, and the values of the names in it. */
export interface Question {
  readonly name: string
  readonly code: string
  readonly measure: Measure
  readonly values: NamedValues
}

const answersCodec = t.union([
  t.type({ tag: t.literal('Skipped'), reason: t.string }),
  t.type({
    tag: t.literal('Answered'),
    version: t.string,
    answers: t.record(
      t.string,
      t.union([
        t.type({ tag: t.literal('Value'), numbers: t.array(numbersCodec) }),
        t.type({ tag: t.literal('Failed'), reason: t.string }),
        t.type({ tag: t.literal('Skipped'), reason: t.string }),
      ]),
    ),
  }),
])

export type Answers = t.TypeOf<typeof answersCodec>

/** Elements that JSON has no numbers for, as text. */
const spelled = (values: NamedValues): unknown =>
  Object.fromEntries(
    Object.entries(values).map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape, elements: [...data].map((value) => (Number.isFinite(value) ? value : String(value))) },
    ]),
  )

/** A library's numbers for all expressions; skipped where there is no Python, or no such library. */
export const ask = (library: Library, questions: readonly Question[]): TE.TaskEither<string, Answers> => {
  const command = pythonCommand('expressions.py', library)
  const text = JSON.stringify(
    questions.map((question) => ({ ...question, values: spelled(question.values) })),
  )
  return pipe(
    askPython(command, text),
    TE.flatMapEither((said) => E.tryCatch((): unknown => JSON.parse(said), String)),
    TE.flatMapEither((said) =>
      E.mapLeft((errors: t.Errors) => `the script says something else: ${failure(errors)[0] ?? ''}`)(
        answersCodec.decode(said),
      ),
    ),
    TE.orElse((problem) =>
      problem === noPython
        ? TE.right<string, Answers>({ tag: 'Skipped', reason: noPython })
        : TE.left(problem),
    ),
  )
}

/** The numbers of one row, or why there are none. */
export const numbersIn = (answers: Answers, name: string): E.Either<string, readonly Numbers[]> => {
  if (answers.tag === 'Skipped') return E.left(answers.reason)
  const answer = answers.answers[name]
  if (answer === undefined) return E.left('it was not asked')
  return answer.tag === 'Value' ? E.right(answer.numbers) : E.left(answer.reason)
}
