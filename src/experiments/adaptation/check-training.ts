/** Refuses training that cannot be meant, before anything is computed. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { DataSet, LabelledImage } from '../../data/data-set.js'
import { domainImages } from '../../data/data-set.js'
import { counted } from '../../effects/counted.js'
import type { Failure } from '../../effects/failure.js'
import { holdsOutImages } from '../../methods/index.js'
import { checkBatch } from '../check-batch.js'
import { takesSteps } from '../encoding/training-views.js'
import type { AdaptationConfiguration } from './configuration.js'
import { warmUpSteps } from './learning-rate.js'
import { heldOutCount } from './selection.js'
import { stepsInEpoch } from './steps-in-epoch.js'

/** A warm-up that lasts as long as the training leaves nothing at the learning rate. */
const checkWarmUp = (
  configuration: AdaptationConfiguration,
  stepsPerEpoch: number,
): E.Either<Failure, void> => {
  const { epochs, warmUpRate } = configuration
  const steps = epochs * stepsPerEpoch
  return warmUpSteps(configuration, stepsPerEpoch) < steps
    ? E.right(undefined)
    : E.left({
        tag: 'InvalidSetting',
        field: 'warmUpEpochs',
        problem: `all ${counted(steps, 'step')} of the training (${counted(epochs, 'epoch')}) would be taken at the rate of the warm-up, ${warmUpRate}`,
        advice: 'train for more epochs, or warm up for a shorter time',
        instead: { field: 'warmUpEpochs', value: '0' },
      })
}

/** The listed images of the source that a run trains on. Which ones are held out is not known yet, only how many. */
const trainedOn = (configuration: AdaptationConfiguration, data: DataSet): readonly LabelledImage[] => {
  const listed = domainImages(data, configuration.source, 'training')
  return listed.slice(holdsOutImages(configuration) ? heldOutCount(listed.length) : 0)
}

/** How many steps a run takes in all; none where its method learns nothing or it is `untrained`. */
export const trainingSteps = (configuration: AdaptationConfiguration, data: DataSet): number =>
  takesSteps(configuration)
    ? configuration.epochs *
      stepsInEpoch(
        configuration,
        trainedOn(configuration, data).map(({ label }) => label),
      )
    : 0

/**
 * Checks how a run would train on the listed images of a data set. Fails with `InvalidSetting` of `batch` where a step has
 * more images than a domain, and of `warmUpEpochs` where the warm-up lasts as long as the training. A method that learns nothing
 * and a run that is `untrained` take no step, and are not checked.
 */
export const checkTraining = (
  configuration: AdaptationConfiguration,
  data: DataSet,
): E.Either<Failure, void> => {
  const { batch, source, target } = configuration
  if (!takesSteps(configuration)) return E.right(undefined)
  const kept = trainedOn(configuration, data)
  return pipe(
    checkBatch(batch, { name: source, images: kept.length }),
    E.flatMap(() =>
      checkBatch(batch, { name: target, images: domainImages(data, target, 'training').length }),
    ),
    E.flatMap(() =>
      checkWarmUp(
        configuration,
        stepsInEpoch(
          configuration,
          kept.map(({ label }) => label),
        ),
      ),
    ),
  )
}
