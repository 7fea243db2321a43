/** Comparing runs: accuracies over seeds, the settings that differ, what trainings took, and their curves. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { describeFailure } from '../../effects/explain.js'
import { metricsPath } from '../../training/fit-plan.js'
import type { Metrics } from '../../training/metrics.js'
import { readMetrics } from '../../training/metrics.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'
import { withoutEffect } from '../adaptation/configuration.js'
import type { AdaptationEvaluation } from '../evaluation/evaluation-file.js'
import { sortedJson } from '../inputs/digests.js'
import type { Spread } from '../spread.js'
import { spread } from '../spread.js'
import type { SkippedRun } from './find-runs.js'
import { findRuns } from './find-runs.js'
import type { AdaptationRecord, RunRecord } from './run-record.js'
import { methodInWords, stateInWords } from './run-words.js'
import type { DifferingSetting, Settings } from './settings.js'
import { differingSettings, settingsOf } from './settings.js'
import type { TrainingCost } from './training-cost.js'
import { trainingCost } from './training-cost.js'

/** An evaluated run that is compared. */
export interface ComparedRun {
  readonly directory: string
  readonly configuration: AdaptationConfiguration
  readonly evaluation: AdaptationEvaluation
  readonly cost: TrainingCost
}

/** A metric over the steps, its mean over the runs that have it at a step. */
export interface MeanCurve {
  readonly name: string
  readonly points: readonly { readonly step: number; readonly value: number }[]
}

/** Runs that differ in nothing but the seed. */
export interface RunGroup {
  /** The method with its preset: `AD-CLIP (robust)`. */
  readonly method: string
  /** Absent where the source makes no difference. */
  readonly source?: string
  readonly target: string
  readonly settings: Settings
  /** Settings in which it differs from others of this method and pair, with its values. */
  readonly own: readonly (readonly [path: string, value: string])[]
  readonly runs: readonly ComparedRun[]
  /** Accuracies in [0, 1], over the runs. */
  readonly overall: Spread
  readonly balanced: Spread
  readonly zeroShot: Spread
  /** Means over the runs; times are absent where a run has none. */
  readonly cost: TrainingCost
  readonly curves: readonly MeanCurve[]
}

export interface RunComparison {
  /** By pair of domains and method, the best first. */
  readonly groups: readonly RunGroup[]
  /** Settings that differ between any of the groups, which are named by position. */
  readonly differing: readonly DifferingSetting[]
  /** What is not compared, and why. */
  readonly skipped: readonly SkippedRun[]
}

/** A run with all that its group depends on. */
interface ReadRun extends ComparedRun {
  readonly record: AdaptationRecord
  readonly settings: Settings
  readonly source: string | undefined
  readonly metrics: readonly Metrics[]
}

/** Figures that are no curves: the number of a step, its time, and where it lies in the training. */
const noCurves: ReadonlySet<string> = new Set(['step', 'time', 'epoch'])

const meanCurves = (runs: readonly Pick<ReadRun, 'metrics'>[]): readonly MeanCurve[] => {
  const sums = new Map<string, Map<number, { total: number; count: number }>>()
  for (const { metrics } of runs) {
    for (const { step, ...figures } of metrics) {
      for (const [name, value] of Object.entries(figures)) {
        if (noCurves.has(name)) continue
        const points = sums.get(name) ?? new Map<number, { total: number; count: number }>()
        const { total, count } = points.get(step) ?? { total: 0, count: 0 }
        sums.set(name, points.set(step, { total: total + value, count: count + 1 }))
      }
    }
  }
  return [...sums].map(([name, points]) => ({
    name,
    points: [...points]
      .map(([step, { total, count }]) => ({ step, value: total / count }))
      .toSorted((a, b) => a.step - b.step),
  }))
}

/** A mean over runs; undefined where one of them has no value. */
const meanOver = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.flatMap((value) => value ?? [])
  return known.length === values.length ? spread(known)?.mean : undefined
}

const meanCost = (costs: readonly TrainingCost[]): TrainingCost => {
  const seconds = meanOver(costs.map((cost) => cost.seconds))
  const secondsPerStep = meanOver(costs.map((cost) => cost.secondsPerStep))
  return {
    steps: meanOver(costs.map(({ steps }) => steps)) ?? 0,
    ...(seconds === undefined ? {} : { seconds }),
    ...(secondsPerStep === undefined ? {} : { secondsPerStep }),
  }
}

/** Runs of one key together, in the order of the first of each. */
const groupedBy = <A>(items: readonly A[], key: (item: A) => string): readonly (readonly [A, ...A[]])[] => {
  const groups = new Map<string, [A, ...A[]]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}

