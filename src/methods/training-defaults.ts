/** How methods are trained where nothing else is asked for. */
import type { OptimizerName } from '../optimizers/index.js'

/**
 * How the learning rate goes on from one step to the next. A warm-up at a constant rate comes first in all of them.
 *
 * - `per-batch`: a cosine that is stepped once in a batch, and whose half period is as many batches as there are epochs: the
 *   rate swings between its peak and 0, and the warm-up lasts as many batches as it should last epochs. The released trainers of
 *   AD-CLIP and DAPL do this.
 * - `per-epoch`: the same cosine, stepped once in an epoch. The trainers of CoOp and CoCoOp do this.
 * - `continuous`: half a cosine that falls a little in every step, and reaches 0 at the end.
 * - `inverse-progress`: the peak times (1 + 10 p)^(-0.75), where p goes from 0 to 1 over the training. Published for domain-adversarial
 *   networks and SHOT.
 * - `inverse-steps`: the peak times (1 + i / 1000)^(-0.75) at step i. TLlib and UniMoS do this.
 */
export const trainingSchedules = [
  'per-batch',
  'per-epoch',
  'continuous',
  'inverse-progress',
  'inverse-steps',
] as const
export type TrainingSchedule = (typeof trainingSchedules)[number]

/**
 * What training sees of an image.
 * - `none`: the whole image and its mirror image.
 * - `fresh`: a random resized crop, a new one in every epoch.
 * - `views`: that many random resized crops of each image, which are drawn once.
 */
export type Augmentation = 'none' | 'fresh' | { readonly views: number }

export interface TrainingDefaults {
  readonly epochs: number
  /**
   * Images of each class of the source that an epoch counts, as an epoch over a few-shot subset does; all images of the source
   * are trained on, whatever it is.
   */
  readonly epochShots: number | 'all'
  /** Images of each domain in a step. */
  readonly batch: number
  readonly optimizer: OptimizerName
  /** At its peak. */
  readonly learningRate: number
  readonly schedule: TrainingSchedule
  /** L2, added to the gradient. */
  readonly weightDecay: number
  /** Epochs at `warmUpRate` before the peak. */
  readonly warmUpEpochs: number
  readonly warmUpRate: number
  readonly augmentation: Augmentation
}

/** What decides how many images a method sees, and how its rate goes on: all but the optimizer, its rate and augmentation. */
export type TrainingBudget = Omit<
  TrainingDefaults,
  'optimizer' | 'learningRate' | 'weightDecay' | 'augmentation'
>

/** One epoch of warm-up, as all released configurations have it. */
const warmUp = { warmUpEpochs: 1, warmUpRate: 1e-5 } as const

/** What all released configurations have in common. */
export const releasedTraining = { weightDecay: 5e-4, augmentation: 'fresh', ...warmUp } as const

/**
 * The training budget of AD-CLIP: 50 epochs over all of the source in batches of 16 + 16 images, with half a cosine after an
 * epoch of warm-up. Methods that are compared on equal terms all have this one.
 */
export const sharedBudget: TrainingBudget = {
  epochs: 50,
  epochShots: 'all',
  batch: 16,
  schedule: 'continuous',
  ...warmUp,
}

/**
 * What TLlib trains the classics of domain adaptation with: 20 epochs of Nesterov's momentum in batches of 32 + 32, without a
 * warm-up. Features are kept, so that images are whole. An epoch is one over the source, where TLlib counts 500 or 1,000 steps.
 */
export const classicTraining = {
  epochs: 20,
  epochShots: 'all',
  batch: 32,
  optimizer: 'nesterov',
  schedule: 'inverse-steps',
  warmUpEpochs: 0,
  warmUpRate: 1e-5,
  augmentation: 'none',
} as const

/** The defaults of methods that learn nothing: no step is taken by them. */
export const noTraining: TrainingDefaults = {
  ...sharedBudget,
  ...releasedTraining,
  optimizer: 'sgd',
  learningRate: 0.002,
}
