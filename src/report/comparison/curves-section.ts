/** Learning curves of all rows over each other, and their last values. */
import type { RunGroup } from '../../experiments/comparison/compare-runs.js'
import { spoken } from '../entries.js'
import { element } from '../markup.js'
import type { TitledSection } from '../sections/blocks.js'
import { card, gridOf, section } from '../sections/blocks.js'
import { numberCell, unknown } from './cells.js'
import { overlaidCurves } from './overlaid-curves.js'
import type { Cell } from './sorted-table.js'
import { sortedTable } from './sorted-table.js'

/** Names of the metrics of any group: the loss first, then the accuracy, then the others as they come. */
const metricNames = (groups: readonly RunGroup[]): readonly string[] => {
  const names = new Set(groups.flatMap(({ curves }) => curves.map(({ name }) => name)))
  return [...new Set(['loss', 'accuracy', ...names])].filter((name) => names.has(name))
}

const titleOf = (name: string): string =>
  name === 'loss'
    ? 'total loss'
    : name === 'accuracy'
      ? 'accuracy on labelled images of the step'
      : spoken(name)

const curveOf = ({ curves }: RunGroup, metric: string) => curves.find(({ name }) => name === metric)?.points

export const curvesSection = (groups: readonly RunGroup[]): TitledSection | undefined => {
  const names = metricNames(groups)
  if (names.length === 0) return undefined
  const charts = names.map((name) =>
    card(
      titleOf(name),
      overlaidCurves(
        titleOf(name),
        groups.flatMap((group, i) => {
          const found = curveOf(group, name)
          return found === undefined ? [] : [{ group: i + 1, points: found }]
        }),
      ),
    ),
  )
  const ends = sortedTable(
    'Last values of the metrics, means over the runs of a row',
    [{ title: 'Row', numeric: true }, ...names.map((name) => ({ title: titleOf(name), numeric: true }))],
    groups.flatMap((group, i) =>
      group.curves.length === 0
        ? []
        : [
            {
              group: i + 1,
              cells: [
                numberCell(i + 1),
                ...names.map((name): Cell => {
                  const value = curveOf(group, name)?.at(-1)?.value
                  return value === undefined ? unknown : { shown: value.toPrecision(4), by: value }
                }),
              ],
            },
          ],
    ),
  )
  return section(
    'Learning curves',
    'Moving averages of the mean over the runs of a row; the number at the end of a curve is that of its row. Rows that are hidden above are hidden here.',
    gridOf(330, charts),
    element('h3', { class: 'group' }, 'Last values'),
    ends,
  )
}
