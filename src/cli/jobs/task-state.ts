/** What a scheduler says of a task. */

export type TaskState =
  /** It waits: for what, where the scheduler says it. */
  | { readonly tag: 'Waiting'; readonly reason: string | undefined }
  | { readonly tag: 'Running' }
  | { readonly tag: 'Done' }
  | { readonly tag: 'Failed'; readonly reason: string }

/** The tasks of a job that a scheduler knows, by their numbers from 0. */
export type TaskStates = ReadonlyMap<number, TaskState>

/** What a scheduler says of the jobs of a study. */
export interface SchedulerAnswer {
  readonly encode: TaskStates
  readonly cells: TaskStates
  /** Whether all tasks that wait or run are among them: a task that is not is over. */
  readonly complete: boolean
  /** What it could not be asked, in a sentence each. */
  readonly notes: readonly string[]
}
