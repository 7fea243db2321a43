import { describe, expect, it } from 'vitest'
import { add, cos, explainFault, mul, parameter, square, sub, sum } from '../../src/dsl/index.js'
import type { Transformation } from '../../src/optimizers/index.js'
import {
  accumulate,
  adagrad,
  adam,
  adamW,
  joinSchedules,
  chain,
  clipByGlobalNorm,
  constantSchedule,
  cosineSchedule,
  ema,
  exponentialSchedule,
  linearSchedule,
  lion,
  lookahead,
  rmsProp,
  scaleByLearningRate,
  scaleByName,
  sgd,
  trainStep,
  withLossScaling,
} from '../../src/optimizers/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { expectClose, f32 } from '../support/evaluation.js'
import { runSteps } from '../support/training.js'
import type { Trajectory } from './plain-optimizers.js'
import {
  plainAdagrad,
  plainAdam,
  plainLion,
  plainLookahead,
  plainRmsProp,
  plainSgd,
} from './plain-optimizers.js'

const w = parameter('w', [4])
const start = [1.5, -2, 0.25, 40]
const steps = 8

/** Σ (w²/2 + 3 cos w): its gradient, w - 3 sin w, changes sign on the way. */
const loss = sum(add(mul(square(w), 0.5), mul(cos(w), 3)))
const gradient = (weight: number): number => weight - 3 * Math.sin(weight)

const weightsAfterEachStep = (optimizer: Transformation): readonly (readonly number[])[] =>
  runSteps(expectRight(trainStep({ loss }, optimizer)), { w: f32([4], start) }, steps).map((values) => [
    ...(values['w']?.data ?? []),
  ])

const expectTrajectory = (optimizer: Transformation, plain: Trajectory): void => {
  const actual = weightsAfterEachStep(optimizer)
  for (const [i, first] of start.entries()) {
    expectClose(
      actual.map((weights) => weights[i] ?? Number.NaN),
      plain(first, gradient, steps),
      1e-12,
    )
  }
}

