/** Adapts CLIP from a labelled domain to another one by a method. Target labels never reach training. */
import { pipe } from 'fp-ts/lib/function.js'
import type { LabelledImage } from '../../data/data-set.js'
import { domainImages, restrictTo } from '../../data/data-set.js'
import * as Effect from '../../effects/effect.js'
import { printLine, withFolder } from '../../effects/operations.js'
import { withTargetShift } from '../../data/target-shift.js'
import { beginRun } from '../../training/run-configuration.js'
import { checkStart } from '../../training/run-directory.js'
import type { RunStart } from '../../training/run-start.js'
import { resumes } from '../../training/run-start.js'
import type { Tracker } from '../../training/trackers/tracker.js'
import { inContentOrder } from '../encoding/content-order.js'
import type { EncodedDomain } from '../encoding/image-encoder.js'
import { encodedBefore } from '../encoding/image-encoder.js'
import { describeAugmentation, keptRows, takesSteps } from '../encoding/training-views.js'
import { domainsDigest } from '../inputs/digests.js'
import { checkInputs, keepInputs } from '../inputs/kept-digests.js'
import type { PromptTokenizer } from './class-prompts.js'
import { resolvedFor } from '../../methods/index.js'
import { checkTraining } from './check-training.js'
import type { AdaptationConfiguration } from './configuration.js'
import { adaptationConfiguration, refuseEarlierVersion, withoutEffect } from './configuration.js'
import type { FinishedRun } from './finished-run.js'
import { fitMethod } from './fit-method.js'
import { adaptationRun } from './run-files.js'
import type { EvaluationInputs, RunInputOptions, RunInputs } from './run-inputs.js'
import { readRunInputs } from './run-inputs.js'
import { startLine } from './start-line.js'
import { adaptationTask, checkSettings } from './task.js'
import { writeTrainedParameters } from './trained-parameters.js'

export interface RunOptions extends RunInputOptions {
  readonly directory: string
  readonly tokenizer: PromptTokenizer
  /** What is done with a run that is in the directory. */
  readonly start: RunStart
  /** Look at every operation of every step, and stop at the first that makes a NaN; slower. */
  readonly detectAnomalies?: boolean
  /** They write down the metrics of each step for other programs. */
  readonly trackers?: readonly Tracker[] | undefined
  /** Inputs that were read before for several runs: they are used instead of reading them again. */
  readonly inputs?: RunInputs
}

/** A run with the inputs that it was trained on, which evaluation uses again. */
export interface TrainedRun {
  readonly run: FinishedRun
  /** Their encoder remembers the images of training. */
  readonly inputs: EvaluationInputs
}

/** Images without their classes, in an order that does not tell them: all that training may know of the target. */
const unlabelled = (images: readonly LabelledImage[]): Effect.Effect<readonly LabelledImage[]> =>
  inContentOrder(images.map((image) => ({ ...image, label: -1 })))

/** The configuration as it is recorded: `released` settings with their values for the CLIP, and what is assumed of it. */
const recordedConfiguration = (
  configuration: AdaptationConfiguration,
  { clip: { towers, assumedActivation } }: RunInputs,
): AdaptationConfiguration => {
  const resolved = resolvedFor(configuration, towers)
  return assumedActivation === undefined
    ? resolved
    : { ...resolved, activation: assumedActivation, activationAssumed: true }
}

/** Encodes the images of a domain under the views that are kept. */
const encodeDomain = (
  configuration: AdaptationConfiguration,
  { clip, encode }: RunInputs,
  domain: string,
  images: readonly LabelledImage[],
): Effect.Effect<EncodedDomain> => {
  const rows = keptRows(configuration, clip.view)
  return pipe(
    encode(clip, domain, images, rows),
    Effect.map((set) => ({ domain, rows, images, set })),
  )
}

/** A run whose inputs have been read and whose training can be meant. */
interface ReadyRun {
  readonly inputs: RunInputs
  readonly recorded: AdaptationConfiguration
}

const readyRun = (
  configuration: AdaptationConfiguration,
  options: Pick<RunOptions, 'inputs' | keyof RunInputOptions>,
): Effect.Effect<ReadyRun> => {
  const { source, target, targetShift } = configuration
  return pipe(
    Effect.Do,
    Effect.bind('inputs', () =>
      pipe(
        options.inputs === undefined
          ? readRunInputs(configuration, options)
          : Effect.of({ ...options.inputs, data: restrictTo(options.inputs.data, [source, target]) }),
        Effect.map((inputs) => ({ ...inputs, data: withTargetShift(inputs.data, target, targetShift) })),
      ),
    ),
    Effect.let('recorded', ({ inputs }) => recordedConfiguration(configuration, inputs)),
    Effect.tapEither(({ recorded, inputs: { data } }) => checkTraining(recorded, data)),
  )
}

