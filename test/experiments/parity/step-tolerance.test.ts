import { describe, expect, it } from 'vitest'
import { stepAllowances } from '../../../src/experiments/parity/step-tolerance.js'

const optimizer = {
  name: 'adam',
  lr: 0.002,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weight_decay: 5e-4,
  steps: 5,
} satisfies Parameters<typeof stepAllowances>[2]

/** What the weights 0.5 are allowed in learning rates, where the loss has these gradients and the largest is 1. */
const allowed = (steps: number, gradients: readonly number[]): readonly number[] => {
  const gradient = [1, ...gradients]
  return stepAllowances(steps, { weight: gradient.map(() => 0.5), gradient }, optimizer)
    .slice(1)
    .map((allowance) => allowance / optimizer.lr)
}

describe('the difference that parity allows a weight after steps of Adam', () => {
  it('is nearly nothing after one step where the gradient has a sign of its own', () => {
    for (const share of allowed(1, [0.1, -0.1, 1e-2, -1e-2])) expect(share).toBeLessThan(1e-5)
  })

  it('is two learning rates where gradient and weight decay cancel up to rounding', () => {
    const [cancelled = 0] = allowed(1, [-2.5e-4 - 1e-7])
    expect(cancelled).toBeGreaterThan(1.9)
    expect(cancelled).toBeLessThan(2)
  })

  it('is judged with weight decay: without it the same gradient leaves no doubt', () => {
    const [share = 1] = stepAllowances(
      1,
      { weight: [0, 0.5], gradient: [1, -2.5e-4] },
      { ...optimizer, weight_decay: 0 },
    ).slice(1)
    expect(share).toBeLessThan(1e-5 * optimizer.lr)
  })

  it('grows by a quarter of a learning rate with further steps, for all entries alike', () => {
    const gradients = [0.1, -2.5e-4, 1e-3]
    const [after, first] = [allowed(5, gradients), allowed(1, gradients)]
    after.forEach((share, i) => expect(share - (first[i] ?? 0)).toBeCloseTo(0.25, 10))
  })
})
