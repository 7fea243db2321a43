import { describe, expect, it } from 'vitest'
import { methodConfiguration } from '../../src/experiments/adaptation/configuration.js'
import { costCaption, costTable } from '../../src/cli/cost-table.js'
import { markdownTable } from '../../src/cli/table.js'
import type { Cost } from '../../src/experiments/cost/cost.js'
import type { Measurement } from '../../src/experiments/cost/measurement.js'

const cost: Cost = {
  setting: { method: { ...methodConfiguration('ad-clip', 'paper'), batch: 2 }, classes: 3, nameTokens: 5 },
  parameters: { clip: 102_007_137, imageEncoder: 38_316_896, textTower: 63_690_240, learnable: 5_743_109 },
  operations: {
    imageEncoder: { multiplyAdds: 5_790_000_000, elementwise: 20_000_000 },
    textTower: { multiplyAdds: 29_600_000_000, elementwise: 0 },
    promptLearner: { multiplyAdds: 5_700_000, elementwise: 0 },
    prediction: { multiplyAdds: 35_400_000_000, elementwise: 0 },
    forward: { multiplyAdds: 533_000_000_000, elementwise: 0 },
    step: { multiplyAdds: 1_065_000_000_000, elementwise: 0 },
  },
}
const measured = { milliseconds: 12.4, memory: 345_000_000, predictedMemory: 350_000_000 }
const measurement: Measurement = { imageEncoder: measured, prediction: measured, step: measured }

describe('the table of costs', () => {
  it('has a column for each CLIP, and rows of measurements only if there are any', () => {
    const { heading, rows } = costTable([{ name: 'RN50', cost, measurement: undefined }])
    expect(heading).toEqual(['', 'RN50'])
    expect(rows).toContainEqual(['parameters of CLIP, M', '102.0'])
    expect(rows).toContainEqual(['learnable parameters, M', '5.7'])
    expect(rows).toContainEqual(['image encoder, 1 image, GMAC', '5.79'])
    expect(rows).toContainEqual(['image encoder, 1 image, GFLOP', '11.6'])
    expect(rows).toContainEqual(['training step, 2 + 2, GFLOP', '2130'])
    expect(rows.flat().join()).not.toContain('ms')
  })

  it('shows measured time and memory, and a dash for a CLIP that was not measured', () => {
    const { rows } = costTable([
      { name: 'RN50', cost, measurement },
      { name: 'RN101', cost, measurement: undefined },
    ])
    expect(rows).toContainEqual(['prediction, 2: time, ms', '12', '-'])
    expect(rows).toContainEqual(['prediction, 2: memory at most, MB', '345', '-'])
    expect(rows).toContainEqual(['prediction, 2: memory predicted, MB', '350', '-'])
  })

  it('has a dash for a method without a prompt learner', () => {
    const operations = { ...cost.operations, promptLearner: undefined }
    const { rows } = costTable([{ name: 'RN50', cost: { ...cost, operations }, measurement: undefined }])
    expect(rows).toContainEqual(['prompt learner, 1 image, GMAC', '-'])
  })

  it('has a caption with method, classes and batch', () => {
    expect(costCaption(cost.setting)).toBe(
      'ad-clip (paper), 4 image tokens; 3 classes with names of up to 5 tokens; batches of 2; ' +
        '1 FLOP for each elementwise operation, 2 for each multiply-add (MAC)',
    )
  })
})

describe('a table in Markdown', () => {
  it('has numbers aligned to the right, and escapes bars in cells', () => {
    expect(
      markdownTable(
        ['', 'RN50'],
        [
          ['a | b', '1.5'],
          ['c', '-'],
        ],
      ),
    ).toBe(['|  | RN50 |', '| --- | ---: |', '| a \\| b | 1.5 |', '| c | - |'].join('\n'))
  })
})
