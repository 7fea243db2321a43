/** The learning rate of a run, step by step. */
import type { Schedule } from '../../optimizers/index.js'
import { cosineAnnealingSchedule, cosineSchedule, everySteps, joinSchedules } from '../../optimizers/index.js'
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
  if (schedule === 'continuous') return Math.round(warmUpEpochs * stepsPerEpoch)
  const whole = Math.ceil(warmUpEpochs)
  return schedule === 'per-batch' ? whole : whole * stepsPerEpoch
}

const afterWarmUp = (steps: number, rate: number, then: Schedule): Schedule =>
  steps === 0 ? then : joinSchedules(steps, rate, then)

/**
 * The rate waits at `warmUpRate`, then follows a cosine: see `trainingSchedules`. With `per-batch` and `per-epoch` it is that of
 * Dassl's `ConstantWarmupScheduler` around PyTorch's `CosineAnnealingLR`, whose `T_max` is the number of epochs, stepped after
 * each batch or after each epoch.
 */
export const learningRate = (setting: Setting, stepsPerEpoch: number): Schedule => {
  const { schedule, learningRate: peak, epochs, warmUpRate } = setting
  if (schedule === 'continuous') {
    const warmUp = warmUpSteps(setting, stepsPerEpoch)
    return afterWarmUp(warmUp, warmUpRate, cosineSchedule({ peak, total: epochs * stepsPerEpoch - warmUp }))
  }
  const stepped = afterWarmUp(
    Math.ceil(setting.warmUpEpochs),
    warmUpRate,
    cosineAnnealingSchedule({ peak, halfPeriod: epochs }),
  )
  return schedule === 'per-batch' ? stepped : everySteps(stepsPerEpoch, stepped)
}
