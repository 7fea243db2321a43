/** Progress where nobody watches a terminal: a line now and then, for a log. */
import type { Progress } from '../effects/index.js'

/** Milliseconds between two lines. What is over sooner says nothing. */
export const lineInterval = 30_000

export const fieldsText = (fields: Progress['fields']): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${value}`)
    .join('  ')

/** What prints a line of progress if none was printed, and nothing was begun, within the interval. */
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
