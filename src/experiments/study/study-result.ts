/** The result of a study, and the tables that show it. Pure. */
import { counted } from '../../effects/counted.js'
import { describeTargetShift, targetShiftName } from '../../data/target-shift.js'
import type { Accuracy } from '../accuracy.js'
import { onlyClassNamed } from '../evaluation/collapse.js'
import type { OpenState } from './cell-state.js'
import type { DomainPair } from './domain-pair.js'
import { pairHeadings } from './domain-pair.js'
import type { FigureRow, FigureTable } from './figure-table.js'
import { publishedMiniDomainNet } from './published/mini-domainnet.js'
import { publishedOfficeHome } from './published/office-home.js'
import type { StudyFacts } from './published/published-rows.js'
import { publishedRows } from './published/published-rows.js'
import { pairKey } from './published/published-table.js'
import { publishedVisda2017 } from './published/visda-2017.js'
import type { Metric, StudyRow } from './summary.js'
import { averageSpread, figureOf, metricTitles, pairSpread } from './summary.js'

/** A run that ended in a failure of its own, such as a loss that is no number: it has no accuracy. */
interface FailedRun {
  readonly run: string
  readonly reason: string
}

/** A run that is not finished. */
interface MissingRun {
  readonly run: string
  readonly state: OpenState
}

/** What a study reached on one kind of target. */
export interface StudyResult extends StudyFacts {
  readonly pairs: readonly DomainPair[]
  readonly seeds: readonly number[]
  readonly rows: readonly StudyRow[]
  readonly failed: readonly FailedRun[]
  readonly missing: readonly MissingRun[]
}

/** Which targets and seeds the figures of a table are of: nothing is said of targets that have all of their images. */
const figuresOf = ({ seeds, targetShift }: Pick<StudyResult, 'seeds' | 'targetShift'>): string =>
  [
    ...(targetShift === undefined ? [] : [`targets ${targetShiftName(targetShift)}`]),
    seeds.length === 1 ? `seed ${seeds.join()}` : `mean ± deviation over seeds ${seeds.join(', ')}`,
  ].join('; ')

/** The runs of a row that name one class only: their accuracy is the share of that class. */
const collapsed = ({ name, runs }: StudyRow): readonly string[] =>
  runs.flatMap(({ source, target, seed, accuracy }) => {
    const only = onlyClassNamed(accuracy)
    const where = [
      source === undefined ? `on ${target}` : `${source} → ${target}`,
      ...(seed === undefined ? [] : [`seed ${seed}`]),
    ]
    return only === undefined
      ? []
      : [
          `warning: ${[name, ...where].join(', ')} names every image '${only}': its figure is the share of that class`,
        ]
  })

/** What must be said of the rows: which were chosen with labels, which runs failed, and how many are not finished. */
const notesOn = ({ rows, failed, missing, targetShift }: StudyResult): readonly string[] => [
  ...(targetShift === undefined ? [] : [`targets have ${describeTargetShift(targetShift)}`]),
  ...new Set(rows.flatMap((row) => row.chosenOnLabels ?? [])),
  ...rows.flatMap(collapsed),
  ...failed.map(({ run, reason }) => `no figure for ${run}: ${reason}`),
  ...(missing.length === 0
    ? []
    : [`not all figures are there: ${counted(missing.length, 'run')} not finished`]),
]

/** Published accuracies over images, with pairs of domains as columns. */
const publishedByPair = [publishedOfficeHome, publishedMiniDomainNet]

/** The paper's form of table: a row for each variant, a column for each pair, their average last. */
export const pairTable = (result: StudyResult, metric: Metric): FigureTable => {
  const { backbone, pairs, rows } = result
  const published = publishedRows(
    metric === 'overall' ? publishedByPair : [],
    result,
    pairs.map(({ source, target }) => pairKey(source, target)),
  )
  const figure = (accuracy: Accuracy): number => figureOf(accuracy, metric)
  return {
    title: `${metricTitles[metric]}; ${figuresOf(result)}`,
    heading: ['method', 'backbone', ...pairHeadings(pairs), 'Avg'],
    rows: [
      ...published.rows,
      ...rows.map((row): FigureRow => ({
        names: [row.name, backbone],
        figures: [...pairs.map((pair) => pairSpread(row, pair, figure)), averageSpread(row, pairs, figure)],
      })),
    ],
    notes: [...published.notes, ...notesOn(result)],
  }
}

/** Published accuracies from renderings to photos, with classes as columns. */
const publishedByClass = ({ source, target }: DomainPair) =>
  source === 'synthetic' && target === 'real' ? [publishedVisda2017] : []

/** For each pair a table with a column for each class, and their mean last: how VisDA-2017 is reported. */
export const classTables = (result: StudyResult): readonly FigureTable[] =>
  result.pairs.map((pair) => {
    const classes =
      result.rows.flatMap(({ runs }) => runs)[0]?.accuracy.perClass.map(({ name }) => name) ?? []
    const published = publishedRows(publishedByClass(pair), result, classes)
    return {
      title: `${pair.source} → ${pair.target}: accuracy on the target by class, %; ${figuresOf(result)}`,
      heading: ['method', 'backbone', ...classes, 'Mean'],
      rows: [
        ...published.rows,
        ...result.rows.map((row): FigureRow => ({
          names: [row.name, result.backbone],
          figures: [
            ...classes.map((_, label) =>
              pairSpread(row, pair, ({ perClass }) => perClass[label]?.accuracy ?? Number.NaN),
            ),
            pairSpread(row, pair, ({ balanced }) => balanced),
          ],
        })),
      ],
      notes: [...published.notes, ...notesOn(result)],
    }
  })
