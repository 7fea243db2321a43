/** One training step of a method as a program on encoded images. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { input, parameter, sized } from '../../dsl/index.js'
import type { Fault, Tensor } from '../../dsl/index.js'
import type { MethodLoss, PromptMethod } from '../../methods/index.js'
import type { ClipTowers } from '../../model/index.js'
import type { MicroBatchedStep, Transformation, TrainStep } from '../../optimizers/index.js'
import { microBatchedStep, namedOptimizers, trainStep } from '../../optimizers/index.js'
import { encodedInputs } from '../encoding/encoded-set.js'
import type { Failure } from '../../effects/failure.js'
import { optimizerIn } from '../../training/half-precision.js'
import type { MethodConfiguration } from './configuration.js'
import { learningRate } from './learning-rate.js'
import type { PromptLengths } from './task.js'
import { classTextInputs } from './task.js'

const optimizerOf = (configuration: MethodConfiguration, stepsPerEpoch: number): Transformation => {
  const { optimizer, weightDecay, precision } = configuration
  const rate = learningRate(configuration, stepsPerEpoch)
  return optimizerIn(precision, namedOptimizers[optimizer]({ learningRate: rate, weightDecay }))
}

/** What the steps of a run have in common. */
export interface StepSetting {
  readonly promptLengths: PromptLengths
  readonly stepsPerEpoch: number
  /** How many images the target has. */
  readonly targetCount: number
}

/** The name of the parameter with the features of all images of the target. Steps read it, and it is not trained. */
export const wholeTargetName = 'target.whole'

/** The method's loss on inputs of a program: what its steps minimise, and where they can be cut. */
const stepLoss = (
  towers: ClipTowers,
  method: PromptMethod,
  { promptLengths, stepsPerEpoch, epochs, targetCount }: StepSetting & { readonly epochs: number },
): MethodLoss => {
  return method.loss({
    source: encodedInputs(towers, 'source.'),
    labels: input('labels', ['B'], 'i32'),
    target: encodedInputs(towers, 'target.'),
    strong: {
      source: encodedInputs(towers, 'strong.source.'),
      target: encodedInputs(towers, 'strong.target.'),
    },
    classTexts: classTextInputs(towers, promptLengths),
    wholeTarget: {
      features: parameter(wholeTargetName, [sized('N', targetCount), towers.embedding]),
      positions: input('target.positions', ['B'], 'i32'),
    },
    stepsPerEpoch,
    epochs,
  })
}

/** What a step reports in addition to its loss. */
const reportOf = ({ terms, accuracy }: MethodLoss): Readonly<Record<string, Tensor<[]>>> => ({
  ...terms,
  accuracy,
})

const rejected =
  ({ method }: MethodConfiguration) =>
  (fault: Fault): Failure => ({ tag: 'ProgramRejected', where: `${method} step`, fault })

/**
 * One step: inputs `source.feature`, `source.mean.0`, ..., `target.*`, `strong.*`, `labels`, `prompts` and `zeroShot`, and the parameter
 * `target.whole`: those that the method reads. It reports the terms of the method's loss, and the accuracy on the labelled images.
 */
export const adaptationStep = (
  towers: ClipTowers,
  method: PromptMethod,
  configuration: MethodConfiguration,
  setting: StepSetting,
): E.Either<Failure, TrainStep> => {
  const loss = stepLoss(towers, method, { ...setting, epochs: configuration.epochs })
  const { updates = {} } = loss
  return pipe(
    trainStep(
      { loss: loss.total, report: reportOf(loss), isTrainable: method.isTrainable, updates },
      optimizerOf(configuration, setting.stepsPerEpoch),
    ),
    E.mapLeft(rejected(configuration)),
  )
}

/** The same step in parts, some images of either domain at a time; `undefined` where the method's memory does not grow with images. */
export const adaptationStepInParts = (
  towers: ClipTowers,
  method: PromptMethod,
  configuration: MethodConfiguration,
  setting: StepSetting,
): E.Either<Failure, MicroBatchedStep | undefined> => {
  const loss = stepLoss(towers, method, { ...setting, epochs: configuration.epochs })
  const { representations, updates = {} } = loss
  return representations === undefined
    ? E.right(undefined)
    : pipe(
        microBatchedStep(
          { loss: loss.total, report: reportOf(loss), isTrainable: method.isTrainable, updates },
          { representations, rows: 'B' },
          optimizerOf(configuration, setting.stepsPerEpoch),
        ),
        E.mapLeft(rejected(configuration)),
      )
}
