/** How methods are trained where nothing else is asked for. */
import type { OptimizerName } from '../optimizers/index.js'

export interface TrainingDefaults {
  /** Passes over the source. */
  readonly epochs: number
  /** Images of each domain in a step. */
  readonly batch: number
  readonly optimizer: OptimizerName
  /** At its peak, after which it falls along half a cosine. */
  readonly learningRate: number
  /** L2, added to the gradient. */
  readonly weightDecay: number
  /** Epochs at `warmUpRate` before the peak. */
  readonly warmUpEpochs: number
  readonly warmUpRate: number
}

/**
 * Training by an optimizer at a rate, both as a method was published. Epochs, batches and schedule are AD-CLIP's for all
 * methods, so that they see the same images.
 *
 * @example
 * const { epochs } = sharedTraining('sgd', 0.002) // 50
 */
export const sharedTraining = (optimizer: OptimizerName, learningRate: number): TrainingDefaults => ({
  epochs: 50,
  batch: 16,
  optimizer,
  learningRate,
  weightDecay: 5e-4,
  warmUpEpochs: 1,
  warmUpRate: 1e-5,
})
