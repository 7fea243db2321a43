/** How far a run of a study is: what its folder says, together with what the scheduler says of its task. Pure. */
import { keysOf } from '../../dsl/documents/literals.js'
import { counted } from '../../effects/counted.js'
import type { CellState } from '../../experiments/study/cell-state.js'
import { cellStateWords } from '../../experiments/study/cell-state.js'
import type { TaskState } from './task-state.js'

/** `Stopped` and `NotBegun` only where no scheduler is asked. */
export type SubmittedState =
  | CellState
  | { readonly tag: 'Queued'; readonly reason: string | undefined }
  /** The scheduler is to do it, has no task for it any more, and no process works in its folder. */
  | { readonly tag: 'Lost'; readonly reason: string }

/** What a folder of a run says. */
export interface FolderView {
  readonly name: string
  readonly state: CellState
}

/** What a scheduler says of the task of a run: `Unknown` where it does not know it, `NotAsked` where it gives no answer. */
export type TaskView = TaskState | { readonly tag: 'Unknown' } | { readonly tag: 'NotAsked' }

/**
 * The state of a run. Its folder is believed first: a run whose evaluation is there is finished, one whose lease is live is running,
 * and one that failed for a reason of its own has it written down.
 */
export const submittedState = (state: CellState, task: TaskView): SubmittedState => {
  if (state.tag === 'Finished' || state.tag === 'Running' || state.tag === 'Failed') return state
  switch (task.tag) {
    case 'NotAsked':
      return state
    case 'Waiting':
      return { tag: 'Queued', reason: task.reason }
    case 'Running':
      return state.tag === 'Stopped'
        ? { tag: 'Queued', reason: 'its task runs and has not come back to it' }
        : { tag: 'Queued', reason: 'its task runs and has not come to it' }
    case 'Failed':
      return task
    case 'Done':
      return { tag: 'Lost', reason: 'its task ended without it' }
    case 'Unknown':
      return { tag: 'Lost', reason: 'the scheduler has no task for it, and no process works in its folder' }
  }
}

/** In the order in which they are counted. */
const inWords: { readonly [T in SubmittedState['tag']]: string } = {
  Finished: cellStateWords.Finished,
  Running: cellStateWords.Running,
  Queued: 'queued',
  Stopped: cellStateWords.Stopped,
  NotBegun: cellStateWords.NotBegun,
  Failed: cellStateWords.Failed,
  Lost: 'lost',
}

/** How many are in each state: `18 runs: 7 finished, 2 running, 9 queued`. */
const countsLine = (states: readonly SubmittedState[]): string => {
  const counts = keysOf(inWords).flatMap((tag) => {
    const those = states.filter((state) => state.tag === tag).length
    return those === 0 ? [] : [`${those} ${inWords[tag]}`]
  })
  return `${counted(states.length, 'run')}: ${counts.join(', ')}`
}

/** What the queued runs wait for, each reason with the number of runs: `queued: 5 Resources; 4 Dependency`. */
const waitingLine = (states: readonly SubmittedState[]): readonly string[] => {
  const reasons = states.flatMap((state) =>
    state.tag === 'Queued' && state.reason !== undefined ? [state.reason] : [],
  )
  const each = [...new Set(reasons)].map(
    (reason) => `${reasons.filter((other) => other === reason).length} ${reason}`,
  )
  return each.length === 0 ? [] : [`queued: ${each.join('; ')}`]
}

/** The lines of a study: counts, what is waited for, and each run that failed or was lost with its reason. */
export const runLines = (
  runs: readonly { readonly name: string; readonly state: SubmittedState }[],
): readonly string[] => {
  const states = runs.map(({ state }) => state)
  return [
    countsLine(states),
    ...waitingLine(states),
    ...runs.flatMap(({ name, state }) =>
      state.tag === 'Failed' || state.tag === 'Lost'
        ? [`${inWords[state.tag]}: ${name}: ${state.reason}`]
        : [],
    ),
  ]
}
