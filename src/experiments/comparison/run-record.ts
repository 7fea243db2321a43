/** What lies in the folder of a run: its configuration, and how far it is. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import * as Effect from '../../effects/effect.js'
import { ifThere, isFolderLocked, pathStatus } from '../../effects/operations.js'
import { readJson } from '../../effects/text-file.js'
import { configurationPath, metricsPath } from '../../training/fit-plan.js'
import { readMetrics } from '../../training/metrics.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'
import { adaptationConfiguration, refuseEarlierVersion } from '../adaptation/configuration.js'
import { adaptationRun, evaluationPath } from '../adaptation/run-files.js'
import type { AdaptationEvaluation } from '../evaluation/evaluation-file.js'
import { readEvaluation } from '../evaluation/evaluation-file.js'
import type { InputDigests } from '../inputs/digests.js'
import { inputDigests } from '../inputs/digests.js'
import { inputsPath } from '../inputs/kept-digests.js'
import type { PretrainConfiguration } from '../pretraining/configuration.js'
import { pretrainConfiguration } from '../pretraining/configuration.js'
import { pretrainingRun } from '../pretraining/pretraining-start.js'
import { readFailure } from '../study/cell-failure.js'
import { stepsOfRun } from './steps-of-run.js'

/** Steps that a run has taken, and how many it has in all, where that is known. */
export interface StepsTaken {
  readonly done: number
  readonly total: number | undefined
}

/** How far a run is. */
export type RunState =
  /** An adaptation is finished once it is evaluated, a pretraining once its CLIP is written. */
  | { readonly tag: 'Finished' }
  | { readonly tag: 'NotEvaluated' }
  /** A process works on it. */
  | { readonly tag: 'Running'; readonly steps: StepsTaken }
  /** Nobody works on it; it can be resumed. */
  | { readonly tag: 'Stopped'; readonly steps: StepsTaken }
  | { readonly tag: 'Failed'; readonly reason: string }

interface RecordOf<Configuration> {
  readonly directory: string
  readonly configuration: Configuration
  readonly state: RunState
  /** What it was trained on; absent where it has not begun to train. */
  readonly inputs: InputDigests | undefined
}

/** An adaptation as its folder holds it. */
export interface AdaptationRecord extends RecordOf<AdaptationConfiguration> {
  readonly tag: 'Adaptation'
  /** Its accuracies, once it is evaluated. */
  readonly evaluation: AdaptationEvaluation | undefined
}

/** A pretraining as its folder holds it. */
export interface PretrainingRecord extends RecordOf<PretrainConfiguration> {
  readonly tag: 'Pretraining'
}

export type RunRecord = AdaptationRecord | PretrainingRecord

const anyRun = t.type({ kind: t.string })

/** The state of a run that has left no last result. */
const unfinished = (
  directory: string,
  configuration: AdaptationConfiguration | PretrainConfiguration,
  inputs: InputDigests | undefined,
): Effect.Effect<RunState> =>
  pipe(
    Effect.Do,
    Effect.bind('running', () => isFolderLocked(directory)),
    Effect.bind('reason', () => readFailure(directory)),
    Effect.bind('metrics', () => readMetrics(metricsPath(directory))),
    Effect.map(({ running, reason, metrics }): RunState => {
      const steps = {
        done: metrics.at(-1)?.step ?? 0,
        total: stepsOfRun(configuration, metrics, inputs),
      }
      if (running) return { tag: 'Running', steps }
      return reason === undefined ? { tag: 'Stopped', steps } : { tag: 'Failed', reason }
    }),
  )

const readInputs = (directory: string): Effect.Effect<InputDigests | undefined> =>
  pipe(readJson(inputsPath(directory), inputDigests), ifThere(inputsPath(directory)))

const readAdaptation = (directory: string): Effect.Effect<RunRecord> =>
  pipe(
    refuseEarlierVersion(directory),
    Effect.apSecond(Effect.Do),
    Effect.bind('configuration', () => readJson(configurationPath(directory), adaptationConfiguration)),
    Effect.bind('inputs', () => readInputs(directory)),
    Effect.bind('evaluation', () => pipe(readEvaluation(directory), ifThere(evaluationPath(directory)))),
    Effect.bind('trained', () => pathStatus(adaptationRun.result(directory))),
    Effect.bind('state', ({ configuration, inputs, evaluation, trained }): Effect.Effect<RunState> => {
      if (evaluation !== undefined) return Effect.of({ tag: 'Finished' })
      const open = unfinished(directory, configuration, inputs)
      return trained.kind === 'missing'
        ? open
        : pipe(
            open,
            Effect.map((state) => (state.tag === 'Stopped' ? { tag: 'NotEvaluated' } : state)),
          )
    }),
    Effect.map(({ trained: _, ...read }) => ({ tag: 'Adaptation', directory, ...read })),
  )

const readPretraining = (directory: string): Effect.Effect<RunRecord> =>
  pipe(
    Effect.Do,
    Effect.bind('configuration', () => readJson(configurationPath(directory), pretrainConfiguration)),
    Effect.bind('inputs', () => readInputs(directory)),
    Effect.bind('trained', () => pathStatus(pretrainingRun.result(directory))),
    Effect.bind('state', ({ configuration, inputs, trained }): Effect.Effect<RunState> =>
      trained.kind === 'missing'
        ? unfinished(directory, configuration, inputs)
        : Effect.of({ tag: 'Finished' }),
    ),
    Effect.map(({ trained: _, ...read }) => ({ tag: 'Pretraining', directory, ...read })),
  )

/**
 * Reads the files of the run in a directory. Fails with `FileMissing` where there is no `run.json`, with `DecodeFailed`,
 * `FileBroken` or `FileUnsupported` where that or another file is none of a run that this version reads.
 *
 * @example
 * interpret(readRun('runs/pacs'))
 */
export const readRun = (directory: string): Effect.Effect<RunRecord> => {
  const path = configurationPath(directory)
  return pipe(
    readJson(path, anyRun),
    Effect.flatMap(({ kind }) => {
      if (kind === adaptationRun.kind) return readAdaptation(directory)
      return kind === pretrainingRun.kind
        ? readPretraining(directory)
        : Effect.fromEither(
            E.left({
              tag: 'DecodeFailed',
              path,
              problems: [`it is of kind '${kind}', which is neither an adaptation nor a pretraining`],
            }),
          )
    }),
  )
}
