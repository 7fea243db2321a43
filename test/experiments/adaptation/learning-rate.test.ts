import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import { scalar } from '../../../src/dsl/index.js'
import { methodConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { learningRate, warmUpSteps } from '../../../src/experiments/adaptation/learning-rate.js'
import { expectRight } from '../../expect-either.js'
import { expectClose, numberOf } from '../../support/evaluation.js'
import type { ReleasedTrainer } from './released-trainers.js'
import {
  comparedSteps,
  ratesOfPyTorch,
  releasedTrainers,
  storedRates,
  storedRatesPath,
} from './released-trainers.js'

const ratesOf = (
  { configuration, stepsPerEpoch }: Omit<ReleasedTrainer, 'name'>,
  steps: number,
): readonly number[] => {
  const schedule = learningRate(configuration, stepsPerEpoch)
  return Array.from({ length: steps }, (_, step) => numberOf(schedule(scalar(step))))
}

/** The first step whose rate differs by more than rounding: PyTorch computes each rate from the one before it. */
const firstDifference = (trainer: ReleasedTrainer, theirs: readonly number[] = []): string | undefined => {
  if (theirs.length !== comparedSteps) return `PyTorch gives ${theirs.length} rates`
  const ours = ratesOf(trainer, comparedSteps)
  const step = ours.findIndex((rate, i) => {
    const other = theirs[i] ?? Number.NaN
    return !(Math.abs(rate - other) <= 1e-9 * other + 1e-16)
  })
  return step < 0 ? undefined : `step ${step}: ${ours[step]}, and PyTorch's is ${theirs[step]}`
}

const stored = expectRight(storedRates.decode(JSON.parse(readFileSync(storedRatesPath, 'utf8'))))

describe(`the learning rates of ${comparedSteps} steps are those of PyTorch's scheduler in the released trainer`, () => {
  it.each(releasedTrainers.map((trainer) => [trainer.name, trainer] as const))(
    'of %s, as they are stored',
    (name, trainer) => expect(firstDifference(trainer, stored.rates[name])).toBeUndefined(),
  )

  test('as the PyTorch that is installed gives them', { timeout: 300_000 }, async ({ skip }) => {
    const now = await ratesOfPyTorch()
    if (E.isLeft(now)) return skip(now.left)
    const { rates } = now.right
    return expect(releasedTrainers.map((trainer) => firstDifference(trainer, rates[trainer.name]))).toEqual(
      releasedTrainers.map(() => undefined),
    )
  })
})

describe('a run with a schedule', () => {
  const own = methodConfiguration('ad-clip')

  it('per batch is at the rate of the warm-up for as many steps as there are epochs of it, and at 0 after as many steps again as there are epochs', () => {
    const rates = ratesOf({ configuration: { ...own, epochs: 10, warmUpEpochs: 2 }, stepsPerEpoch: 40 }, 23)
    expectClose(rates.slice(0, 4), [1e-5, 1e-5, 0.01, 0.005 * (1 + Math.cos(Math.PI / 10))], 1e-12)
    expectClose([rates[12] ?? Number.NaN, rates[22] ?? Number.NaN], [0, 0.01], 1e-12)
    expect(warmUpSteps({ schedule: 'per-batch', warmUpEpochs: 2 }, 40)).toBe(2)
  })

  it('per epoch keeps its rate throughout an epoch, and ends above 0', () => {
    const configuration = { ...own, schedule: 'per-epoch', epochs: 4, warmUpEpochs: 1 } as const
    const rates = ratesOf({ configuration, stepsPerEpoch: 3 }, 12)
    const after = [0, 1, 2].map((epoch) => 0.005 * (1 + Math.cos((Math.PI * epoch) / 4)))
    const perEpoch = [1e-5, ...after]
    expectClose(
      rates,
      perEpoch.flatMap((rate) => [rate, rate, rate]),
      1e-12,
    )
    expect(warmUpSteps(configuration, 3)).toBe(3)
  })

  it('that is continuous falls in every step after the warm-up, to 0 after the last', () => {
    const configuration = { ...own, schedule: 'continuous', epochs: 4, warmUpEpochs: 1 } as const
    const rates = ratesOf({ configuration, stepsPerEpoch: 3 }, 13)
    const fall = Array.from({ length: 10 }, (_, i) => 0.005 * (1 + Math.cos((Math.PI * i) / 9)))
    expectClose(rates, [1e-5, 1e-5, 1e-5, ...fall], 1e-12)
    expect(warmUpSteps(configuration, 3)).toBe(3)
  })
  it('that falls by the inverse of its progress is at a sixth to a power of the peak halfway, and counts from the end of the warm-up', () => {
    const configuration = { ...own, schedule: 'inverse-progress', epochs: 3, warmUpEpochs: 1 } as const
    const rates = ratesOf({ configuration, stepsPerEpoch: 4 }, 12)
    const after = Array.from({ length: 8 }, (_, i) => 0.01 * (1 + (10 * i) / 8) ** -0.75)
    expectClose(rates, [1e-5, 1e-5, 1e-5, 1e-5, ...after], 1e-12)
    expect(rates[8]).toBeCloseTo(0.01 * 6 ** -0.75, 12)
  })

  it('that falls by the inverse of its steps does not depend on the length of the training', () => {
    const configuration = { ...own, schedule: 'inverse-steps', epochs: 3, warmUpEpochs: 0 } as const
    const rates = ratesOf({ configuration, stepsPerEpoch: 4 }, 3)
    expectClose(rates, [0.01, 0.01 * 1.001 ** -0.75, 0.01 * 1.002 ** -0.75], 1e-12)
    expect(ratesOf({ configuration: { ...configuration, epochs: 30 }, stepsPerEpoch: 9 }, 3)).toEqual(rates)
  })
})
