/** What is printed of a study that was submitted. Pure. */
import * as E from 'fp-ts/lib/Either.js'
import { join } from '../../effects/paths.js'
import { studyFolders } from '../../experiments/study/study-directory.js'
import { submitFile } from './job-set.js'
import type { TaskView } from './submitted-state.js'
import { runLines, submittedState } from './submitted-state.js'
import type { StudyView } from './study-view.js'
import type { SchedulerAnswer, TaskStates } from './task-state.js'

/** The task of run `index`: a run each, or shares where there are fewer tasks. */
const taskOf = ({ submission }: StudyView, answer: SchedulerAnswer | undefined, index: number): TaskView =>
  submission === undefined || answer === undefined
    ? { tag: 'NotAsked' }
    : (answer.cells.get(index % submission.cells.tasks) ?? { tag: answer.complete ? 'Unknown' : 'NotAsked' })

/** The tasks that encode the images, as long as they are not done. */
const encodingLines = (tasks: TaskStates): readonly string[] => {
  const states = [...tasks]
  const done = states.filter(([, { tag }]) => tag === 'Done').length
  return done === states.length
    ? []
    : [
        `images: ${done} of ${states.length} tasks done`,
        ...states.flatMap(([index, state]) =>
          state.tag === 'Failed' ? [`failed: task ${index} of the images: ${state.reason}`] : [],
        ),
      ]
}

/** Lines for standard output, and for standard error. */
export interface StatusLines {
  readonly output: readonly string[]
  readonly notes: readonly string[]
}

/** A scheduler's silence, and what is printed instead. */
const silent = (reason: string): string => `${reason}; where it is silent, this is what the folder says`

/** The status of a study by its folder and by what its scheduler was asked: undefined where there is none to ask. */
export const statusLines = (
  view: StudyView,
  asked: E.Either<string, SchedulerAnswer | undefined>,
): StatusLines => {
  const answer = E.isRight(asked) ? asked.right : undefined
  const { directory, submission, numbers, runs, table } = view
  const states = runs.map((run, index) => ({
    name: run.name,
    state: submittedState(run.state, taskOf(view, answer, index)),
  }))
  const jobs = join(directory, studyFolders.jobs)
  const again = `bash ${join(jobs, submitFile)}`
  const isBad = states.some(({ state }) => state.tag === 'Failed' || state.tag === 'Lost')
  return {
    output: [
      ...runLines(states),
      ...encodingLines(answer?.encode ?? new Map()),
      ...(isBad && submission?.scheduler === 'slurm' ? [`logs: ${join(jobs, 'logs')}`] : []),
      ...(isBad && submission !== undefined ? [`to do again what is not finished: ${again}`] : []),
      ...(table ? [`table: ${join(directory, 'table.txt')}`] : []),
    ],
    notes: [
      ...(submission?.scheduler === 'slurm' && numbers === undefined
        ? [`the jobs are not handed over to Slurm yet: ${again}`]
        : []),
      ...(E.isLeft(asked) ? [asked.left] : (answer?.notes ?? [])).map(silent),
    ],
  }
}
