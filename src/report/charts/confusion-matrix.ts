/** A confusion matrix: each row a class, the shares of its images that were taken for each class. */
import { scaleBand } from 'd3-scale'
import type { Accuracy } from '../../experiments/accuracy.js'
import type { Markup } from '../markup.js'
import { element, together } from '../markup.js'
import type { Frame } from './axes.js'
import { svgImage } from './axes.js'
import { largest } from '../../values/extremes.js'

/** Beyond these, names and numbers are too small to read. */
const mostNames = 40
const mostNumbers = 12

const nameWidth = (names: readonly string[]): number =>
  Math.min(92, 10 + 6 * largest(names.map((name) => name.length)))

const shortened = (name: string): string => (name.length > 14 ? `${name.slice(0, 13)}…` : name)

/** Rows are what images show, columns what they were taken for. */
export const confusionChart = ({ perClass, confusion }: Accuracy, description: string): Markup => {
  const names = perClass.map(({ name }) => shortened(name))
  const named = names.length <= mostNames
  const margin = named ? nameWidth(names) : 12
  const frame: Frame = { width: 340, height: 340, top: 4, right: 4, bottom: margin, left: margin }
  const band = (from: number, to: number) =>
    scaleBand<number>()
      .domain(names.map((_, i) => i))
      .range([from, to])
      .paddingInner(names.length > mostNames ? 0 : 0.06)
  const x = band(frame.left, frame.width - frame.right)
  const y = band(frame.top, frame.height - frame.bottom)
  const fontSize = Math.min(11, 0.8 * y.bandwidth())
  const cells = confusion.flatMap((row, label) => {
    const total = perClass[label]?.count ?? 0
    return row.flatMap((count, guess) => {
      if (count === 0) return []
      const share = count / total
      const kind = label === guess ? 'right' : 'wrong'
      const [left, top] = [x(guess) ?? 0, y(label) ?? 0]
      const number =
        names.length <= mostNumbers && share >= 0.005
          ? element(
              'text',
              {
                class: share > 0.55 ? 'share on' : 'share',
                x: left + x.bandwidth() / 2,
                y: top + y.bandwidth() / 2 + 3.5,
                'text-anchor': 'middle',
              },
              (100 * share).toFixed(0),
            )
          : undefined
      return [
        element(
          'rect',
          {
            class: kind,
            x: left,
            y: top,
            width: x.bandwidth(),
            height: y.bandwidth(),
            'fill-opacity': 0.08 + 0.87 * share,
          },
          element(
            'title',
            {},
            `${perClass[label]?.name} taken for ${perClass[guess]?.name}: ${count} of ${total}`,
          ),
        ),
        number,
      ]
    })
  })
  const labels = named
    ? names.flatMap((name, i) => {
        const [across, down] = [(x(i) ?? 0) + x.bandwidth() / 2 + 3.5, (y(i) ?? 0) + y.bandwidth() / 2 + 3.5]
        const foot = frame.height - frame.bottom + 8
        return [
          element(
            'text',
            { class: 'name', x: frame.left - 6, y: down, 'text-anchor': 'end', 'font-size': fontSize },
            name,
          ),
          element(
            'text',
            {
              class: 'name',
              transform: `translate(${across.toFixed(1)} ${foot}) rotate(-90)`,
              'text-anchor': 'end',
              'font-size': fontSize,
            },
            name,
          ),
        ]
      })
    : []
  const ground = element('rect', {
    class: 'ground',
    x: frame.left,
    y: frame.top,
    width: frame.width - frame.left - frame.right,
    height: frame.height - frame.top - frame.bottom,
  })
  return svgImage(frame, description, ground, together(cells), together(labels))
}
