import { describe, expect, it } from 'vitest'
import { add, explainFault, mul, parameter, sum } from '../../src/dsl/index.js'
import type { NamedValues } from '../../src/dsl/index.js'
import { addGradientNoise, chain, scaleByLearningRate, trainStep } from '../../src/optimizers/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32 } from '../support/evaluation.js'
import { initialState, runStep, runSteps } from '../support/training.js'

const count = 20_000
const [v, w] = [parameter('v', [count]), parameter('w', [2, count])]
/** A gradient of 3 everywhere in v, and of 0 in w. */
const loss = add(mul(sum(v), 3), mul(sum(w), 0))
const zeros = { v: f32([count], Array(count).fill(0)), w: f32([2, count], Array(2 * count).fill(0)) }
const stepWith = (seed: number, variance = 0.3, decay = 0.55) =>
  expectRight(trainStep({ loss }, chain(addGradientNoise({ variance, decay, seed }), scaleByLearningRate(1))))

/** What each step adds to a parameter. */
const updatesOf = (name: 'v' | 'w', after: readonly NamedValues[]): readonly (readonly number[])[] =>
  after.map((values, i) => {
    const before = i === 0 ? zeros[name] : after[i - 1]?.[name]
    return [...(values[name]?.data ?? [])].map((x, at) => x - (before?.data[at] ?? NaN))
  })

const average = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0) / xs.length
const covariance = (xs: readonly number[], ys: readonly number[]): number =>
  average(xs.map((x, i) => x * (ys[i] ?? NaN))) - average(xs) * average(ys)

describe('gradient noise', () => {
  const after = runSteps(stepWith(1), zeros, 3)
  const ofV = updatesOf('v', after)

  it('has a mean of 0, and the variance η / (1 + t)^γ', () => {
    for (const [t, update] of ofV.entries()) {
      const variance = 0.3 / (1 + t) ** 0.55
      expect(Math.abs(average(update) + 3)).toBeLessThan(4 * Math.sqrt(variance / count))
      expect(covariance(update, update) / variance).toBeGreaterThan(0.96)
      expect(covariance(update, update) / variance).toBeLessThan(1.04)
    }
  })

  it('is another one at each step, and for each parameter', () => {
    const ofW = updatesOf('w', after)
    const first = ofV[0] ?? []
    for (const other of [ofV[1] ?? [], (ofW[0] ?? []).slice(0, count), (ofW[0] ?? []).slice(count)]) {
      expect(Math.abs(covariance(first, other))).toBeLessThan(0.3 * (5 / Math.sqrt(count)))
    }
  })

  it('is the same for the same seed, and when a run is resumed from its state', () => {
    const step = stepWith(1)
    let values: NamedValues = { ...zeros, ...initialState(step) }
    for (let i = 0; i < 3; i += 1) values = runStep(step, { ...values }).next
    expect(values['v']).toEqual(after[2]?.['v'])
    expect(runSteps(stepWith(2), zeros, 1)[0]?.['v']).not.toEqual(after[0]?.['v'])
  })

  it('of variance 0 changes nothing', () => {
    const [values] = runSteps(stepWith(1, 0), zeros, 1)
    expect(new Set(values?.['v']?.data)).toEqual(new Set([-3]))
  })

  it('refuses a variance or a decay that is negative', () => {
    for (const wrong of [{ variance: -1 }, { variance: 1, decay: Number.NaN }]) {
      const outcome = trainStep({ loss }, addGradientNoise({ seed: 0, ...wrong }))
      expect(explainFault(expectLeft(outcome))).toContain(
        'but it must be a finite number that is not negative',
      )
    }
  })
})
