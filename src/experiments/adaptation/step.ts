/** One training step of a method as a program on encoded images. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { input } from '../../dsl/index.js'
import type { Fault } from '../../dsl/index.js'
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

/** The method's loss on inputs of a program: what its steps minimise, and where they can be cut. */
const stepLoss = (towers: ClipTowers, method: PromptMethod, promptLengths: PromptLengths): MethodLoss => {
  return method.loss({
    source: encodedInputs(towers, 'source.'),
    labels: input('labels', ['B'], 'i32'),
    target: encodedInputs(towers, 'target.'),
    classTexts: classTextInputs(towers, promptLengths),
  })
}

const rejected =
  ({ method }: MethodConfiguration) =>
  (fault: Fault): Failure => ({ tag: 'ProgramRejected', where: `${method} step`, fault })

/**
 * One step: inputs `source.feature`, `source.mean.0`, ..., `target.*`, `labels`, `prompts` and `zeroShot`: those that the method
 * reads. It reports the terms of the method's loss.
 */
export const adaptationStep = (
  towers: ClipTowers,
  method: PromptMethod,
  configuration: MethodConfiguration,
  promptLengths: PromptLengths,
  stepsPerEpoch: number,
): E.Either<Failure, TrainStep> => {
  const { total, terms } = stepLoss(towers, method, promptLengths)
  return pipe(
    trainStep(
      { loss: total, report: terms, isTrainable: method.isTrainable },
      optimizerOf(configuration, stepsPerEpoch),
    ),
    E.mapLeft(rejected(configuration)),
  )
}

/** The same step in parts, some images of either domain at a time; `undefined` where the method's memory does not grow with images. */
export const adaptationStepInParts = (
  towers: ClipTowers,
  method: PromptMethod,
  configuration: MethodConfiguration,
  promptLengths: PromptLengths,
  stepsPerEpoch: number,
): E.Either<Failure, MicroBatchedStep | undefined> => {
  const { total, terms, representations } = stepLoss(towers, method, promptLengths)
  return representations === undefined
    ? E.right(undefined)
    : pipe(
        microBatchedStep(
          { loss: total, report: terms, isTrainable: method.isTrainable },
          { representations, rows: 'B' },
          optimizerOf(configuration, stepsPerEpoch),
        ),
        E.mapLeft(rejected(configuration)),
      )
}
