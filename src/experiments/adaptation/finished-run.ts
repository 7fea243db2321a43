/** A run that has been trained, read back from its directory. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { bindWeights } from '../../training/weights.js'
import type { AdaptableClip } from '../encoding/adaptable-clip.js'
import type { PromptTokenizer } from './class-prompts.js'
import type { AdaptationConfiguration } from './configuration.js'
import { readConfiguration } from './configuration.js'
import type { RunInputOptions } from './run-inputs.js'
import { readRunClip } from './run-inputs.js'
import type { TrainedParameters } from './trained-parameters.js'
import { readTrainedParameters } from './trained-parameters.js'
import { predictionProgram } from './predict-logits.js'
import { promptLearnerPath } from './run-files.js'
import type { AdaptationTask } from './task.js'
import { adaptationTask } from './task.js'

export interface FinishedRun {
  readonly configuration: AdaptationConfiguration
  readonly clip: AdaptableClip
  readonly task: AdaptationTask
  readonly learned: TrainedParameters
}

/** What was learned must be what the method learns: the parameters of its prediction that are none of CLIP's. */
const checkLearned = (
  path: string,
  { weights }: AdaptableClip,
  { clip, method, lengths, classes }: AdaptationTask,
  { values }: TrainedParameters,
): E.Either<Failure, unknown> =>
  pipe(
    predictionProgram(clip.towers, method, lengths),
    E.chain((prediction) =>
      bindWeights(prediction, values, path, { sizes: { K: classes.length }, except: Object.keys(weights) }),
    ),
  )

/**
 * Reads a run's configuration, its CLIP and what it has learned, and nothing of its data set. The engine runs CLIP's
 * text encoder on the templates once.
 *
 * Fails where the run or its CLIP is not where it was, and where what it has learned is not of this configuration.
 */
export const readFinishedRun = (
  directory: string,
  tokenizer: PromptTokenizer,
  options: Pick<RunInputOptions, 'readClip' | 'shared'> = {},
): Effect.Effect<FinishedRun> =>
  pipe(
    Effect.Do,
    Effect.bind('configuration', () => readConfiguration(directory)),
    Effect.bind('learned', () => readTrainedParameters(directory)),
    Effect.bind('clip', ({ configuration }) => readRunClip(configuration, options)),
    Effect.bind('task', ({ configuration, clip, learned }) =>
      adaptationTask(configuration, clip, learned.classes, tokenizer),
    ),
    Effect.tap(({ clip, task, learned }) =>
      Effect.fromEither(checkLearned(promptLearnerPath(directory), clip, task, learned)),
    ),
  )
