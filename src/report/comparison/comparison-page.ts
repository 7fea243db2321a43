/** The page that compares runs: one file, with a small script that sorts and filters, and nothing from elsewhere. */
import type { ComparedRun, RunComparison, RunGroup } from '../../experiments/comparison/compare-runs.js'
import { settingName } from '../../experiments/comparison/settings.js'
import type { Spread } from '../../experiments/spread.js'
import { percentSpread } from '../../experiments/spread.js'
import { counted } from '../../effects/counted.js'
import { basename } from '../../effects/paths.js'
import { isPlace } from '../../training/run-configuration.js'
import { duration } from '../../values/duration.js'
import { percent, points } from '../../values/percent.js'
import { spoken } from '../entries.js'
import type { Child, Markup } from '../markup.js'
import { element, together, verbatim } from '../markup.js'
import { styleSheet } from '../style.js'
import { groupClass, groupRules } from './group-colours.js'
import { overlaidCurves } from './overlaid-curves.js'
import { pageScript } from './page-script.js'
import type { Cell, Column } from './sorted-table.js'
import { sortedTable } from './sorted-table.js'

const rules = `
main, header, footer { max-width: 1280px }
#filters { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: end; margin: 0 0 12px }
#filters[hidden] { display: none }
#filters label { display: grid; gap: 2px; color: var(--soft); font-size: 13px }
#filters input, #filters select, #filters button { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--soft); border-radius: 6px; padding: 5px 8px }
#filters p { margin: 0; padding: 6px 0 }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
.scroll table { width: 100%; border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums }
.scroll caption { padding: 10px 12px 4px; text-align: left; color: var(--soft); caption-side: top }
.scroll th, .scroll td { padding: 6px 10px; text-align: left; vertical-align: top; border-top: 1px solid var(--line); font-weight: 400; overflow-wrap: break-word }
.scroll .long { min-width: 15em }
.scroll thead th { border-top: none; font-weight: 600; white-space: nowrap }
.scroll .number { text-align: right; white-space: nowrap }
.scroll thead button { font: inherit; font-weight: 600; color: inherit; background: none; border: none; padding: 2px 0; cursor: pointer }
.scroll thead th[aria-sort='ascending'] button::after { content: ' ▲' }
.scroll thead th[aria-sort='descending'] button::after { content: ' ▼' }
.swatch { display: inline-block; width: 11px; height: 11px; margin-right: 7px; border-radius: 50%; background: var(--own) }
svg [data-group] .curve { stroke: var(--own) }
figure svg { width: 100% }
svg .end { fill: var(--own); font-weight: 600 }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
@media print { #filters { display: none } .scroll { overflow: visible } }
`

const section = (title: string, note: string, ...content: readonly Child[]): Markup =>
  element('section', {}, element('h2', {}, title), element('p', { class: 'note' }, note), ...content)

const figure = (spread: Spread): Cell => ({ shown: percentSpread(spread), by: spread.mean })

const unknown: Cell = { shown: '–' }

const timeCell = (seconds: number | undefined): Cell =>
  seconds === undefined ? unknown : { shown: duration(seconds), by: seconds }

const rateCell = (secondsPerStep: number | undefined): Cell =>
  secondsPerStep === undefined || secondsPerStep <= 0
    ? unknown
    : { shown: (1 / secondsPerStep).toPrecision(3), by: 1 / secondsPerStep }

const pairOf = ({ source, target }: RunGroup): string =>
  source === undefined ? `→ ${target}` : `${source} → ${target}`

const settingValue = (path: string, value: string): string => (isPlace(path) ? basename(value) : value)

const ownInWords = ({ own }: RunGroup): string =>
  own.map(([path, value]) => `${spoken(settingName(path))} ${settingValue(path, value)}`).join(', ')

const numberCell = (number: number): Cell => ({
  shown: together([element('i', { class: `swatch ${groupClass(number)}` }), number]),
  by: number,
})

const groupColumns: readonly Column[] = [
  { title: 'Row', numeric: true },
  { title: 'Method' },
  { title: 'Domains' },
  { title: 'What differs', long: true },
  { title: 'Runs', numeric: true },
  { title: 'Accuracy, %', numeric: true },
  { title: 'Balanced, %', numeric: true },
  { title: 'Zero-shot, %', numeric: true },
  { title: 'Gain', numeric: true },
  { title: 'Steps', numeric: true },
  { title: 'Time', numeric: true },
  { title: 'Steps/s', numeric: true },
]

const groupCells = (group: RunGroup, number: number): readonly Cell[] => {
  const gain = group.overall.mean - group.zeroShot.mean
  return [
    numberCell(number),
    { shown: group.method },
    { shown: pairOf(group) },
    { shown: ownInWords(group) },
    { shown: group.runs.length, by: group.runs.length },
    figure(group.overall),
    figure(group.balanced),
    figure(group.zeroShot),
    {
      shown: element('span', { class: gain > 0 ? 'gain' : gain < 0 ? 'loss' : 'same' }, points(gain)),
      by: gain,
    },
    { shown: Math.round(group.cost.steps).toLocaleString('en'), by: group.cost.steps },
    timeCell(group.cost.seconds),
    rateCell(group.cost.secondsPerStep),
  ]
}

const options = (name: string, label: string, values: readonly string[]): Markup =>
  element(
    'label',
    {},
    label,
    element(
      'select',
      { name },
      element('option', { value: '' }, 'all'),
      ...[...new Set(values)].toSorted().map((value) => element('option', { value }, value)),
    ),
  )

