/** The learning rate of a run, step by step. */
import type { Schedule } from '../../optimizers/index.js'
import {
  cosineAnnealingSchedule,
  cosineSchedule,
  everySteps,
  inverseSchedule,
  joinSchedules,
} from '../../optimizers/index.js'
import type { TrainingSchedule } from '../../methods/index.js'
import type { MethodConfiguration } from './configuration.js'

type Setting = Pick<
  MethodConfiguration,
  'schedule' | 'learningRate' | 'epochs' | 'warmUpEpochs' | 'warmUpRate'
>

/** How many steps of training are taken at the rate of the warm-up. */
export const warmUpSteps = (
  { schedule, warmUpEpochs }: Pick<Setting, 'schedule' | 'warmUpEpochs'>,
  stepsPerEpoch: number,
): number => {
  if (schedule !== 'per-batch' && schedule !== 'per-epoch') return Math.round(warmUpEpochs * stepsPerEpoch)
  const whole = Math.ceil(warmUpEpochs)
  return schedule === 'per-batch' ? whole : whole * stepsPerEpoch
}

const afterWarmUp = (steps: number, rate: number, then: Schedule): Schedule =>
  steps === 0 ? then : joinSchedules(steps, rate, then)

/** The rate after a warm-up of `total` further steps, where it changes a little in each of them. */
const everyStep = (
  schedule: Exclude<TrainingSchedule, 'per-batch' | 'per-epoch'>,
  peak: number,
  total: number,
): Schedule => {
  switch (schedule) {
    case 'continuous':
      return cosineSchedule({ peak, total })
    case 'inverse-progress':
      return inverseSchedule({ initial: peak, decay: 10 / total, power: 0.75 })
    case 'inverse-steps':
      return inverseSchedule({ initial: peak, decay: 1e-3, power: 0.75 })
  }
}

/**
 * The rate waits at `warmUpRate`, then follows a cosine or falls: see `trainingSchedules`. With `per-batch` and `per-epoch` it is that of
 * Dassl's `ConstantWarmupScheduler` around PyTorch's `CosineAnnealingLR`, whose `T_max` is the number of epochs, stepped after
 * each batch or after each epoch.
 */
export const learningRate = (setting: Setting, stepsPerEpoch: number): Schedule => {
  const { schedule, learningRate: peak, epochs, warmUpRate } = setting
  if (schedule !== 'per-batch' && schedule !== 'per-epoch') {
    const warmUp = warmUpSteps(setting, stepsPerEpoch)
    return afterWarmUp(warmUp, warmUpRate, everyStep(schedule, peak, epochs * stepsPerEpoch - warmUp))
  }
  const stepped = afterWarmUp(
    Math.ceil(setting.warmUpEpochs),
    warmUpRate,
    cosineAnnealingSchedule({ peak, halfPeriod: epochs }),
  )
  return schedule === 'per-batch' ? stepped : everySteps(stepsPerEpoch, stepped)
}
