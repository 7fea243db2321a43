/** Learning rate schedules: pure functions from the number of updates done to a rate. */
import { erased } from '../dsl/erasure.js'
import { faulty } from '../dsl/node.js'
import { add, cos, div, floor, less, maximum, minimum, mul, pow, sub, where } from '../dsl/ops/elementwise.js'
import { scalar } from '../dsl/ops/leaf.js'
import type { Tensor } from '../dsl/tensor.js'
import { countSetting, nonNegativeSetting, positiveSetting, withSettings } from './setting.js'

/**
 * The learning rate, a scalar, from the number of updates done, a scalar that is 0 at the first update.
 *
 * @example
 * // Half the rate after every 100 updates.
 * const halving: Schedule = (step) => mul(pow(0.5, floor(div(step, 100))), 0.1)
 */
export type Schedule = (step: Tensor<[]>) => Tensor<[]>

/** A rate as a scalar. A negative rate, or one that is not finite, is a fault of the step. */
const rateOf = (rate: number): Tensor<[]> =>
  Number.isFinite(rate) && rate >= 0
    ? scalar(rate)
    : erased(
        faulty('schedule', `${rate} is not a learning rate: give a finite number that is not negative`, []),
      )

/** The same rate at every step; a negative one, or one that is not finite, is a fault of the step. */
export const constantSchedule =
  (rate: number): Schedule =>
  () =>
    rateOf(rate)

/**
 * Linear warm-up, then half a cosine down to `final` (Loshchilov & Hutter 2017, SGDR, eq. 5, without restarts).
 *
 * Steps count updates. From `initial` the rate rises linearly over `warmUp` steps to `peak`; it reaches `final`
 * at `total` and stays there. A rate or a number of steps that is negative or not finite is a fault of the step.
 *
 * @example
 * const rate = cosineSchedule({ peak: 3e-4, warmUp: 300, total: 20_000 })
 */
export const cosineSchedule = ({
  peak,
  total,
  warmUp = 0,
  initial = 0,
  final = 0,
}: {
  readonly peak: number
  readonly total: number
  readonly warmUp?: number
  readonly initial?: number
  readonly final?: number
}): Schedule => {
  const settings = [
    nonNegativeSetting('cosineSchedule', 'peak', peak),
    nonNegativeSetting('cosineSchedule', 'total', total),
    nonNegativeSetting('cosineSchedule', 'warmUp', warmUp),
    nonNegativeSetting('cosineSchedule', 'initial', initial),
    nonNegativeSetting('cosineSchedule', 'final', final),
  ]
  const span = Math.max(total - warmUp, 1)
  return (step) => {
    const progress = minimum(mul(maximum(sub(step, warmUp), 0), 1 / span), 1)
    const wave = mul(add(cos(mul(progress, Math.PI)), 1), 0.5)
    const decayed = add(mul(wave, peak - final), final)
    if (warmUp === 0) return withSettings(settings, decayed)
    const warm = add(mul(step, (peak - initial) / warmUp), initial)
    return withSettings(settings, where(less(step, warmUp), warm, decayed))
  }
}

/**
 * A cosine between `peak` and `final` that does not stop: it reaches `final` at `halfPeriod`, is back at `peak` at twice
 * that, and goes on so. This is PyTorch's `CosineAnnealingLR` with `T_max` = `halfPeriod` and `eta_min` = `final`.
 *
 * A rate that is negative or not finite, and a half period that is not above 0, are faults of the step.
 *
 * @example
 * const swinging = cosineAnnealingSchedule({ peak: 0.01, halfPeriod: 50 }) // 0.01, ..., 0 at update 50, ..., 0.01 at 100
 */
export const cosineAnnealingSchedule = ({
  peak,
  halfPeriod,
  final = 0,
}: {
  readonly peak: number
  readonly halfPeriod: number
  readonly final?: number
}): Schedule => {
  const settings = [
    nonNegativeSetting('cosineAnnealingSchedule', 'peak', peak),
    positiveSetting('cosineAnnealingSchedule', 'halfPeriod', halfPeriod),
    nonNegativeSetting('cosineAnnealingSchedule', 'final', final),
  ]
  const period = 2 * halfPeriod
  return (step) => {
    const phase = sub(step, mul(floor(div(step, period)), period))
    // (1 + cos x) / 2 = cos²(x / 2), whose small values keep their digits.
    const half = cos(mul(phase, Math.PI / period))
    return withSettings(settings, add(mul(mul(half, half), peak - final), final))
  }
}

