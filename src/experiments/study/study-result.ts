/** The result of a study, and the tables that show it. Pure. */
import type { LayoutName } from '../../data/layouts.js'
import type { Accuracy } from '../accuracy.js'
import type { DomainPair } from './domain-pair.js'
import { pairHeadings } from './domain-pair.js'
import type { PublishedRow } from './published-results.js'
import { pairKey, publishedOfficeHome } from './published-results.js'
import type { Metric, Spread, StudyRow } from './summary.js'
import { averageSpread, metricTitles, pairSpread } from './summary.js'

/** A run that ended in a failure of its own, such as a loss that is no number: it has no accuracy. */
interface FailedRun {
  readonly run: string
  readonly reason: string
}

export interface StudyResult {
  readonly layout: LayoutName
  /** Name of the image encoder. */
  readonly backbone: string
  readonly pairs: readonly DomainPair[]
  readonly seeds: readonly number[]
  readonly rows: readonly StudyRow[]
  readonly failed: readonly FailedRun[]
}

/** A table of figures: the first two columns are names. */
export interface FigureTable {
  readonly title: string
  /** Of all columns. */
  readonly heading: readonly string[]
  readonly rows: readonly FigureRow[]
  readonly notes: readonly string[]
}

interface FigureRow {
  readonly names: readonly [method: string, backbone: string]
  /** Accuracies in [0, 1]; `undefined` where there is none. */
  readonly figures: readonly (Spread | undefined)[]
}

const seedsText = (seeds: readonly number[]): string =>
  seeds.length === 1 ? `seed ${seeds.join()}` : `mean ± deviation over seeds ${seeds.join(', ')}`

const printed = (percentage: number | undefined): Spread | undefined =>
  percentage === undefined ? undefined : { mean: percentage / 100, deviation: undefined, count: 1 }

/** The published rows to compare a study with: those of its backbone, or all if none is of its backbone. */
const publishedRows = ({ layout, backbone, pairs }: StudyResult, metric: Metric): readonly PublishedRow[] => {
  if (layout !== 'office-home' || metric !== 'overall') return []
  const { rows } = publishedOfficeHome
  const sameBackbone = rows.filter((row) => row.backbone === backbone)
  const known = pairs.every(
    ({ source, target }) => rows[0]?.accuracies[pairKey(source, target)] !== undefined,
  )
  return known ? (sameBackbone.length > 0 ? sameBackbone : rows) : []
}

const publishedFigures = (
  { accuracies, average }: PublishedRow,
  pairs: readonly DomainPair[],
): readonly (Spread | undefined)[] => [
  ...pairs.map(({ source, target }) => printed(accuracies[pairKey(source, target)])),
  // The printed average is that of all pairs.
  pairs.length === Object.keys(accuracies).length ? printed(average) : undefined,
]

const failureNotes = ({ failed }: StudyResult): readonly string[] =>
  failed.map(({ run, reason }) => `no figure for ${run}: ${reason}`)

/** The paper's form of table: a row for each variant, a column for each pair, their average last. */
export const pairTable = (result: StudyResult, metric: Metric): FigureTable => {
  const { backbone, pairs, seeds, rows } = result
  const published = publishedRows(result, metric)
  const figure = (accuracy: Accuracy): number => accuracy[metric]
  return {
    title: `${metricTitles[metric]}; ${seedsText(seeds)}`,
    heading: ['method', 'backbone', ...pairHeadings(pairs), 'Avg'],
    rows: [
      ...published.map((row): FigureRow => ({
        names: [`${row.method}, published`, row.backbone],
        figures: publishedFigures(row, pairs),
      })),
      ...rows.map((row): FigureRow => ({
        names: [row.name, backbone],
        figures: [...pairs.map((pair) => pairSpread(row, pair, figure)), averageSpread(row, pairs, figure)],
      })),
    ],
    notes: [
      ...(published.length > 0 ? [`published: ${publishedOfficeHome.source}`] : []),
      ...failureNotes(result),
    ],
  }
}

/** For each pair a table with a column for each class, and their mean last: how VisDA-2017 is reported. */
export const classTables = (result: StudyResult): readonly FigureTable[] =>
  result.pairs.map((pair) => {
    const classes =
      result.rows.flatMap(({ runs }) => runs)[0]?.accuracy.perClass.map(({ name }) => name) ?? []
    return {
      title: `${pair.source} → ${pair.target}: accuracy on the target by class, %; ${seedsText(result.seeds)}`,
      heading: ['method', 'backbone', ...classes, 'Mean'],
      rows: result.rows.map((row): FigureRow => ({
        names: [row.name, result.backbone],
        figures: [
          ...classes.map((_, label) =>
            pairSpread(row, pair, ({ perClass }) => perClass[label]?.accuracy ?? Number.NaN),
          ),
          pairSpread(row, pair, ({ balanced }) => balanced),
        ],
      })),
      notes: failureNotes(result),
    }
  })