const kindOf = ({ record, source }: ReadRun): string =>
  JSON.stringify([methodInWords(record), source, record.configuration.target])

const groupKey = (run: ReadRun): string => sortedJson([kindOf(run), Object.fromEntries(run.settings)])

const groupOf = (runs: readonly [ReadRun, ...ReadRun[]]): Omit<RunGroup, 'own'> => {
  const [{ record, source, settings }] = runs
  const bySeed = runs.toSorted((a, b) => a.configuration.seed - b.configuration.seed)
  const over = (figure: (evaluation: AdaptationEvaluation) => number): Spread =>
    spread(bySeed.map(({ evaluation }) => figure(evaluation))) ?? {
      mean: Number.NaN,
      deviation: undefined,
      count: 0,
    }
  return {
    method: methodInWords(record),
    ...(source === undefined ? {} : { source }),
    target: record.configuration.target,
    settings,
    runs: bySeed.map(({ directory, configuration, evaluation, cost }) => ({
      directory,
      configuration,
      evaluation,
      cost,
    })),
    overall: over(({ adapted }) => adapted.overall),
    balanced: over(({ adapted }) => adapted.balanced),
    zeroShot: over(({ zeroShot }) => zeroShot.overall),
    cost: meanCost(bySeed.map(({ cost }) => cost)),
    curves: meanCurves(runs),
  }
}

/** Groups of one method and pair, each with the settings in which it differs from the others of them. */
const withOwnSettings = (groups: readonly Omit<RunGroup, 'own'>[]): readonly RunGroup[] => {
  const differing = differingSettings(groups.map(({ settings }) => settings))
  return groups.map((group, i) => ({
    ...group,
    own: differing.flatMap(({ path, values }) =>
      values.flatMap(({ value, of }) => (of.includes(i) ? [[path, value] as const] : [])),
    ),
  }))
}

/** Compares runs that were read. */
const comparisonOf = (runs: readonly ReadRun[], skipped: readonly SkippedRun[]): RunComparison => {
  const pairOf = ({ source = '', target }: RunGroup): string => JSON.stringify([target, source])
  const groups = groupedBy(runs, kindOf)
    .flatMap((ofKind) => withOwnSettings(groupedBy(ofKind, groupKey).map(groupOf)))
    .toSorted((a, b) =>
      pairOf(a) === pairOf(b) ? b.overall.mean - a.overall.mean : pairOf(a) < pairOf(b) ? -1 : 1,
    )
  return { groups, differing: differingSettings(groups.map(({ settings }) => settings)), skipped }
}

/** A run that can be compared, or why it is not. */
const readCompared = (
  record: RunRecord,
): Effect.Effect<{ readonly run?: ReadRun; readonly skipped?: SkippedRun }> => {
  const path = record.directory
  if (record.tag === 'Pretraining') {
    const reason = 'it is a pretraining, which has no accuracy on a target'
    return Effect.of({ skipped: { path, reason } })
  }
  const { configuration, evaluation, state } = record
  if (evaluation === undefined) return Effect.of({ skipped: { path, reason: stateInWords(state) } })
  const source = withoutEffect(configuration).includes('source') ? undefined : configuration.source
  return pipe(
    readMetrics(metricsPath(path)),
    Effect.map((metrics) => ({
      run: {
        ...{ directory: path, configuration, evaluation, record, source, metrics },
        settings: settingsOf(configuration),
        cost: trainingCost(metrics),
      },
    })),
    Effect.orElse((failure) =>
      failure.tag === 'Interrupted'
        ? Effect.left(failure)
        : Effect.of({ skipped: { path, reason: `its metrics: ${describeFailure(failure).what}` } }),
    ),
  )
}

/**
 * Compares the evaluated adaptations in folders of runs and studies: those that differ in nothing but the seed are one group. All
 * others are named with the reason, and end nothing.
 *
 * @example
 * pipe(compareRuns(['runs']), Effect.map(({ groups }) => groups.map(({ method, overall }) => [method, overall.mean])))
 */
export const compareRuns = (paths: readonly string[]): Effect.Effect<RunComparison> =>
  pipe(
    findRuns(paths),
    Effect.flatMap(({ runs, skipped }) =>
      pipe(
        runs,
        Effect.traverseArray(readCompared),
        Effect.map((read) =>
          comparisonOf(
            read.flatMap(({ run }) => run ?? []),
            [...read.flatMap((each) => each.skipped ?? []), ...skipped],
          ),
        ),
      ),
    ),
  )
