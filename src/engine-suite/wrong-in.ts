/** What is wrong in the end of a task, of whatever kind it is. */
import type { Ended } from './checking-process.js'
import type { FindingKind } from './finding.js'

/** What is wrong, of whatever kind; undefined if nothing is. */
export const wrongIn = (
  ended: Ended,
): { readonly kind: FindingKind; readonly deviation: string } | undefined => {
  if (ended.kind !== 'answer') return { kind: ended.kind, deviation: ended.how }
  const { answer } = ended
  return answer.done && answer.deviation !== undefined
    ? { kind: 'deviation', deviation: answer.deviation }
    : undefined
}
