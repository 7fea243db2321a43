/** How the rows of a study differ from one of them, run by run, and which differences exceed noise. Pure. */
import { largest, smallest } from '../../values/extremes.js'
import { meanOf } from '../../values/mean.js'
import { holmAdjusted } from '../significance/holm.js'
import { signFlipTest } from '../significance/sign-flip-test.js'
import type { StudyResult } from './study-result.js'
import type { Metric, RunAccuracy, StudyRow } from './summary.js'
import { figureOf } from './summary.js'

/** How a row differs from the row of reference. Figures are shares in [-1, 1]; those of none are NaN. */
export interface PairedRow {
  readonly name: string
  /** The mean over pairs of the mean over seeds. */
  readonly difference: number
  /** How many differences there are: one for each pair and seed. */
  readonly runs: number
  /** How many of them are below 0. */
  readonly below: number
  /** The smallest of them. */
  readonly worst: number
  /**
   * Whether other seeds would show the difference, on the same pairs: signs are flipped run by run. `undefined` where neither row
   * depends on a seed. Adjusted for the number of rows.
   */
  readonly overSeeds: number | undefined
  /**
   * Whether other pairs would show it: signs are flipped pair by pair, since runs of one pair share its images. Adjusted for the
   * number of rows.
   */
  readonly overPairs: number | undefined
}

/** The rows of a study on one kind of target against one of them. */
export interface PairedComparison {
  readonly reference: string
  /** How many pairs the rows differ on: no p over pairs is below 2 / 2^pairs. */
  readonly pairs: number
  readonly rows: readonly PairedRow[]
}

/** The difference of two runs on one pair. */
interface RunDifference {
  readonly pair: string
  readonly seeded: boolean
  readonly value: number
}

const sameWhereGiven = <A>(a: A | undefined, b: A | undefined): boolean =>
  a === undefined || b === undefined || a === b

/**
 * The differences of the runs of two rows on the same pair with the same seed. A run that stands for all sources or all seeds is
 * compared with each run of the other row on its target, and once with another such run.
 */
const differencesOf = (
  row: StudyRow,
  reference: StudyRow,
  figure: (run: RunAccuracy) => number,
): readonly RunDifference[] =>
  row.runs.flatMap((run) =>
    reference.runs
      .filter(
        (other) =>
          other.target === run.target &&
          sameWhereGiven(other.source, run.source) &&
          sameWhereGiven(other.seed, run.seed),
      )
      .map((other) => ({
        pair: JSON.stringify([run.source ?? other.source, run.target]),
        seeded: run.seed !== undefined || other.seed !== undefined,
        value: figure(run) - figure(other),
      }))
      .filter(({ value }) => Number.isFinite(value)),
  )

/** The mean difference of each pair. */
const meansOfPairs = (differences: readonly RunDifference[]): readonly number[] =>
  [...new Set(differences.map(({ pair }) => pair))].map((pair) =>
    meanOf(differences.filter((each) => each.pair === pair).map(({ value }) => value)),
  )

const unadjusted = (
  row: StudyRow,
  reference: StudyRow,
  figure: (run: RunAccuracy) => number,
): PairedRow & { readonly pairs: number } => {
  const differences = differencesOf(row, reference, figure)
  const values = differences.map(({ value }) => value)
  const means = meansOfPairs(differences)
  return {
    name: row.name,
    difference: meanOf(means),
    runs: values.length,
    below: values.filter((value) => value < 0).length,
    worst: values.length === 0 ? Number.NaN : smallest(values),
    overSeeds: differences.some(({ seeded }) => seeded) ? signFlipTest(values) : undefined,
    overPairs: signFlipTest(means),
    pairs: means.length,
  }
}

/** The p-values of those rows that have one, adjusted for their number. */
const adjusted = (pValues: readonly (number | undefined)[]): readonly (number | undefined)[] => {
  const known = pValues.flatMap((p, row) => (p === undefined ? [] : [{ p, row }]))
  const corrected = holmAdjusted(known.map(({ p }) => p))
  const byRow = new Map(known.map(({ row }, i) => [row, corrected[i]]))
  return pValues.map((_, row) => byRow.get(row))
}

/**
 * All other rows of a result against the row of this name, by a paired sign-flip test; `undefined` where there is no such row, or no
 * other.
 *
 * @example
 * const worse = (result: StudyResult) =>
 *   pairedComparison(result, 'CLIP zero-shot', 'balanced')?.rows.filter(({ below }) => below > 0)
 */
export const pairedComparison = (
  { rows }: Pick<StudyResult, 'rows'>,
  reference: string,
  metric: Metric,
): PairedComparison | undefined => {
  const of = rows.find(({ name }) => name === reference)
  const others = rows.filter(({ name }) => name !== reference)
  if (of === undefined || others.length === 0) return undefined
  const compared = others.map((row) => unadjusted(row, of, ({ accuracy }) => figureOf(accuracy, metric)))
  const overSeeds = adjusted(compared.map((row) => row.overSeeds))
  const overPairs = adjusted(compared.map((row) => row.overPairs))
  return {
    reference,
    pairs: largest(compared.map(({ pairs }) => pairs)),
    rows: compared.map(({ pairs: _, ...row }, i) => ({
      ...row,
      overSeeds: overSeeds[i],
      overPairs: overPairs[i],
    })),
  }
}
