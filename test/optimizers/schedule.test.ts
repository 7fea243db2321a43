import { describe, expect, it } from 'vitest'
import { scalar } from '../../src/dsl/index.js'
import type { Schedule } from '../../src/optimizers/index.js'
import {
  joinSchedules,
  constantSchedule,
  cosineAnnealingSchedule,
  cosineSchedule,
  everySteps,
  exponentialSchedule,
  inverseSchedule,
  linearSchedule,
} from '../../src/optimizers/index.js'
import { expectClose, numberOf } from '../support/evaluation.js'

const rateAt = (schedule: Schedule, step: number): number => numberOf(schedule(scalar(step)))
const ratesAt = (schedule: Schedule, ...steps: readonly number[]): readonly number[] =>
  steps.map((step) => rateAt(schedule, step))

describe('constantSchedule', () => {
  it('gives the same rate at every step', () =>
    expectClose(ratesAt(constantSchedule(0.3), 0, 1, 1e6), [0.3, 0.3, 0.3]))
})

describe('cosineSchedule', () => {
  it('falls from the peak at step 0 to half of it in the middle and to 0 at the end', () =>
    expectClose(ratesAt(cosineSchedule({ peak: 2, total: 100 }), 0, 25, 50, 75, 100), [
      2,
      1 + Math.SQRT1_2,
      1,
      1 - Math.SQRT1_2,
      0,
    ]))

  it('reaches the final rate, and stays there', () =>
    expectClose(
      ratesAt(cosineSchedule({ peak: 2, total: 100, final: 0.5 }), 50, 100, 150, 1e6),
      [1.25, 0.5, 0.5, 0.5],
    ))

  it('rises linearly from the initial rate during warm-up, and reaches the peak once', () => {
    const schedule = cosineSchedule({ peak: 1, initial: 0.2, warmUp: 4, total: 12 })
    expectClose(ratesAt(schedule, 0, 1, 2, 3, 4, 8, 12), [0.2, 0.4, 0.6, 0.8, 1, 0.5, 0])
  })

  it('never rises after the peak, and stays in the range of its rates', () => {
    const schedule = cosineSchedule({ peak: 1, warmUp: 10, total: 50, final: 0.1 })
    const rates = ratesAt(schedule, ...Array.from({ length: 60 }, (_, i) => i))
    for (const [i, rate] of rates.entries()) {
      expect(rate).toBeGreaterThanOrEqual(i < 10 ? 0 : 0.1 - 1e-12)
      expect(rate).toBeLessThanOrEqual(1)
      if (i > 10) expect(rate).toBeLessThanOrEqual((rates[i - 1] ?? 0) + 1e-12)
    }
  })

  it('stays at the final rate after warm-up if it is all warm-up', () =>
    expectClose(ratesAt(cosineSchedule({ peak: 1, warmUp: 4, total: 4 }), 2, 4, 5, 9), [0.5, 1, 0, 0]))
})

describe('cosineAnnealingSchedule', () => {
  it('swings between its peak and its final rate, and is back at the peak after two half periods', () => {
    const schedule = cosineAnnealingSchedule({ peak: 2, halfPeriod: 8, final: 1 })
    expectClose(ratesAt(schedule, 0, 4, 8, 12, 16, 24, 32), [2, 1.5, 1, 1.5, 2, 1, 2])
  })

  it('is the half cosine of cosineSchedule up to its half period', () => {
    const steps = Array.from({ length: 51 }, (_, i) => i)
    expectClose(
      ratesAt(cosineAnnealingSchedule({ peak: 0.01, halfPeriod: 50 }), ...steps),
      ratesAt(cosineSchedule({ peak: 0.01, total: 50 }), ...steps),
    )
  })

  it('keeps the digits of its rates near 0 and after many periods', () => {
    const schedule = cosineAnnealingSchedule({ peak: 1, halfPeriod: 50 })
    const nearZero = Math.sin(Math.PI / 100) ** 2
    const rates = ratesAt(schedule, 49, 51, 1_000_049)
    for (const rate of rates) expect(Math.abs(rate / nearZero - 1)).toBeLessThan(1e-12)
  })
})

describe('everySteps', () => {
  it('gives each rate of the other schedule for a whole period', () => {
    const schedule = everySteps(3, linearSchedule({ from: 0, to: 1, steps: 4 }))
    expectClose(ratesAt(schedule, 0, 1, 2, 3, 5, 6, 11, 12, 99), [0, 0, 0, 0.25, 0.25, 0.5, 0.75, 1, 1])
  })

  it('changes nothing with a period of one', () => {
    const inner = cosineSchedule({ peak: 1, total: 9 })
    expect(ratesAt(everySteps(1, inner), 0, 3, 9)).toEqual(ratesAt(inner, 0, 3, 9))
  })

  it('begins each period at its first step where a quotient is rounded down', () => {
    const begins = (period: number, count: number): number =>
      rateAt(
        everySteps(period, (step) => step),
        period * count,
      )
    for (const period of [3, 7, 41, 333]) {
      for (const count of [1, 3, 49, 6001]) expect(begins(period, count), `${period} × ${count}`).toBe(count)
    }
  })
})

describe('linearSchedule', () => {
  it('goes from one rate to another, and stays there', () => {
    expectClose(ratesAt(linearSchedule({ from: 1, to: 3, steps: 4 }), 0, 1, 2, 4, 9), [1, 1.5, 2, 3, 3])
    expectClose(ratesAt(linearSchedule({ from: 3, to: 1, steps: 4 }), 0, 1, 4, 9), [3, 2.5, 1, 1])
  })
})

describe('exponentialSchedule', () => {
  const [initial, factor, every] = [0.8, 0.25, 10]

  it('multiplies the rate by its factor in each period, and falls smoothly', () =>
    expectClose(
      ratesAt(exponentialSchedule({ initial, factor, every }), 0, 5, 10, 20),
      [0.8, 0.4, 0.2, 0.05],
    ))

  it('falls only at the end of each period with stairs', () =>
    expectClose(
      ratesAt(exponentialSchedule({ initial, factor, every, stairs: true }), 0, 5, 9, 10, 19, 20),
      [0.8, 0.8, 0.8, 0.2, 0.2, 0.05],
    ))
})

describe('inverseSchedule', () => {
  it('divides the rate by a power of a number that grows by the decay in each step', () => {
    const schedule = inverseSchedule({ initial: 0.8, decay: 0.1, power: 2 })
    expectClose(ratesAt(schedule, 0, 10, 30), [0.8, 0.8 / 2 ** 2, 0.8 / 4 ** 2], 1e-15)
  })

  it('stays at the rate where nothing decays', () =>
    expectClose(ratesAt(inverseSchedule({ initial: 0.8, decay: 0, power: 0.75 }), 0, 1000), [0.8, 0.8]))
})

describe('joinSchedules', () => {
  it('counts the steps of the second schedule from 0', () => {
    const schedule = joinSchedules(10, 1e-5, cosineSchedule({ peak: 0.01, total: 100 }))
    expectClose(ratesAt(schedule, 0, 9, 10, 60, 110, 500), [1e-5, 1e-5, 0.01, 0.005, 0, 0], 1e-15)
  })
})
