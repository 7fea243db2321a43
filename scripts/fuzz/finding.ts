/** What a fuzz case shows that must not be. */
import type { FuzzCase, Outcome } from './readers.js'

/** Milliseconds that a case may take. */
export const slowestAllowed = 2000

export interface Finding {
  /** The kind of the failure, or that the input was read. */
  readonly kind: string
  readonly finding: string | undefined
}

/** A failure says what is wrong, in a text of bounded length. */
const poorWords = (words: string): string | undefined => {
  if (words.trim() === '') return 'a failure says nothing'
  if (/\bundefined\b|\[object Object\]/.test(words)) return `a failure says: ${words.slice(0, 300)}`
  return words.length > 100_000 ? `a failure has ${words.length} characters` : undefined
}

const judged = (outcome: Outcome): Finding => {
  if (outcome.tag === 'Read') return { kind: 'read', finding: undefined }
  return outcome.tag === 'Wrong'
    ? { kind: 'wrong', finding: outcome.problem }
    : { kind: outcome.kind, finding: poorWords(outcome.words) }
}

/** Runs a case: a reader that throws has thrown at its caller. */
export const findingOf = async (run: FuzzCase, seed: number): Promise<Finding> => {
  try {
    return judged(await run(seed))
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { kind: 'thrown', finding: `it threw ${words.split('\n').slice(0, 6).join(' | ')}` }
  }
}