/**
 * Another schedule, stepped once in so many updates: its count is that of the whole periods that are done, as that of
 * PyTorch's schedulers is, which are stepped once in an epoch. A period that is no whole number, 1 or more, is a fault of the step.
 *
 * @example
 * const onceInFiftyUpdates = everySteps(50, cosineAnnealingSchedule({ peak: 0.002, halfPeriod: 200 }))
 */
export const everySteps = (period: number, schedule: Schedule): Schedule => {
  const settings = [countSetting('everySteps', 'the period', period)]
  // The half keeps a quotient that is a little too small from being taken for the period before.
  return (step) => withSettings(settings, schedule(floor(div(add(step, 0.5), period))))
}

/**
 * From one rate to another in a straight line; it reaches `to` at step `steps` and stays there. A rate that is negative or
 * not finite, and a number of steps that is not above 0, are faults of the step.
 *
 * @example
 * const warmUp = linearSchedule({ from: 0, to: 1e-3, steps: 500 })
 */
export const linearSchedule = ({
  from,
  to,
  steps,
}: {
  readonly from: number
  readonly to: number
  readonly steps: number
}): Schedule => {
  const settings = [
    nonNegativeSetting('linearSchedule', 'from', from),
    nonNegativeSetting('linearSchedule', 'to', to),
    positiveSetting('linearSchedule', 'steps', steps),
  ]
  return (step) => withSettings(settings, add(mul(minimum(step, steps), (to - from) / steps), from))
}

/**
 * `initial · factor^(step / every)`: continuous, or, with `stairs`, constant between multiples of `every` steps.
 * A rate or a factor that is negative or not finite, and a number of steps that is not above 0, are faults of the step.
 *
 * @example
 * const tenthEveryThirtyEpochs = exponentialSchedule({ initial: 0.1, factor: 0.1, every: 30 * 5004, stairs: true })
 */
export const exponentialSchedule = ({
  initial,
  factor,
  every,
  stairs = false,
}: {
  readonly initial: number
  readonly factor: number
  readonly every: number
  readonly stairs?: boolean
}): Schedule => {
  const settings = [
    nonNegativeSetting('exponentialSchedule', 'initial', initial),
    nonNegativeSetting('exponentialSchedule', 'factor', factor),
    positiveSetting('exponentialSchedule', 'every', every),
  ]
  return (step) => {
    const periods = div(step, every)
    return withSettings(settings, mul(pow(factor, stairs ? floor(periods) : periods), initial))
  }
}

/**
 * `initial · (1 + decay · step)^(-power)`, as domain-adversarial networks are trained (Ganin et al. 2016, sec. 5.2.2, where the power
 * is 0.75 and the step is a share of the training), and as Caffe's policy `inv` is. A rate, a decay or a power that is negative or not finite is a
 * fault of the step.
 *
 * @example
 * const falling = inverseSchedule({ initial: 0.01, decay: 0.001, power: 0.75 }) // 0.01, ..., 0.005946 at update 1000
 */
export const inverseSchedule = ({
  initial,
  decay,
  power,
}: {
  readonly initial: number
  readonly decay: number
  readonly power: number
}): Schedule => {
  const settings = [
    nonNegativeSetting('inverseSchedule', 'initial', initial),
    nonNegativeSetting('inverseSchedule', 'decay', decay),
    nonNegativeSetting('inverseSchedule', 'power', power),
  ]
  return (step) => withSettings(settings, mul(pow(add(mul(step, decay), 1), -power), initial))
}

/**
 * One rate for the first `steps` updates, another schedule (its own count starting at 0) after them, as Dassl's
 * `ConstantWarmupScheduler` gives them, where `steps` is its `warmup_epoch`. A rate or a number of steps that is negative or
 * not finite is a fault of the step.
 *
 * @example
 * // CoOp, whose scheduler is stepped once in an epoch, of 50 updates here: one epoch at 1e-5, then a cosine.
 * const coOp = everySteps(50, joinSchedules(1, 1e-5, cosineAnnealingSchedule({ peak: 0.002, halfPeriod: 200 })))
 */
export const joinSchedules = (steps: number, first: number, then: Schedule): Schedule => {
  const until = nonNegativeSetting('joinSchedules', 'the number of steps', steps)
  const early = nonNegativeSetting('joinSchedules', 'the first rate', first)
  return (step) => where(less(step, until), early, then(maximum(sub(step, until), 0)))
}
