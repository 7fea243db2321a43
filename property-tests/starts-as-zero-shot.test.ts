/** The promise of preset `robust`: before the first step it is zero-shot CLIP, aligned or not, whatever the weights and images. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adClipMethod, zeroShot } from '../src/methods/index.js'
import { presets } from '../src/methods/index.js'
import {
  adaptationBatch,
  architecture,
  classes,
  guessRates,
  settings,
  tableOf,
  towers,
  valuesOf,
} from '../test/methods/small-task.js'

const { target } = adaptationBatch

describe('AD-CLIP that adds to a template', () => {
  it('gives the logits of zero-shot CLIP before the first step', () => {
    const property = fc.property(
      fc.record({
        seed: fc.nat(1_000_000),
        alignment: fc.constantFrom<'none' | 'halfway'>('none', 'halfway'),
        prediction: fc.constantFrom<'targetAsSource' | 'mappedStyle'>('targetAsSource', 'mappedStyle'),
        imageTokens: fc.integer({ min: 1, max: 4 }),
        levels: fc.integer({ min: 1, max: architecture.visionLayers }),
      }),
      ({ seed, alignment, prediction, imageTokens, levels }) => {
        const switches = { ...presets.robust, alignment, prediction }
        const method = adClipMethod(towers, { ...settings, switches, imageTokens, levels })
        const values = valuesOf(method, seed)
        const [own, clip] = [method, zeroShot(towers)].map(({ predict }) =>
          tableOf(predict(target, adaptationBatch.classTexts), values, classes).flat(),
        )
        for (const [i, logit] of (own ?? []).entries()) {
          const raised = alignment === 'halfway' ? -Math.log(guessRates[i % classes] ?? Number.NaN) / 2 : 0
          expect(logit).toBeCloseTo((clip?.[i] ?? Number.NaN) + raised, 9)
        }
      },
    )
    fc.assert(property, { numRuns: 15 })
  })
})
