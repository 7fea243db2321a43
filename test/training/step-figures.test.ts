import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { referenceEngine } from '../../src/engines/reference/engine.js'
import { cosineSchedule, constantSchedule } from '../../src/optimizers/index.js'
import { rateAfter, stepFigures } from '../../src/training/step-figures.js'
import { expectRight } from '../expect-either.js'

describe('the figures of a step', () => {
  it('are its epoch, the rate of the schedule for it, and when it was done', async () => {
    const { runtime } = memoryWorld({ engine: referenceEngine })
    const at = async (step: number) =>
      expectRight(await interpret(stepFigures(constantSchedule(0.5), 10)({ step }))(runtime)())
    const [first, tenth, eleventh] = [await at(1), await at(10), await at(11)]
    expect([first, tenth, eleventh].map((figures) => figures['epoch'])).toEqual([1, 1, 2])
    expect(first).toMatchObject({ learningRate: 0.5, time: expect.any(Number) })
  })

  it('hold the rate that the step was taken at: that of as many updates as there were before it', () => {
    const rate = rateAfter(cosineSchedule({ peak: 1, warmUp: 4, total: 12 }))
    expect([0, 2, 4, 8, 12].map((updates) => expectRight(rate(updates)))).toEqual(
      [0, 0.5, 1, 0.5, 0].map((value) => expect.closeTo(value, 6)),
    )
  })
})
