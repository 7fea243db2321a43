/** The runs of each row, and what is not compared. */
import type { ComparedRun, RunComparison, RunGroup } from '../../experiments/comparison/compare-runs.js'
import { percent } from '../../values/percent.js'
import { element } from '../markup.js'
import type { TitledSection } from '../sections/blocks.js'
import { section } from '../sections/blocks.js'
import { numberCell, timeCell } from './cells.js'
import { sortedTable } from './sorted-table.js'

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

export const runsSection = (groups: readonly RunGroup[]): TitledSection =>
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

export const skippedSection = ({ skipped }: RunComparison): TitledSection | undefined =>
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
