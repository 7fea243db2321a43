import { describe, expect, it } from 'vitest'
import { methodConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import type { CostSetting } from '../../../src/experiments/cost/cost-programs.js'
import { randomOptions } from '../../../src/experiments/cost/random-values.js'
import { openAiTowers } from '../../../src/model/index.js'
import { costPrograms } from '../../../src/experiments/cost/cost-programs.js'
import { measureCost } from '../../../src/experiments/cost/measurement.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { nodeRuntime } from '../../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../../src/effects/runtimes/terminal.js'
import { expectRight } from '../../expect-either.js'
import { architecture } from '../../support/small-ad-clip.js'

const paper = methodConfiguration('ad-clip', 'paper')
const setting: CostSetting = {
  method: { ...paper, batch: 2, settings: { ...paper.settings, imageTokens: 2 } },
  classes: 3,
  nameTokens: 2,
}

describe('random weights', () => {
  it('of one shape differ: ONNX Runtime keeps one of weights that are equal', () => {
    const { step } = expectRight(costPrograms(openAiTowers(architecture), setting))
    const { weights } = randomOptions(step.program, { B: 2, K: 3 }, step.carried)
    const beginnings = Object.values(weights).flatMap(({ dtype, data }) =>
      dtype === 'f32' && data.length >= 4 ? [[...data.subarray(0, 4)].join()] : [],
    )
    expect(beginnings.length).toBeGreaterThan(10)
    expect(new Set(beginnings).size).toBe(beginnings.length)
  })
})

describe('measured cost', () => {
  it('has a time and an amount of memory for each program, its training step included', async () => {
    const labels: string[] = []
    const terminal = {
      ...silentTerminal,
      reportProgress: ({ label }: { readonly label: string }) => void labels.push(label),
    }
    const outcome = await interpret(measureCost(architecture, setting, 2))(
      nodeRuntime(onnxEngine({ threads: 1 }), terminal),
    )()
    const measurement = expectRight(outcome)
    for (const { milliseconds, memory, predictedMemory } of Object.values(measurement)) {
      expect(milliseconds).toBeGreaterThanOrEqual(0)
      expect(milliseconds).toBeLessThan(10_000)
      expect(memory).toBeGreaterThanOrEqual(0)
      expect(predictedMemory).toBeGreaterThan(2 ** 20)
      expect(predictedMemory).toBeLessThan(2 ** 30)
    }
    expect([...new Set(labels)]).toEqual([
      'measuring the image encoder',
      'measuring the prediction',
      'measuring the training step',
    ])
    // One run that is not timed, and two that are.
    expect(labels).toHaveLength(9)
  })
})