describe("the weights after each step equal PyTorch's for", () => {
  it('SGD', () => expectTrajectory(sgd({ learningRate: 0.1 }), plainSgd({ lr: 0.1 })))

  it('SGD with momentum', () =>
    expectTrajectory(sgd({ learningRate: 0.1, momentum: 0.9 }), plainSgd({ lr: 0.1, momentum: 0.9 })))

  it('SGD with Nesterov momentum and weight decay', () =>
    expectTrajectory(
      sgd({ learningRate: 0.05, momentum: 0.8, nesterov: true, weightDecay: 0.1 }),
      plainSgd({ lr: 0.05, momentum: 0.8, nesterov: true, weightDecay: 0.1 }),
    ))

  it('Adam with its defaults', () =>
    expectTrajectory(
      adam({ learningRate: 0.1 }),
      plainAdam({ lr: 0.1, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, decoupled: false }),
    ))

  it('Adam with L2 weight decay and other moments', () =>
    expectTrajectory(
      adam({ learningRate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.3 }),
      plainAdam({ lr: 0.02, betas: [0.8, 0.95], eps: 1e-3, weightDecay: 0.3, decoupled: false }),
    ))

  it('AdamW with its default decay', () =>
    expectTrajectory(
      adamW({ learningRate: 0.1 }),
      plainAdam({ lr: 0.1, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01, decoupled: true }),
    ))

  it('AdamW with strong decay', () =>
    expectTrajectory(
      adamW({ learningRate: 0.1, weightDecay: 0.5 }),
      plainAdam({ lr: 0.1, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.5, decoupled: true }),
    ))

  it('RMSProp with its defaults', () =>
    expectTrajectory(rmsProp({ learningRate: 0.01 }), plainRmsProp({ lr: 0.01 })))

  it('RMSProp, centred, with momentum and weight decay', () =>
    expectTrajectory(
      rmsProp({
        learningRate: 0.01,
        decay: 0.9,
        epsilon: 1e-3,
        centered: true,
        momentum: 0.8,
        weightDecay: 0.1,
      }),
      plainRmsProp({ lr: 0.01, alpha: 0.9, eps: 1e-3, centered: true, momentum: 0.8, weightDecay: 0.1 }),
    ))

  it('Adagrad', () =>
    expectTrajectory(
      adagrad({ learningRate: 0.5, initialSum: 0.1, weightDecay: 0.2 }),
      plainAdagrad({ lr: 0.5, initialSum: 0.1, eps: 1e-10, weightDecay: 0.2 }),
    ))

  it('SGD under a schedule: the rate of each step is that of the updates done before it', () => {
    const rates = [0.3, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    const scheduled = weightsAfterEachStep(
      sgd({ learningRate: joinSchedules(2, 0.3, constantSchedule(0.1)) }),
    )
    const byHand = rates.reduce<readonly number[]>((weights, rate) => {
      const last = weights.at(-1) ?? 1.5
      return [...weights, last - rate * gradient(last)]
    }, [])
    expectClose(
      scheduled.map(([first]) => first ?? Number.NaN),
      byHand,
    )
  })
})

describe("the weights after each step equal those of the paper's formulas for", () => {
  it('Lion', () =>
    expectTrajectory(
      lion({ learningRate: 0.1, weightDecay: 0.3 }),
      plainLion({ lr: 0.1, beta1: 0.9, beta2: 0.99, weightDecay: 0.3 }),
    ))

  it('Lookahead over momentum', () =>
    expectTrajectory(
      lookahead(sgd({ learningRate: 0.1, momentum: 0.9 }), { steps: 3, share: 0.4 }),
      plainLookahead({ lr: 0.1, momentum: 0.9, k: 3, alpha: 0.4 }),
    ))
})

describe.each([-0.1, Number.NaN, Infinity])('a training step is refused with %d as', (wrong) => {
  const learningRate = 0.1
  it.each([
    ['the decay of RMSProp', rmsProp({ learningRate, decay: wrong })],
    ['the epsilon of RMSProp', rmsProp({ learningRate, epsilon: wrong })],
    ['the epsilon of Adagrad', adagrad({ learningRate, epsilon: wrong })],
    ['the initial sum of Adagrad', adagrad({ learningRate, initialSum: wrong })],
    ['the first beta of Lion', lion({ learningRate, beta1: wrong })],
    ['the second beta of Lion', lion({ learningRate, beta2: wrong })],
    ['the factor of weight decay', lion({ learningRate, weightDecay: wrong })],
    ['the decay of a moving average', chain(sgd({ learningRate }), ema(wrong))],
    ['the steps of lookahead', lookahead(sgd({ learningRate }), { steps: wrong })],
    ['the share of lookahead', lookahead(sgd({ learningRate }), { share: wrong })],
    ['the steps of accumulation', accumulate(wrong, sgd({ learningRate }))],
    ['the momentum of SGD', sgd({ learningRate, momentum: wrong })],
    ['the first beta of Adam', adam({ learningRate, beta1: wrong })],
    ['the second beta of Adam', adam({ learningRate, beta2: wrong })],
    ['the epsilon of AdamW', adamW({ learningRate, epsilon: wrong })],
    ['the limit of clipping', chain(clipByGlobalNorm(wrong), sgd({ learningRate }))],
    ['the peak of a cosine', sgd({ learningRate: cosineSchedule({ peak: wrong, total: 10 }) })],
    ['the length of a cosine', sgd({ learningRate: cosineSchedule({ peak: 1, total: wrong }) })],
    ['the warm-up of a cosine', sgd({ learningRate: cosineSchedule({ peak: 1, total: 9, warmUp: wrong }) })],
    ['the first rate of a line', sgd({ learningRate: linearSchedule({ from: wrong, to: 1, steps: 3 }) })],
    ['the last rate of a line', sgd({ learningRate: linearSchedule({ from: 1, to: wrong, steps: 3 }) })],
    ['the steps of a line', sgd({ learningRate: linearSchedule({ from: 0, to: 1, steps: wrong }) })],
    [
      'the first rate of an exponential',
      sgd({ learningRate: exponentialSchedule({ initial: wrong, factor: 0.5, every: 3 }) }),
    ],
    [
      'the factor of an exponential',
      sgd({ learningRate: exponentialSchedule({ initial: 1, factor: wrong, every: 3 }) }),
    ],
    [
      'the period of an exponential',
      sgd({ learningRate: exponentialSchedule({ initial: 1, factor: 0.5, every: wrong }) }),
    ],
    [
      'the steps before another schedule',
      sgd({ learningRate: joinSchedules(wrong, 1, constantSchedule(1)) }),
    ],
    ['the rate before another schedule', sgd({ learningRate: joinSchedules(3, wrong, constantSchedule(1)) })],
    ['the first loss scale', withLossScaling(sgd({ learningRate }), { initial: wrong })],
  ])('%s', (_, optimizer) =>
    expect(explainFault(expectLeft(trainStep({ loss }, optimizer)))).toContain(`is ${wrong}, but it must be`),
  )
})

describe('a training step is refused with', () => {
  const learningRate = 0.1
  it.each<readonly [string, Transformation, string]>([
    [
      'a line of no steps',
      sgd({ learningRate: linearSchedule({ from: 0, to: 1, steps: 0 }) }),
      'steps is 0, but it must be a finite number above 0',
    ],
    [
      'an exponential of no period',
      sgd({ learningRate: exponentialSchedule({ initial: 1, factor: 0.5, every: 0 }) }),
      'every is 0, but it must be a finite number above 0',
    ],
    [
      'a momentum of 1',
      sgd({ learningRate, momentum: 1 }),
      'momentum is 1, but it must be from 0 up to, but not including, 1',
    ],
    [
      'a factor of a name that is no number',
      chain(
        sgd({ learningRate }),
        scaleByName(() => Number.NaN),
      ),
      "the factor of 'w' is NaN, but it must be a finite number",
    ],
  ])('%s', (_, optimizer, sentence) =>
    expect(explainFault(expectLeft(trainStep({ loss }, optimizer)))).toContain(sentence),
  )
})

describe('clipping by the global norm', () => {
  const a = parameter('a', [2])
  const b = parameter('b', [])
  /** Gradients (3, 0) and 4: their common norm is 5. */
  const linear = add(mul(sum(mul(a, parameter('direction', [2]))), 3), mul(b, 4))
  const direction = f32([2], [1, 0])
  const updateOf = (limit: number): readonly number[] => {
    const step = expectRight(
      trainStep(
        { loss: linear, isTrainable: (name) => name !== 'direction' },
        chain(clipByGlobalNorm(limit), scaleByLearningRate(1)),
      ),
    )
    const [values] = runSteps(step, { a: f32([2], [0, 0]), b: f32([], [0]), direction }, 1)
    return [...(values?.['a']?.data ?? []), ...(values?.['b']?.data ?? [])]
  }

  it('scales all gradients by one factor, so that their norm is the limit', () =>
    expectClose(updateOf(1), [-0.6, 0, -0.8]))

  it('leaves a smaller norm as it is', () => expectClose(updateOf(6), [-3, 0, -4]))

  it('leaves a norm equal to the limit as it is', () => expectClose(updateOf(5), [-3, 0, -4]))

  it('leaves a gradient of zero as it is', () => {
    const flat = sum(mul(a, 0))
    const step = expectRight(trainStep({ loss: flat }, chain(clipByGlobalNorm(1), sgd({ learningRate: 1 }))))
    const [values] = runSteps(step, { a: f32([2], [7, 8]) }, 1)
    expectClose([...(values?.['a']?.data ?? [])], [7, 8])
  })
})

describe('an optimizer finds the minimum of a quadratic', () => {
  const target = parameter('target', [4])
  const bowl = sum(square(sub(w, target)))
  const minimum = [1, -1, 0.5, 3]

  it.each<[string, Transformation, number]>([
    ['SGD', sgd({ learningRate: 0.1 }), 60],
    ['SGD with momentum', sgd({ learningRate: 0.05, momentum: 0.9 }), 300],
    ['Adam', adam({ learningRate: cosineSchedule({ peak: 0.5, total: 200 }) }), 200],
    [
      'clipped AdamW without decay',
      chain(
        clipByGlobalNorm(1),
        adamW({ learningRate: cosineSchedule({ peak: 0.5, total: 200 }), weightDecay: 0 }),
      ),
      200,
    ],
  ])('%s', (_, optimizer, count) => {
    const step = expectRight(trainStep({ loss: bowl, isTrainable: (name) => name === 'w' }, optimizer))
    const values = runSteps(step, { w: f32([4], [0, 0, 0, 0]), target: f32([4], minimum) }, count)
    expectClose([...(values.at(-1)?.['w']?.data ?? [])], minimum, 1e-3)
    expect(values.at(-1)?.['target']?.data).toEqual(Float64Array.from(minimum))
  })
})
