/** How far a run of a study is: what its folder says, together with what the scheduler says of its task. Pure. */
import { keysOf } from '../../dsl/documents/literals.js'
import { counted } from '../../effects/counted.js'
import type { CellState } from '../../experiments/study/cell-state.js'
import type { TaskState } from './task-state.js'

export type RunState =
  | { readonly tag: 'Finished' }
  | { readonly tag: 'Running' }
  | { readonly tag: 'Queued'; readonly reason: string | undefined }
  | { readonly tag: 'Failed'; readonly reason: string }
  /** The scheduler is to do it, has no task for it any more, and no process works in its folder. */
  | { readonly tag: 'Lost'; readonly reason: string }
  /** No scheduler is asked: it was begun, and no process works in its folder. */
  | { readonly tag: 'Interrupted' }
  | { readonly tag: 'NotBegun' }

/** What a folder of a run says. */
export interface FolderView {
  readonly name: string
  readonly state: CellState
  /** Whether a process that lives works in it. */
  readonly locked: boolean
}

/** What a scheduler says of the task of a run: `Unknown` where it does not know it, `NotAsked` where it gives no answer. */
export type TaskView = TaskState | { readonly tag: 'Unknown' } | { readonly tag: 'NotAsked' }

const unfinished = (begun: boolean): RunState => (begun ? { tag: 'Interrupted' } : { tag: 'NotBegun' })

/**
 * The state of a run. Its folder is believed first: a run whose evaluation is there is finished, one whose lease is live is running,
 * and one that failed for a reason of its own has it written down.
 */
export const runState = ({ state, locked }: Omit<FolderView, 'name'>, task: TaskView): RunState => {
  if (state.tag === 'Finished') return state
  if (locked) return { tag: 'Running' }
  if (state.tag === 'Failed') return state
  switch (task.tag) {
    case 'NotAsked':
      return unfinished(state.tag === 'Begun')
    case 'Waiting':
      return { tag: 'Queued', reason: task.reason }
    case 'Running':
      return state.tag === 'Begun'
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

const inWords: { readonly [T in RunState['tag']]: string } = {
  Finished: 'finished',
  Running: 'running',
  Queued: 'queued',
  Interrupted: 'interrupted',
  NotBegun: 'not begun',
  Failed: 'failed',
  Lost: 'lost',
}

/** How many are in each state: `18 runs: 7 finished, 2 running, 9 queued`. */
const countsLine = (states: readonly RunState[]): string => {
  const counts = keysOf(inWords).flatMap((tag) => {
    const those = states.filter((state) => state.tag === tag).length
    return those === 0 ? [] : [`${those} ${inWords[tag]}`]
  })
  return `${counted(states.length, 'run')}: ${counts.join(', ')}`
}

/** What the queued runs wait for, each reason with the number of runs: `queued: 5 Resources; 4 Dependency`. */
const waitingLine = (states: readonly RunState[]): readonly string[] => {
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
  runs: readonly { readonly name: string; readonly state: RunState }[],
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