const filters = (groups: readonly RunGroup[]): Markup =>
  element(
    'form',
    { id: 'filters', hidden: '' },
    element('label', {}, 'Words in a row', element('input', { id: 'search', type: 'search' })),
    options(
      'method',
      'Method',
      groups.map(({ method }) => method),
    ),
    options('pair', 'Domains', groups.map(pairOf)),
    element('button', { type: 'reset' }, 'Show all'),
    element('p', { id: 'shown', role: 'status' }),
  )

const accuracySection = (groups: readonly RunGroup[]): Markup =>
  section(
    'Accuracy',
    'Each row stands for runs that differ in nothing but the seed: mean and sample deviation over them, on the images of the target. Press a heading to sort by it.',
    filters(groups),
    element(
      'div',
      { id: 'groups' },
      sortedTable(
        'Accuracies over seeds, and what the training took',
        groupColumns,
        groups.map((group, i) => ({
          group: i + 1,
          facts: { 'data-method': group.method, 'data-pair': pairOf(group) },
          cells: groupCells(group, i + 1),
        })),
      ),
    ),
  )

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

const curvesSection = (groups: readonly RunGroup[]): Markup | undefined => {
  const names = metricNames(groups)
  if (names.length === 0) return undefined
  const charts = names.map((name) =>
    element(
      'figure',
      { class: 'card' },
      element('h3', {}, titleOf(name)),
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
    element('div', { class: 'grid-of', style: '--least: 330px' }, ...charts),
    element('h3', { class: 'group' }, 'Last values'),
    ends,
  )
}

const settingsSection = ({ differing, groups }: RunComparison): Markup | undefined =>
  differing.length === 0
    ? undefined
    : section(
        'Settings that differ',
        'All settings in which rows differ, apart from method and domains. A setting that is not here is the same in all rows that have it.',
        element(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Settings that differ' },
          element(
            'table',
            {},
            element('caption', {}, 'Each value of a setting, and the rows that have it'),
            element(
              'thead',
              {},
              element(
                'tr',
                {},
                ...['Setting', 'Value', 'Rows'].map((title) => element('th', { scope: 'col' }, title)),
              ),
            ),
            element(
              'tbody',
              {},
              ...differing.flatMap(({ path, values }) =>
                values.map(({ value, of }) =>
                  element(
                    'tr',
                    {},
                    element('th', { scope: 'row' }, spoken(settingName(path))),
                    element('td', {}, value),
                    element(
                      'td',
                      {},
                      of.length === groups.length ? 'all' : of.map((at) => at + 1).join(', '),
                    ),
                  ),
                ),
              ),
            ),
          ),
        ),
      )

const runCells = ({ directory, configuration, evaluation, cost }: ComparedRun, number: number) => [
  { shown: directory },
  numberCell(number),
  { shown: configuration.seed, by: configuration.seed },
  { shown: percent(evaluation.adapted.overall), by: evaluation.adapted.overall },
  { shown: percent(evaluation.adapted.balanced), by: evaluation.adapted.balanced },
  { shown: cost.steps, by: cost.steps },
  timeCell(cost.seconds),
  { shown: (evaluation.warnings ?? []).join(' ') },
]

const runsSection = (groups: readonly RunGroup[]): Markup =>
  section(
    'Runs',
    'The runs of each row.',
    sortedTable(
      'Runs by folder',
      [
        { title: 'Folder' },
        { title: 'Row', numeric: true },
        { title: 'Seed', numeric: true },
        { title: 'Accuracy, %', numeric: true },
        { title: 'Balanced, %', numeric: true },
        { title: 'Steps', numeric: true },
        { title: 'Time', numeric: true },
        { title: 'Warnings', long: true },
      ],
      groups.flatMap((group, i) => group.runs.map((run) => ({ group: i + 1, cells: runCells(run, i + 1) }))),
    ),
  )

const skippedSection = ({ skipped }: RunComparison): Markup | undefined =>
  skipped.length === 0
    ? undefined
    : section(
        'Not compared',
        'What was given and is not in the tables above, and why.',
        element(
          'div',
          { class: 'card' },
          element(
            'dl',
            {},
            ...skipped.flatMap(({ path, reason }) => [element('dt', {}, path), element('dd', {}, reason)]),
          ),
        ),
      )

/**
 * The comparison as one HTML file. It loads nothing; its script sorts and filters. Equal comparisons give equal files.
 *
 * @example
 * const page = (comparison: RunComparison): string => comparisonPage(comparison, 'tensile 0.1.0')
 */
export const comparisonPage = (comparison: RunComparison, producer: string): string => {
  const { groups } = comparison
  const count = groups.reduce((sum, { runs }) => sum + runs.length, 0)
  const title = `${counted(count, 'run')} in ${counted(groups.length, 'row')}`
  const whole = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('title', {}, `Comparison of ${title}`),
      element('style', {}, verbatim(`${styleSheet}${rules}${groupRules(groups.length)}`)),
    ),
    element(
      'body',
      {},
      element('header', {}, element('h1', {}, `Comparison of ${title}`)),
      element(
        'main',
        {},
        accuracySection(groups),
        curvesSection(groups),
        settingsSection(comparison),
        runsSection(groups),
        skippedSection(comparison),
      ),
      element('footer', {}, `Made by ${producer}.`),
      element('script', {}, verbatim(pageScript)),
    ),
  )
  return `<!doctype html>\n${together([whole]).markup}\n`
}
