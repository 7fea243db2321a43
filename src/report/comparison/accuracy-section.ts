/** Accuracies of all rows, with fields that filter them. */
import type { RunGroup } from '../../experiments/comparison/compare-runs.js'
import { pairInWords } from '../../experiments/comparison/run-words.js'
import { points } from '../../values/percent.js'
import type { Markup } from '../markup.js'
import { element } from '../markup.js'
import type { TitledSection } from '../sections/blocks.js'
import { section } from '../sections/blocks.js'
import { figure, numberCell, ownInWords, rateCell, timeCell } from './cells.js'
import type { Cell, Column } from './sorted-table.js'
import { sortedTable } from './sorted-table.js'

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
    { shown: pairInWords(group) },
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
    options('pair', 'Domains', groups.map(pairInWords)),
    element('button', { type: 'reset' }, 'Show all'),
    element('p', { id: 'shown', role: 'status' }),
  )

export const accuracySection = (groups: readonly RunGroup[]): TitledSection =>
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
          facts: { 'data-method': group.method, 'data-pair': pairInWords(group) },
          cells: groupCells(group, i + 1),
        })),
      ),
    ),
  )
