/** Training a method's parameters on encoded images of both domains. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { RandomKey } from '../../values/random-key.js'
import { keyFromSeed } from '../../values/random-key.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Tracker } from '../../training/trackers/tracker.js'
import type { Failure } from '../../effects/failure.js'
import { fit } from '../../training/fit.js'
import { stepFigures } from '../../training/step-figures.js'
import { readBy } from '../../dsl/read-by.js'
import type { PromptMethod } from '../../methods/index.js'
import { definitionOf, holdsOutImages } from '../../methods/index.js'
import type { FrozenEncoder } from '../encoding/frozen-encoder.js'
import { frozenEncoder } from '../encoding/frozen-encoder.js'
import { takesSteps } from '../encoding/training-views.js'
import { withBatches } from './batch-source.js'
import type { AdaptationConfiguration } from './configuration.js'
import { guessesOf } from './guesses.js'
import { withinMemory } from './memory.js'
import { ownParameters } from './own-parameters.js'
import type { ValidationSplit } from './selection.js'
import { learningRate } from './learning-rate.js'
import { sourceMeans } from './source-means.js'
import { bestWeights, keepBest, splitForValidation } from './selection.js'
import { adaptationStep, wholeTargetName } from './step.js'
import { stepsInEpoch } from './steps-in-epoch.js'
import type { AdaptationTask } from './task.js'
import { classTextValues } from './task.js'

/** What is held out for selection; nothing where the last weights are taken. */
const heldOutFor = (
  configuration: AdaptationConfiguration,
  source: EncodedSet,
  target: EncodedSet,
  key: RandomKey,
): E.Either<Failure, ValidationSplit | undefined> =>
  holdsOutImages(configuration) ? splitForValidation(source, target, key) : E.right(undefined)

/** A method's parameters before the first step: drawn by the run's seed; some depend on the images. */
const initialParameters = (
  { seed }: AdaptationConfiguration,
  task: AdaptationTask<PromptMethod>,
  source: EncodedSet,
  target: EncodedSet,
): Effect.Effect<NamedValues> =>
  pipe(
    Effect.Do,
    Effect.bind('ofSource', () => guessesOf(task, source)),
    Effect.bind('ofTarget', () => guessesOf(task, target)),
    Effect.map(({ ofSource, ofTarget }) =>
      task.method.initialParameters({
        key: keyFromSeed(seed),
        classCount: task.classes.length,
        targetCount: target.images.length,
        clipWeights: task.clip.weights,
        promptRows: task.prompts,
        classPrior: ofTarget.classPrior,
        images: {
          source: { ...ofSource, labels: source.images.map(({ label }) => label) },
          target: ofTarget,
        },
      }),
    ),
  )

/** The features of all images of the target, as steps read them. */
const wholeTarget = ({ views: [whole] }: EncodedSet): NamedValues =>
  whole?.['feature'] === undefined ? {} : { [wholeTargetName]: whole['feature'] }

/** The image encoder, where training steps run it; nothing where they read what was encoded before. */
const encoderOfSteps = (
  configuration: AdaptationConfiguration,
  { clip }: AdaptationTask,
): E.Either<Failure, FrozenEncoder | undefined> =>
  configuration.augmentation === 'fresh' && takesSteps(configuration)
    ? frozenEncoder(clip, definitionOf(configuration.method).reads.tables)
    : E.right(undefined)

/**
 * Trains the task's method in a directory, from the checkpoint that is there; its parameters at the end, or the best of
 * them. A method that learns nothing takes no step, and one that classifies all images of a target at once has no parameters, but for
 * the class means of a source that it reads.
 * Where the run is `untrained`, these are the initial parameters, and no step is built.
 */
export const fitMethod = (
  configuration: AdaptationConfiguration,
  {
    directory,
    detectAnomalies,
    trackers,
  }: {
    readonly directory: string
    /** They write down the metrics of each step for other programs. */
    readonly trackers?: readonly Tracker[] | undefined
    /** Look at every operation of every step for NaN; slower. */
    readonly detectAnomalies?: boolean
  },
  { method, ...rest }: AdaptationTask,
  source: EncodedSet,
  target: EncodedSet,
): Effect.Effect<NamedValues> => {
  if (method.tag === 'Transductive')
    return Effect.of(definitionOf(configuration.method).readsSource ? sourceMeans(rest, source) : {})
  const task = { ...rest, method }
  const { clip, classes } = task
  const { batch, epochs, seed, untrained } = configuration
  const key = keyFromSeed(seed)
  if (untrained === true) return initialParameters(configuration, task, source, target)
  return pipe(
    Effect.Do,
    Effect.bindEither('split', () => heldOutFor(configuration, source, target, key)),
    Effect.let('training', ({ split }) => split?.training ?? source),
    Effect.let('stepsPerEpoch', ({ training }) =>
      stepsInEpoch(
        configuration,
        training.images.map(({ label }) => label),
      ),
    ),
    Effect.let('setting', ({ stepsPerEpoch }) => ({
      promptLengths: task.lengths,
      stepsPerEpoch,
      targetCount: target.images.length,
    })),
    Effect.bindEither('step', ({ setting }) => adaptationStep(clip.towers, method, configuration, setting)),
    Effect.bindEither('encoder', () => encoderOfSteps(configuration, task)),
    Effect.bind('division', ({ split, step, setting, encoder }) =>
      withinMemory(configuration, task, {
        step,
        encoder,
        setting,
        sets: [source, target, ...(split === undefined ? [] : [split.training, split.heldOut, split.target])],
        validates: split !== undefined,
      }),
    ),
    Effect.bind('firstValues', () => initialParameters(configuration, task, source, target)),
    Effect.bind('last', ({ split, training, stepsPerEpoch, step, division, firstValues }) => {
      const { microBatches, inSteps } = division
      const unchanging = classTextValues(task)
      const learnsAnything = Object.keys(firstValues).some(method.isTrainable)
      return withBatches({ source: training, target, run: configuration, key, batch }, inSteps, (batches) =>
        fit({
          label: `${configuration.source} → ${configuration.target}`,
          directory,
          trackers,
          step,
          microBatches,
          sizes: { B: batch, K: classes.length },
          weights: { ...clip.weights, ...firstValues, ...wholeTarget(target) },
          weightsFrom: clip.path,
          steps: learnsAnything ? epochs * stepsPerEpoch : 0,
          batch: (index) =>
            pipe(
              batches.batch(index),
              Effect.map((images) => readBy(step.program, { ...images, ...unchanging })),
            ),
          saveEvery: stepsPerEpoch,
          onStep: stepFigures(learningRate(configuration, stepsPerEpoch), stepsPerEpoch),
          ...(split === undefined ? {} : { onSave: keepBest(directory, task, split, firstValues) }),
          start: 'resumeOrNew',
          detectAnomalies,
          examples: batches.files,
        }),
      )
    }),
    Effect.flatMap(({ split, last, firstValues }) =>
      pipe(
        split === undefined ? Effect.of(last) : bestWeights(directory),
        Effect.map((state) => ownParameters(firstValues, state)),
      ),
    ),
  )
}