/**
 * Reads the inputs of a run and checks all that can be checked before it begins, as `trainAdaptation` does; nothing is computed or
 * written. Gives what it would begin with, as a line. Fails as `trainAdaptation` does.
 *
 * @example
 * interpret(rehearseAdaptation(configuration, { directory: 'runs/pacs', start: 'new' }))
 */
export const rehearseAdaptation = (
  configuration: AdaptationConfiguration,
  options: Pick<RunOptions, 'directory' | 'start' | 'inputs' | keyof RunInputOptions>,
): Effect.Effect<string> => {
  const { directory, start } = options
  return pipe(
    checkStart(directory, adaptationRun, start),
    Effect.apSecond(readyRun(configuration, options)),
    Effect.tapEither(({ recorded, inputs: { clip } }) => checkSettings(recorded, clip.towers)),
    Effect.map(({ recorded, inputs }) => startLine(recorded, inputs, directory)),
  )
}

/**
 * `trainAdaptation` for a caller that uses the run's folder (`withFolder`), and goes on in it before another process can. It does not
 * look at what the folder holds.
 */
export const trainInFolder = (
  configuration: AdaptationConfiguration,
  options: RunOptions,
): Effect.Effect<TrainedRun> => {
  const { source, target } = configuration
  const { directory, tokenizer, start } = options
  return pipe(
    readyRun(configuration, options),
    Effect.tap(({ recorded, inputs }) =>
      // The runs of a study share their inputs, which it names itself.
      Effect.when(options.inputs === undefined)(printLine(startLine(recorded, inputs, directory))),
    ),
    Effect.tap(() => (resumes(start) ? refuseEarlierVersion(directory) : Effect.unit)),
    Effect.let('digests', ({ inputs: { clipDigest, data } }) => ({
      clipDigest,
      domains: domainsDigest(data),
    })),
    Effect.tap(({ recorded, digests }) =>
      beginRun(directory, adaptationConfiguration, recorded, {
        kind: adaptationRun,
        start,
        free: withoutEffect(recorded),
        checkInputs: checkInputs(directory, digests),
      }),
    ),
    Effect.tap(({ digests }) => keepInputs(directory, digests)),
    Effect.bind('task', ({ recorded, inputs: { clip, data } }) =>
      adaptationTask(recorded, clip, data.classes, tokenizer),
    ),
    Effect.tap(() =>
      Effect.when(takesSteps(configuration))(
        printLine(`images: ${describeAugmentation(configuration.augmentation)}`),
      ),
    ),
    Effect.bind('encodedSource', ({ inputs }) =>
      encodeDomain(configuration, inputs, source, domainImages(inputs.data, source, 'training')),
    ),
    Effect.bind('encodedTarget', ({ inputs }) =>
      pipe(
        unlabelled(domainImages(inputs.data, target, 'training')),
        Effect.flatMap((images) => encodeDomain(configuration, inputs, target, images)),
      ),
    ),
    Effect.bind('values', ({ recorded, task, encodedSource, encodedTarget }) =>
      fitMethod(recorded, options, task, encodedSource.set, encodedTarget.set),
    ),
    Effect.let('trained', ({ values, inputs: { data } }) => ({
      values,
      classes: data.classes,
      classFolders: data.classFolders,
      layout: data.layout,
    })),
    Effect.tap(({ trained }) => writeTrainedParameters(directory, trained)),
    Effect.map(({ inputs, recorded, task, trained, encodedSource, encodedTarget }) => ({
      run: { directory, configuration: recorded, task, trained },
      inputs: { ...inputs, encode: encodedBefore([encodedSource, encodedTarget], inputs.encode) },
    })),
  )
}

/**
 * Trains a method's parameters and writes them to the run's directory. Gives the run and its inputs, to be evaluated
 * without reading or encoding anything again.
 *
 * Fails with `OutputTaken` or `RunMissing`, before anything is read, if the run cannot start so in its directory (see
 * `RunStart`); with `InvalidSetting` if the training cannot be meant (see `checkTraining`), and if CLIP or the images are not
 * those that a resumed run was begun with; with `FolderInUse` if another process trains there.
 *
 * The frozen encoder sees every image once under each of the views that are kept. Training steps read its outputs, or run
 * it on new crops of their images, as the configuration's `augmentation` says; a printed line says which. Settings that are
 * `released` are written to `run.json` with their values for the CLIP.
 *
 * @example
 * interpret(trainAdaptation(configuration, { directory: 'runs/pacs', tokenizer: clipTokenizer, start: 'new' }))
 */
export const trainAdaptation = (
  configuration: AdaptationConfiguration,
  options: RunOptions,
): Effect.Effect<TrainedRun> =>
  pipe(
    checkStart(options.directory, adaptationRun, options.start),
    Effect.apSecond(withFolder(options.directory, trainInFolder(configuration, options))),
  )
