/** All that the folder of one run holds, for a person who asks what it is. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { checkFolder, ifMissing, listFolder, pathStatus } from '../../effects/operations.js'
import { basename, join } from '../../effects/paths.js'
import { checkpointPath, configurationPath, metricsPath } from '../../training/fit-plan.js'
import type { Metrics } from '../../training/metrics.js'
import { readMetrics } from '../../training/metrics.js'
import { lineProtocolPath, tensorBoardFolder } from '../../training/trackers/tracked-paths.js'
import { openClipConfigurationFile } from '../../formats/checkpoints/written-configuration.js'
import {
  bestPath,
  evaluationPath,
  failurePath,
  predictionsPath,
  promptLearnerPath,
  reportPath,
  validationPath,
} from '../adaptation/run-files.js'
import { inputsPath } from '../inputs/kept-digests.js'
import { pretrainedPath } from '../pretraining/pretraining-start.js'
import type { RunRecord } from './run-record.js'
import { readRun } from './run-record.js'
import type { TrainingCost } from './training-cost.js'
import { trainingCost } from './training-cost.js'

/** A file or folder of a run. */
export interface RunFile {
  readonly name: string
  /** In bytes; absent for a folder. */
  readonly size: number | undefined
  /** What it is, if a run wrote it. */
  readonly meaning: string | undefined
}

/** A file or folder that a run reads. */
export interface RunInput {
  readonly field: 'data' | 'clip'
  readonly path: string
  readonly isThere: boolean
}

export interface RunDetails {
  readonly record: RunRecord
  readonly cost: TrainingCost
  readonly first: Metrics | undefined
  readonly last: Metrics | undefined
  readonly places: readonly RunInput[]
  readonly files: readonly RunFile[]
}

/** What the files of runs are, by name. */
const meanings: ReadonlyMap<string, string> = new Map([
  [openClipConfigurationFile, 'the architecture of the CLIP'],
  ...(
    [
      [configurationPath, 'the configuration'],
      [inputsPath, 'digests of CLIP and of the lists of images'],
      [metricsPath, 'losses and figures of each step'],
      [lineProtocolPath, "the same in InfluxDB's line protocol"],
      [tensorBoardFolder, 'the same for TensorBoard'],
      [checkpointPath, 'the state that a resumed run goes on from'],
      [promptLearnerPath, 'the trained parameters'],
      [pretrainedPath, 'the CLIP'],
      [evaluationPath, 'accuracies'],
      [predictionsPath, 'logits of each image'],
      [validationPath, 'scores on held-out images'],
      [bestPath, 'the weights with the best scores'],
      [reportPath, 'the report'],
      [failurePath, 'why it failed'],
    ] as const
  ).map(([path, meaning]): readonly [string, string] => [basename(path('run')), meaning]),
])

const fileOf =
  (directory: string) =>
  ({ name }: { readonly name: string }): Effect.Effect<RunFile> =>
    pipe(
      pathStatus(join(directory, name)),
      Effect.map((status) => ({
        name,
        size: status.kind === 'file' ? status.size : undefined,
        meaning: meanings.get(name),
      })),
    )

const inputAt = (field: RunInput['field'], path: string): Effect.Effect<RunInput> =>
  pipe(
    pathStatus(path),
    Effect.map(({ kind }) => ({ field, path, isThere: kind !== 'missing' })),
  )

/** What a run reads, and whether it is still there. */
const placesOf = (record: RunRecord): Effect.Effect<readonly RunInput[]> =>
  Effect.sequenceArray([
    inputAt('data', record.configuration.data),
    ...(record.tag === 'Adaptation' ? [inputAt('clip', record.configuration.clip)] : []),
  ])

/**
 * Reads what there is to say of the run in a directory. Fails with `FileMissing` where there is no such folder, with `RunMissing` where
 * it holds no run, and as `readRun` does.
 *
 * @example
 * pipe(runDetails('runs/pacs'), Effect.map(({ record, cost }) => [record.state, cost.steps]))
 */
export const runDetails = (directory: string): Effect.Effect<RunDetails> =>
  pipe(
    checkFolder(directory),
    Effect.apSecond(Effect.Do),
    Effect.bind('record', () =>
      pipe(
        readRun(directory),
        ifMissing(
          configurationPath(directory),
          Effect.left({
            tag: 'RunMissing',
            directory,
            wanted: 'run',
            found: `it holds no ${basename(configurationPath(directory))}`,
            wantedTo: 'read',
          }),
        ),
      ),
    ),
    Effect.bind('metrics', () => readMetrics(metricsPath(directory))),
    Effect.bind('places', ({ record }) => placesOf(record)),
    Effect.bind('files', () =>
      pipe(listFolder(directory), Effect.flatMap(Effect.traverseArray(fileOf(directory)))),
    ),
    Effect.map(({ metrics, ...read }) => ({
      ...read,
      cost: trainingCost(metrics),
      first: metrics[0],
      last: metrics.at(-1),
    })),
  )
