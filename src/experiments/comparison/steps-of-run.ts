/** How many steps a run has in all. Pure. */
import { holdsOutImages } from '../../methods/index.js'
import type { Metrics } from '../../training/metrics.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'
import type { InputDigests } from '../inputs/digests.js'
import type { PretrainConfiguration } from '../pretraining/configuration.js'

/** Images that an epoch goes over, where the configuration and the numbers of images say it. */
const imagesOfEpoch = (
  configuration: AdaptationConfiguration | PretrainConfiguration,
  { domains }: InputDigests,
): number | undefined => {
  if (configuration.kind === 'pretrain') {
    return domains.reduce((sum, { training }) => sum + training.images, 0)
  }
  if (configuration.epochShots !== 'all' || holdsOutImages(configuration)) return undefined
  return domains.find(({ name }) => name === configuration.source)?.training.images
}

/**
 * The steps of a run: its epochs times the steps of the first, which are known once a step of the second is taken, or from the
 * number of images where an epoch goes over all of them. Undefined where neither says it.
 *
 * @example
 * const total = (configuration: AdaptationConfiguration, metrics: readonly Metrics[]) =>
 *   stepsOfRun(configuration, metrics, undefined)
 */
export const stepsOfRun = (
  configuration: AdaptationConfiguration | PretrainConfiguration,
  metrics: readonly Metrics[],
  inputs: InputDigests | undefined,
): number | undefined => {
  const { epochs, batch } = configuration
  const second = metrics.find(({ epoch }) => epoch === 2)
  if (second !== undefined) return epochs * (second.step - 1)
  const images = inputs === undefined ? undefined : imagesOfEpoch(configuration, inputs)
  return images === undefined ? undefined : epochs * Math.max(Math.floor(images / batch), 1)
}
