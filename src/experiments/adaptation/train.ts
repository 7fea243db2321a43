/** Adapting CLIP from a labelled domain to another by a method. Labels of the target are not so much as handed over. */
import { pipe } from 'fp-ts/lib/function.js'
import type { LabelledImage } from '../../data/data-set.js'
import { domainImages } from '../../data/data-set.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../dsl/values/named-values.js'
import { withFolder } from '../../effects/operations.js'
import { beginRun } from '../../training/run-configuration.js'
import type { PromptTokenizer } from './class-prompts.js'
import type { AdaptationConfiguration } from './configuration.js'
import { adaptationConfiguration } from './configuration.js'
import { inContentOrder } from '../encoding/content-order.js'
import type { RunInputOptions } from './run-inputs.js'
import { readRunInputs } from './run-inputs.js'
import { fitMethod } from './fit-method.js'
import { writeTrainedParameters } from './trained-parameters.js'
import { promptLearnerPath, tracePaths } from './run-files.js'
import { adaptationTask } from './task.js'
import { trainingViews } from '../encoding/training-views.js'

/** How a run is made, beside what it computes. */
export interface RunOptions extends RunInputOptions {
  readonly directory: string
  readonly tokenizer: PromptTokenizer
  /** Go on from the last checkpoint in the directory. */
  readonly resume: boolean
  /** Overwrite a finished run that is in the directory, which is refused otherwise. */
  readonly replace?: boolean
}

/** Images without their classes, and in an order that does not tell them: all that training may know of the target. */
const unlabelled = (images: readonly LabelledImage[]): Effect.Effect<readonly LabelledImage[]> =>
  inContentOrder(images.map(({ path }) => ({ path, label: -1 })))

/**
 * Trains a method's parameters and writes them to the run's directory.
 *
 * Fails with `UserInput` where a finished run is in the directory, and is neither to be resumed nor replaced, with
 * `FolderInUse` where another process trains in it.
 *
 * The frozen encoder sees every image once under each of the training's views; steps read what it gave.
 *
 * @example
 * interpret(trainAdaptation(configuration, { directory: 'runs/pacs', tokenizer: clipTokenizer, resume: false }))
 */
export const trainAdaptation = (
  configuration: AdaptationConfiguration,
  options: RunOptions,
): Effect.Effect<NamedValues> => {
  const { source, target } = configuration
  const { directory, tokenizer, resume, replace } = options
  const training = pipe(
    Effect.Do,
    Effect.bind('ground', () => readRunInputs(configuration, options)),
    Effect.tap(() =>
      beginRun(directory, adaptationConfiguration, configuration, {
        resume,
        replace,
        result: promptLearnerPath(directory),
        traces: tracePaths(directory),
      }),
    ),
    Effect.let('views', ({ ground: { clip } }) => trainingViews(configuration, clip.view)),
    Effect.bind('task', ({ ground: { clip, data } }) =>
      adaptationTask(configuration, clip, data.classes, tokenizer),
    ),
    Effect.bind('sourceSet', ({ views, ground: { clip, data, encode } }) =>
      encode(clip, source, domainImages(data, source, 'training'), views),
    ),
    Effect.bind('targetSet', ({ views, ground: { clip, data, encode } }) =>
      pipe(
        unlabelled(domainImages(data, target, 'training')),
        Effect.flatMap((images) => encode(clip, target, images, views)),
      ),
    ),
    Effect.bind('values', ({ task, sourceSet, targetSet }) =>
      fitMethod(configuration, options, task, sourceSet, targetSet),
    ),
    Effect.tap(({ values, ground: { data } }) =>
      writeTrainedParameters(directory, { values, classes: data.classes, layout: data.layout }),
    ),
    Effect.map(({ values }) => values),
  )
  return withFolder(directory, training)
}
