import { describe, expect, it } from 'vitest'
import { axis, input, linear, logSoftmax, mean, mul, parameter, tanh } from '../../src/dsl/index.js'
import { explain } from '../../src/effects/explain.js'
import type { MemoryDemand, MemoryPlan } from '../../src/training/memory-plan.js'
import { planMemory } from '../../src/training/memory-plan.js'
import { adam, microBatchedStep, trainStep } from '../../src/optimizers/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

const x = input('x', ['B', 64])
const wide = parameter('wide', [2048, 64])
const deep = [1, 2, 3, 4, 5, 6].reduce(
  (features, i) => tanh(linear(features, parameter(`layer.${i}`, [2048, axis(wide, 0)]))),
  tanh(linear(x, wide)),
)
const rows = linear(deep, parameter('head', [4, 2048]))
/** Every row against all others. */
const total = mean(mul(logSoftmax(rows, 0), rows))
const of = { loss: total, isTrainable: (name: string) => name === 'wide' }

const step = expectRight(trainStep(of, adam({ learningRate: 0.1 })))
const parts = expectRight(
  microBatchedStep(of, { representations: [rows], rows: 'B' }, adam({ learningRate: 0.1 })),
)
const demand: MemoryDemand = { step, parts, sizes: { B: 60_000 }, held: 0 }

const planned = (limit: number, changes: Partial<MemoryDemand> = {}): MemoryPlan =>
  expectRight(planMemory({ ...demand, ...changes }, limit))
const rowsOf = ({ microBatches }: MemoryPlan): number => microBatches?.rows ?? 60_000

const whole = planned(Number.MAX_SAFE_INTEGER)

describe('a plan for a limit on memory', () => {
  it('takes the step as a whole if it fits', () => {
    expect(whole.microBatches).toBeUndefined()
    expect(planned(Math.ceil(whole.bytes))).toEqual(whole)
  })

  it('takes as few parts as fit, and no more of them with more memory', () => {
    const limits = [0.8, 0.6, 0.55].map((share) => Math.floor(share * whole.bytes))
    const plans = limits.map((limit) => planned(limit))
    plans.forEach(({ bytes, microBatches }, i) => {
      expect(microBatches?.step).toBe(parts)
      expect(bytes).toBeLessThanOrEqual(limits[i] ?? 0)
    })
    expect(plans.map(rowsOf)).toEqual(plans.map(rowsOf).toSorted((a, b) => b - a))
    const [first] = plans
    const fewer = Math.ceil(60_000 / rowsOf(first ?? whole)) - 1
    expect(fewer).toBeGreaterThan(0)
  })

  it('counts the bytes of weights and data, and other programs', () => {
    const besides = { program: step.program, sizes: { B: 60_000 } }
    expect(planned(Number.MAX_SAFE_INTEGER, { held: 1000 }).bytes).toBe(whole.bytes + 1000)
    expect(planned(Number.MAX_SAFE_INTEGER, { otherPrograms: [besides] }).bytes).toBeGreaterThan(
      1.5 * whole.bytes - 3e8,
    )
    expect(rowsOf(planned(Math.ceil(whole.bytes), { held: 10 ** 6 }))).toBeLessThan(60_000)
  })

  it('is refused if a single row is too much, with the bytes that would be enough', () => {
    const failure = expectLeft(planMemory(demand, 2 ** 20))
    expect(failure).toMatchObject({ tag: 'MemoryTooSmall', given: 2 ** 20 })
    expect(explain(failure)).toMatch(
      /^memory: a training step, image by image, needs about \d\.\d\d GiB, and 0\.00 GiB are allowed\n {2}→ allow more/,
    )
    const needed = failure.tag === 'MemoryTooSmall' ? failure.needed : Number.NaN
    expect(rowsOf(planned(Math.ceil(needed)))).toBe(1)
  })

  it('is refused if the step has no parts', () =>
    expect(
      explain(expectLeft(planMemory({ ...demand, parts: undefined }, Math.floor(whole.bytes / 2)))),
    ).toContain('a training step, which cannot be taken image by image, needs about'))
})
