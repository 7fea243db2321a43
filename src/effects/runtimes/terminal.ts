/** Output for a person, and their way to stop a run. */
import type { Progress } from '../instruction.js'

export interface Terminal {
  readonly printLine: (line: string) => void
  readonly reportProgress: (progress: Progress) => void
  /** Aborted when the user asks to stop. */
  readonly stop: AbortSignal
}

/** Shows nothing, and is never stopped. */
export const silentTerminal: Terminal = {
  printLine: () => undefined,
  reportProgress: () => undefined,
  stop: new AbortController().signal,
}
