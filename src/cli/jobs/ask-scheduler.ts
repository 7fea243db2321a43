/** Asks the scheduler that a study was handed over to for its tasks. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { runProgram } from '../run-program.js'
import { kubectlAnswer, kubectlWords } from './kubernetes-tasks.js'
import type { SlurmAnswer } from './slurm-tasks.js'
import { sacctAnswer, sacctWords, squeueAnswer, squeueWords } from './slurm-tasks.js'
import type { SlurmNumbers, Submission } from './submission.js'
import type { SchedulerAnswer, TaskStates } from './task-state.js'

/** Longer than schedulers wait for their own servers, in milliseconds. */
const atMost = 60_000

/** What a program prints on its standard output; fails with a sentence where it cannot be run or ends with an error. */
const outputOf = (program: string, words: readonly string[]): TE.TaskEither<string, string> =>
  pipe(
    runProgram(program, words, { kept: ['stdout', 'stderr'], atMost }),
    TE.flatMapEither(({ code, stdout, stderr }) =>
      code === 0
        ? E.right(stdout)
        : E.left(`${program} ends with ${code}: ${stderr.trim().split('\n').at(-1) ?? ''}`),
    ),
  )

/** The tasks of both, those of the second where both know one. */
const merged = (first: TaskStates, second: TaskStates): TaskStates => new Map([...first, ...second])

const ofSlurm = (numbers: SlurmNumbers): TE.TaskEither<string, SchedulerAnswer> => {
  const squeue = pipe(
    outputOf('squeue', squeueWords(numbers)),
    // Of jobs that are long over it says so.
    TE.orElse((reason) => (reason.includes('Invalid job id') ? TE.right('') : TE.left(reason))),
    TE.flatMapEither((text) => squeueAnswer(numbers, text)),
  )
  const sacct = pipe(
    outputOf('sacct', sacctWords(numbers)),
    TE.flatMapEither((text) => sacctAnswer(numbers, text)),
  )
  return async () => {
    const [queue, account] = await Promise.all([squeue(), sacct()])
    if (E.isLeft(queue) && E.isLeft(account)) return E.left(`${queue.left}; ${account.left}`)
    const none: SlurmAnswer = { encode: new Map(), cells: new Map() }
    const [ended, current] = [E.getOrElse(() => none)(account), E.getOrElse(() => none)(queue)]
    return E.right({
      encode: merged(ended.encode, current.encode),
      cells: merged(ended.cells, current.cells),
      complete: E.isRight(queue),
      notes: [queue, account].flatMap((each) => (E.isLeft(each) ? [each.left] : [])),
    })
  }
}

const ofKubernetes = (submission: Submission): TE.TaskEither<string, SchedulerAnswer> =>
  pipe(
    outputOf('kubectl', kubectlWords(submission)),
    TE.flatMapEither((text) => kubectlAnswer(submission, text)),
    TE.map((answer) => ({ ...answer, complete: true, notes: [] })),
  )

/**
 * What the scheduler of a study says of its tasks; undefined where there is none to ask: the study runs on one machine, or its jobs
 * for Slurm have no numbers, since they were not handed over. Fails with a sentence where it does not answer.
 */
export const askScheduler = (
  submission: Submission | undefined,
  numbers: SlurmNumbers | undefined,
): TE.TaskEither<string, SchedulerAnswer | undefined> => {
  if (submission?.scheduler === 'kubernetes') return ofKubernetes(submission)
  return submission?.scheduler === 'slurm' && numbers !== undefined ? ofSlurm(numbers) : TE.right(undefined)
}
