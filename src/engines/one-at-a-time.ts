/** A queue of tasks, for runs that share state: they must not overlap. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

/** Delays a task until all tasks that were started before it have ended, in whatever way. */
export type Turns = <L, A>(task: TaskEither<L, A>) => TaskEither<L, A>

/** A new queue. */
export const oneAtATime = (): Turns => {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => () => {
    const next = last.then(task)
    // The caller sees what is thrown; those who wait only need to know that the task has ended.
    last = next.catch(() => undefined)
    return next
  }
}
