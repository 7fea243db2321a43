/** A run that has been trained, in memory or read back from its directory. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { definitionOf } from '../../methods/index.js'
import { bindWeights } from '../../training/weights.js'
import { checkInputs } from '../inputs/kept-digests.js'
import { orMoved } from '../inputs/moved-input.js'
import type { PromptTokenizer } from './class-prompts.js'
import type { AdaptationConfiguration } from './configuration.js'
import { readConfiguration } from './configuration.js'
import { predictionProgram } from './predict-logits.js'
import { promptLearnerPath } from './run-files.js'
import type { RunInputOptions } from './run-inputs.js'
import { digestOfClip, readRunClip } from './run-inputs.js'
import type { AdaptationTask } from './task.js'
import { adaptationTask } from './task.js'
import type { TrainedParameters } from './trained-parameters.js'
import { checkSourceMeans } from './source-means.js'
import { readTrainedParameters } from './trained-parameters.js'

export interface FinishedRun {
  readonly directory: string
  readonly configuration: AdaptationConfiguration
  /** The method on its CLIP and classes. */
  readonly task: AdaptationTask
  readonly trained: TrainedParameters
}

/** The trained parameters must be the method's: those of its prediction that CLIP does not have, or what it keeps of the source. */
const checkTrained = (
  path: string,
  configuration: AdaptationConfiguration,
  { clip, method, lengths, classes }: AdaptationTask,
  { values }: TrainedParameters,
): E.Either<Failure, unknown> =>
  method.tag === 'Transductive'
    ? definitionOf(configuration.method).readsSource
      ? checkSourceMeans(path, clip.towers.embedding, classes.length, values)
      : E.right(undefined)
    : pipe(
        predictionProgram(clip.towers, method, lengths),
        E.chain((prediction) =>
          bindWeights(prediction, values, path, {
            sizes: { K: classes.length },
            except: Object.keys(clip.weights),
          }),
        ),
      )

/**
 * Reads a run's configuration, its CLIP and its trained parameters, and nothing of its data set. The engine runs CLIP's
 * text encoder on the templates once.
 *
 * Fails with `RunMissing` where the directory holds no run of this kind, with `RunIncomplete` where it is unfinished; and where
 * its CLIP has moved, where CLIP is not the one that the run was trained with, and where the trained
 * parameters do not fit the configuration.
 */
export const readFinishedRun = (
  directory: string,
  tokenizer: PromptTokenizer,
  options: Pick<RunInputOptions, 'clip' | 'readClip'> = {},
): Effect.Effect<FinishedRun> =>
  pipe(
    Effect.Do,
    Effect.let('directory', () => directory),
    Effect.bind('configuration', () => readConfiguration(directory)),
    Effect.bind('trained', () => readTrainedParameters(directory)),
    Effect.bind('clip', ({ configuration }) =>
      pipe(
        readRunClip(configuration, options),
        orMoved('clip', options.clip ?? configuration.clip, directory),
      ),
    ),
    Effect.tap(({ clip }) => checkInputs(directory, { clipDigest: digestOfClip(clip), domains: [] })),
    Effect.bind('task', ({ configuration, clip, trained }) =>
      adaptationTask(configuration, clip, trained.classes, tokenizer),
    ),
    Effect.tapEither(({ configuration, task, trained }) =>
      checkTrained(promptLearnerPath(directory), configuration, task, trained),
    ),
    Effect.map(({ clip: _, ...run }) => run),
  )
