/** Which classes are taken for which, before and after: lists of pairs. Pure. */
import type { Accuracy } from '../experiments/accuracy.js'

/** Images of a class that were taken for another one. */
export interface Confusion {
  readonly shows: string
  readonly takenFor: string
  /** Images of the class. */
  readonly total: number
  readonly before: number
  readonly after: number
}

/** For each class, what its images were taken for before or after, by the order of the classes. */
export const confusionsByClass = (before: Accuracy, after: Accuracy): readonly (readonly Confusion[])[] =>
  before.confusion.map((row, label) =>
    row.flatMap((count, guess): readonly Confusion[] => {
      const later = after.confusion[label]?.[guess] ?? 0
      const { name: shows = '', count: total = 0 } = before.perClass[label] ?? {}
      return label === guess || count + later === 0
        ? []
        : [{ shows, takenFor: before.perClass[guess]?.name ?? '', total, before: count, after: later }]
    }),
  )

/** What pairs are listed by. */
export const orders = {
  frequent: ({ after }: Confusion): number => after,
  resolved: ({ before, after }: Confusion): number => before - after,
  added: ({ before, after }: Confusion): number => after - before,
} as const

/** At most so many pairs with the largest measure above 0, in the order of the classes where it is equal. */
export const foremost = (
  confusions: readonly Confusion[],
  measure: (confusion: Confusion) => number,
  most: number,
): readonly Confusion[] =>
  confusions
    .filter((confusion) => measure(confusion) > 0)
    .toSorted((a, b) => measure(b) - measure(a))
    .slice(0, most)
