/** From the accuracies of a study's runs to the figures of its table: means and deviations over seeds. Pure. */
import { keysOf } from '../../dsl/documents/literals.js'
import type { Accuracy } from '../accuracy.js'
import type { Spread } from '../spread.js'
import { spread } from '../spread.js'
import type { DomainPair } from './domain-pair.js'

/** Which figure a table shows, with its title: accuracy over images, or the mean over classes; or a score where classes are unknown. */
export const metricTitles = {
  overall: 'accuracy on the target, %',
  balanced: 'mean over classes of the accuracy on the target, %',
  'harmonic-mean':
    'harmonic mean of the accuracy on known classes and of the share of unknown ones that is rejected, %',
  auroc: 'area under the ROC curve of unknown classes by the entropy of predictions, %',
} as const
export type Metric = keyof typeof metricTitles
export const metrics = keysOf(metricTitles)

/** The figure of an accuracy; NaN where a score needs images of unknown classes, and there are none. */
export const figureOf = (accuracy: Accuracy, metric: Metric): number => {
  switch (metric) {
    case 'overall':
    case 'balanced':
      return accuracy[metric]
    case 'harmonic-mean':
      return accuracy.openSet?.harmonicMean ?? Number.NaN
    case 'auroc':
      return accuracy.openSet?.auroc ?? Number.NaN
  }
}

/** The accuracy of one run; none where it failed. `source` and `seed` are absent where they make no difference. */
export interface RunAccuracy {
  readonly source?: string
  readonly target: string
  readonly seed?: number
  readonly accuracy: Accuracy
}

/** A row of a study: what one variant reached. */
export interface StudyRow {
  readonly name: string
  /** Which of its settings were chosen by looking at labels of a target, where any were. */
  readonly chosenOnLabels?: string | undefined
  readonly runs: readonly RunAccuracy[]
}

/** The runs that count for a pair. */
const runsOf = ({ runs }: StudyRow, { source, target }: DomainPair): readonly RunAccuracy[] =>
  runs.filter((run) => run.target === target && (run.source === undefined || run.source === source))

/** A figure for a pair, over seeds. */
export const pairSpread = (
  row: StudyRow,
  pair: DomainPair,
  figure: (accuracy: Accuracy) => number,
): Spread | undefined => spread(runsOf(row, pair).map(({ accuracy }) => figure(accuracy)))

/**
 * The average over pairs: a mean for each seed, then its spread over seeds. Where runs are missing there is none: it
 * would be the average of other pairs.
 */
export const averageSpread = (
  row: StudyRow,
  pairs: readonly DomainPair[],
  figure: (accuracy: Accuracy) => number,
): Spread | undefined => {
  const seeds = [...new Set(row.runs.map(({ seed }) => seed))]
  const means = seeds.map((seed) => {
    const values = pairs.flatMap((pair) =>
      runsOf(row, pair)
        .filter((run) => run.seed === seed)
        .map(({ accuracy }) => figure(accuracy)),
    )
    return values.length === pairs.length ? spread(values)?.mean : undefined
  })
  const known = means.flatMap((mean) => (mean === undefined ? [] : [mean]))
  return known.length === means.length ? spread(known) : undefined
}
