/** Progress as lines of a log, for output that is not a terminal. */
import type { Progress } from '../effects/index.js'

/** Milliseconds between two lines. Shorter work prints no line. */
export const lineInterval = 30_000

export const fieldsText = (fields: Progress['fields']): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${value}`)
    .join('  ')

/** Prints progress as a line, at most one for each interval. */
export const progressLines = (
  print: (line: string) => void,
  now: () => number,
): ((progress: Progress) => void) => {
  let last = now()
  return ({ label, done, total, fields }) => {
    if (now() - last < lineInterval) return
    last = now()
    print(`${label}: ${done} of ${total}  ${fieldsText(fields)}`.trimEnd())
  }
}
