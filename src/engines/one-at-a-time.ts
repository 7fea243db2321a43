/** Tasks in turn: runs that share state, or a library that has one, must not overlap. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

/** Runs tasks one after the other, in the order in which they are started. */
export type Turns = <L, A>(task: TaskEither<L, A>) => TaskEither<L, A>

/** A queue of its own. */
export const oneAtATime = (): Turns => {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => () => {
    const next = last.then(task)
    last = next
    return next
  }
}
