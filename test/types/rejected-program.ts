/** A program that must not compile, with the sentence that must say why. */

export interface RejectedProgram {
  /** What the mistake is, for a reader. */
  readonly mistake: string
  readonly program: string
  /** What the compiler's message must contain. */
  readonly sentence: string
  /** What the run-time rules say, where it is not the same sentence; `accepts` where only types can know. */
  readonly atRunTime?: string
}
