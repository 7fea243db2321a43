/** What Slurm says of the tasks of a study: the arguments of `squeue` and `sacct`, and their answers, decoded. Pure. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { decodeProblems } from '../../dsl/documents/decode-problems.js'
import { keysOf, literals } from '../../dsl/documents/literals.js'
import type { JobPart, SlurmNumbers } from './submission.js'
import { jobParts } from './submission.js'
import type { TaskState, TaskStates } from './task-state.js'

/** The states of jobs of Slurm (squeue(1), "Job state codes"), and what they mean for a task. */
const meanings = {
  PENDING: 'Waiting',
  REQUEUED: 'Waiting',
  REQUEUE_HOLD: 'Waiting',
  REQUEUE_FED: 'Waiting',
  RESV_DEL_HOLD: 'Waiting',
  SPECIAL_EXIT: 'Waiting',
  RUNNING: 'Running',
  CONFIGURING: 'Running',
  COMPLETING: 'Running',
  RESIZING: 'Running',
  SIGNALING: 'Running',
  STAGE_OUT: 'Running',
  STOPPED: 'Running',
  SUSPENDED: 'Running',
  COMPLETED: 'Done',
  BOOT_FAIL: 'Failed',
  CANCELLED: 'Failed',
  DEADLINE: 'Failed',
  FAILED: 'Failed',
  LAUNCH_FAILED: 'Failed',
  NODE_FAIL: 'Failed',
  OUT_OF_MEMORY: 'Failed',
  PREEMPTED: 'Failed',
  RECONFIG_FAIL: 'Failed',
  REVOKED: 'Failed',
  TIMEOUT: 'Failed',
} as const satisfies Readonly<Record<string, TaskState['tag']>>

const stateCodec = literals(keysOf(meanings))

/** A task in an answer: the number of its job, its own, its state, and what Slurm adds. */
const taskCodec = t.tuple([t.string, t.string, stateCodec, t.string])
type AnsweredTask = t.TypeOf<typeof taskCodec>

/** The states of the tasks of one job, by number. */
export type SlurmAnswer = Readonly<Record<Exclude<JobPart, 'collect'>, TaskStates>>

const listOf = (numbers: SlurmNumbers): string => jobParts.map((part) => numbers[part]).join(',')

/** Words after `squeue`: each task of the jobs in a line, those that have ended, too, as long as it remembers them. */
export const squeueWords = (numbers: SlurmNumbers): readonly string[] => [
  '--noheader',
  '--array',
  '--states=all',
  `--jobs=${listOf(numbers)}`,
  '--format=%F|%K|%T|%r',
]

/** Words after `sacct`, which remembers jobs for long where a cluster keeps accounts. */
export const sacctWords = (numbers: SlurmNumbers): readonly string[] => [
  '--noheader',
  '--parsable2',
  '--allocations',
  `--jobs=${listOf(numbers)}`,
  '--format=JobID,State,ExitCode',
]

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '')

const stateOf = ([, , state, added]: AnsweredTask): TaskState => {
  const tag = meanings[state]
  switch (tag) {
    case 'Waiting':
      return { tag, reason: added === 'None' || added === '' ? undefined : added }
    case 'Failed':
      return { tag, reason: `Slurm says ${state}` }
    default:
      return { tag }
  }
}

const byPart = (numbers: SlurmNumbers, tasks: readonly AnsweredTask[]): SlurmAnswer => {
  const ofJob = (job: string): TaskStates =>
    new Map(
      tasks
        .filter(([array, index]) => array === job && /^\d+$/.test(index))
        .map((task) => [Number(task[1]), stateOf(task)]),
    )
  return { encode: ofJob(numbers.encode), cells: ofJob(numbers.cells) }
}

const decoded =
  (numbers: SlurmNumbers, program: string) =>
  (rows: readonly (readonly string[])[]): E.Either<string, SlurmAnswer> =>
    pipe(
      t.array(taskCodec).decode(rows),
      E.bimap(
        (errors) => `${program} answers what is not understood: ${decodeProblems(errors).join('; ')}`,
        (tasks) => byPart(numbers, tasks),
      ),
    )

/** The answer of `squeue`. Fails with a sentence where a line has other fields or a state that is unknown. */
export const squeueAnswer = (numbers: SlurmNumbers, text: string): E.Either<string, SlurmAnswer> =>
  pipe(
    linesOf(text).map((line) => {
      const [job = '', index = '', state = '', ...reason] = line.split('|')
      return [job, index, state, reason.join('|')]
    }),
    decoded(numbers, 'squeue'),
  )

/** The answer of `sacct`. Tasks that wait together are one line of it, which `squeue` has in full, and is left out. */
export const sacctAnswer = (numbers: SlurmNumbers, text: string): E.Either<string, SlurmAnswer> =>
  pipe(
    linesOf(text).flatMap((line) => {
      const [id = '', state = '', exitCode = ''] = line.split('|')
      const [job = '', index = ''] = id.split('_')
      // The state of a cancelled job names who did it: `CANCELLED by 1000`.
      return /^\d+$/.test(index) ? [[job, index, state.replace(/ .*/, ''), exitCode]] : []
    }),
    decoded(numbers, 'sacct'),
  )
