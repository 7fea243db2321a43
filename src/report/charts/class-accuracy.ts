/** Accuracy of each class before and after, as two dots on a line: which classes gained, and which lost. */
import { scaleBand, scaleLinear } from 'd3-scale'
import type { Accuracy } from '../../experiments/accuracy.js'
import type { Markup } from '../markup.js'
import { element, together } from '../markup.js'
import type { Frame } from './axes.js'
import { bottomAxis, columnLines, svgImage } from './axes.js'

/** A class that has images: its accuracies, shares of 1. */
interface ClassChange {
  readonly name: string
  readonly count: number
  readonly before: number
  readonly after: number
}

/** Classes with images, the largest gain first. */
const changesOf = (before: Accuracy, after: Accuracy): readonly ClassChange[] =>
  before.perClass
    .map(({ name, count, accuracy }, i) => ({
      name,
      count,
      before: accuracy,
      after: after.perClass[i]?.accuracy ?? Number.NaN,
    }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.after - b.before - (a.after - a.before))

/** Rows fill a card where classes are few, and keep a readable least where they are many. */
const rowHeightOf = (classes: number): number => Math.max(22, Math.min(44, 300 / classes))
const longestName = 14

const shortened = (name: string): string =>
  name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name

const percent = (share: number): string => (100 * share).toFixed(0)

/** One row for each class. */
export const classAccuracyChart = (before: Accuracy, after: Accuracy): Markup => {
  const changes = changesOf(before, after)
  const rowHeight = rowHeightOf(changes.length)
  const frame: Frame = {
    width: 340,
    height: 10 + rowHeight * changes.length + 36,
    top: 10,
    right: 48,
    bottom: 36,
    left: 104,
  }
  const x = scaleLinear()
    .domain([0, 1])
    .range([frame.left, frame.width - frame.right])
  const y = scaleBand<number>()
    .domain(changes.map((_, i) => i))
    .range([frame.top, frame.height - frame.bottom])
  const rows = changes.map((change, i) => {
    const middle = (y(i) ?? 0) + y.bandwidth() / 2
    const gain = 100 * (change.after - change.before)
    const direction = gain > 0 ? 'gain' : gain < 0 ? 'loss' : 'same'
    return element(
      'g',
      {},
      element(
        'title',
        {},
        `${change.name}: ${percent(change.before)} % before, ${percent(change.after)} % after, ${change.count} images`,
      ),
      element(
        'text',
        { class: 'name', x: frame.left - 10, y: middle + 4, 'text-anchor': 'end' },
        shortened(change.name),
      ),
      element('line', {
        class: `link ${direction}`,
        x1: x(change.before),
        x2: x(change.after),
        y1: middle,
        y2: middle,
      }),
      element('circle', { class: 'dot before', cx: x(change.before), cy: middle, r: 4.5 }),
      element('circle', { class: 'dot after', cx: x(change.after), cy: middle, r: 4.5 }),
      element(
        'text',
        { class: `change ${direction}`, x: frame.width - 4, y: middle + 4, 'text-anchor': 'end' },
        `${gain > 0 ? '+' : ''}${gain.toFixed(1)}`,
      ),
    )
  })
  return svgImage(
    frame,
    `accuracy of ${changes.length} classes before and after`,
    columnLines(x, frame, 5),
    bottomAxis(x, frame, { label: 'accuracy, %', ticks: 5, format: percent }),
    together(rows),
  )
}
