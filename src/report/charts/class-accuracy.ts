/** Accuracy of each class before and after, as two dots on a line and in numbers: which classes gained, and which lost. */
import type { Accuracy } from '../../experiments/accuracy.js'
import type { Markup } from '../markup.js'
import { element } from '../markup.js'
import { shownName } from '../name.js'

/** A class that has images: its accuracies, shares of 1. */
export interface ClassChange {
  readonly name: string
  readonly count: number
  readonly before: number
  readonly after: number
}

/** Classes with images, the largest gain first. */
export const classChanges = (before: Accuracy, after: Accuracy): readonly ClassChange[] =>
  before.perClass
    .map(({ name, count, accuracy }, i) => ({
      name,
      count,
      before: accuracy,
      after: after.perClass[i]?.accuracy ?? Number.NaN,
    }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.after - b.before - (a.after - a.before))

const percent = (share: number): string => (100 * share).toFixed(0)

/** Places of the dots and of the line between them, in per cent of the strip. */
const places = ({ before, after }: ClassChange): string =>
  Object.entries({
    from: before,
    to: after,
    low: Math.min(before, after),
    gap: Math.abs(after - before),
  })
    .map(([name, share]) => `--${name}: ${(100 * share).toFixed(1)}`)
    .join('; ')

const row = (change: ClassChange): Markup => {
  const { name, count, before, after } = change
  const gain = 100 * (after - before)
  const direction = gain > 0 ? 'gain' : gain < 0 ? 'loss' : 'same'
  const shares = [percent(before), percent(after)]
  return element(
    'tr',
    { title: `${name}: ${shares[0]} % before, ${shares[1]} % after, ${count} images` },
    element('th', { scope: 'row' }, shownName(name)),
    element(
      'td',
      { class: 'strip' },
      element('span', { class: direction, style: places(change) }, element('i')),
    ),
    element('td', {}, shares.join(' → ')),
    element('td', { class: direction }, `${gain > 0 ? '+' : ''}${gain.toFixed(1)}`),
  )
}

/** A row for each of these classes, in their order; `label` says to those who cannot see them which they are. */
export const classAccuracyChart = (changes: readonly ClassChange[], label: string): Markup =>
  element(
    'table',
    { class: 'class-accuracy', 'aria-label': label },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'class'),
        element(
          'th',
          { scope: 'col', class: 'scale' },
          element('div', {}, ...['0', '50', '100'].map((tick) => element('span', {}, tick))),
        ),
        element('th', { scope: 'col' }, 'accuracy, %'),
        element('th', { scope: 'col' }, 'gain'),
      ),
    ),
    element('tbody', {}, ...changes.map(row)),
  )
