import { describe, expect, it } from 'vitest'
import { floatingPointOperations } from '../../../src/dsl/index.js'
import { methodConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import type { CostSetting } from '../../../src/experiments/cost/cost-programs.js'
import { costOf } from '../../../src/experiments/cost/cost.js'
import type { MethodName } from '../../../src/methods/index.js'
import { openAiTowers } from '../../../src/model/index.js'
import type { PublishedName } from '../../../src/model/clip/published-architectures.js'
import { publishedArchitectures } from '../../../src/model/clip/published-architectures.js'
import { expectRight } from '../../expect-either.js'
import type { HandCount } from './by-hand.js'
import { promptLearner, resNet, textTower, visionTransformer } from './by-hand.js'

const adClip = methodConfiguration('ad-clip')
const setting: CostSetting = { method: adClip, classes: 65, nameTokens: 5 }

/** [SOS] a photo of a NAME . [EOT] */
const templateLength = 1 + 4 + setting.nameTokens + 2

const repeated = (times: number, value: number): readonly number[] =>
  Array.from({ length: times }, () => value)

interface ByHand {
  readonly name: PublishedName
  /** As published, with the scale of the logits. */
  readonly parameters: number
  readonly vision: HandCount
  readonly text: HandCount
  readonly learner: HandCount
}

const stages = [256, 512, 1024, 2048]
const small = { style: 256, mapping: 384 }
const large = { style: 512, mapping: 640 }

const byHand: readonly ByHand[] = [
  {
    name: 'RN50',
    parameters: 102_007_137,
    vision: resNet([3, 4, 6, 3], 1024),
    text: textTower(512, 1024, 65, templateLength),
    learner: promptLearner(stages, 512, small),
  },
  {
    name: 'RN101',
    parameters: 119_688_033,
    vision: resNet([3, 4, 23, 3], 512),
    text: textTower(512, 512, 65, templateLength),
    learner: promptLearner(stages, 512, small),
  },
  {
    name: 'ViT-B/32',
    parameters: 151_277_313,
    vision: visionTransformer(32, 768, 12, 512),
    text: textTower(512, 512, 65, templateLength),
    learner: promptLearner(repeated(12, 768), 512, small),
  },
  {
    name: 'ViT-B/16',
    parameters: 149_620_737,
    vision: visionTransformer(16, 768, 12, 512),
    text: textTower(512, 512, 65, templateLength),
    learner: promptLearner(repeated(12, 768), 512, small),
  },
  {
    name: 'ViT-L/14',
    parameters: 427_616_513,
    vision: visionTransformer(14, 1024, 24, 768),
    text: textTower(768, 768, 65, templateLength),
    learner: promptLearner(repeated(24, 1024), 768, large),
  },
]

/** As released, a ResNet's first layers are where the optimizer does not see them. */
const notTrained = (name: PublishedName): number =>
  publishedArchitectures[name].kind === 'vit'
    ? 0
    : stages.reduce((total, channels) => total + (channels + 1) * (small.style + small.mapping + 512), 0)

describe.each(byHand)('the cost of $name at full size', ({ name, parameters, vision, text, learner }) => {
  const cost = expectRight(costOf(openAiTowers(publishedArchitectures[name]), setting))

  it('has as many parameters as were published, and as a hand calculation finds in each tower', () => {
    expect(vision.parameters + text.parameters + 1).toBe(parameters)
    expect(cost.parameters).toEqual({
      clip: parameters,
      imageEncoder: vision.parameters,
      textTower: text.parameters,
      learnable: learner.parameters - notTrained(name),
    })
  })

  it('has as many multiply-adds as a hand calculation finds', () => {
    expect(cost.operations.imageEncoder.multiplyAdds).toBe(vision.multiplyAdds)
    expect(cost.operations.textTower.multiplyAdds).toBe(text.multiplyAdds)
    expect(cost.operations.promptLearner?.multiplyAdds).toBe(learner.multiplyAdds)
  })

  it('has most of its operations in multiply-adds', () => {
    const { imageEncoder, textTower: texts, prediction, forward, step } = cost.operations
    for (const count of [imageEncoder, texts, prediction, forward, step]) {
      expect(count.elementwise).toBeGreaterThan(0)
      expect(floatingPointOperations(count)).toBeLessThan(1.1 * 2 * count.multiplyAdds)
    }
  })

  it('is as much backward as forward: nothing flows into frozen weights', () => {
    const { forward, step } = cost.operations
    expect(step.multiplyAdds / forward.multiplyAdds).toBeGreaterThan(1.9)
    expect(step.multiplyAdds / forward.multiplyAdds).toBeLessThan(2.1)
  })

  it('is less for a prediction than with all positions of every class apart', () => {
    const architecture = publishedArchitectures[name]
    const levels = architecture.kind === 'vit' ? architecture.visionLayers : 4
    const length = 1 + 2 * levels + adClip.settings.imageTokens + setting.nameTokens + 2
    const apart = textTower(architecture.textWidth, architecture.embedDim, setting.classes, length)
    const { prediction } = cost.operations
    expect(prediction.multiplyAdds).toBeGreaterThan(vision.multiplyAdds)
    expect(prediction.multiplyAdds).toBeLessThan(vision.multiplyAdds + apart.multiplyAdds)
  })
})

describe('the cost of a step', () => {
  const stepOf = (changes: Partial<CostSetting>): number =>
    expectRight(costOf(openAiTowers(publishedArchitectures.RN50), { ...setting, ...changes })).operations.step
      .multiplyAdds

  it('grows with the batch in proportion, and with the classes', () => {
    const withBatch = (batch: number): number => stepOf({ method: { ...setting.method, batch } })
    expect(withBatch(4) / withBatch(2)).toBeCloseTo(2, 1)
    expect(stepOf({ classes: 65 })).toBeGreaterThan(stepOf({ classes: 12 }))
  })
})

describe('the cost of other methods', () => {
  const costWith = (method: MethodName) =>
    expectRight(
      costOf(openAiTowers(publishedArchitectures.RN50), { ...setting, method: methodConfiguration(method) }),
    )

  it('is that of the context alone for CoOp: 16 vectors of the width of the text tower', () => {
    const { parameters, operations } = costWith('coop')
    expect(parameters.learnable).toBe(16 * 512)
    expect(operations.promptLearner).toBeUndefined()
  })

  it('is least for zero-shot CLIP, which trains nothing and needs no text tower for an image', () => {
    const { parameters, operations } = costWith('zero-shot')
    expect(parameters.learnable).toBe(0)
    expect(operations.prediction.multiplyAdds).toBeLessThan(
      costWith('coop').operations.prediction.multiplyAdds,
    )
    expect(operations.prediction.multiplyAdds - 65 * 1024).toBe(resNet([3, 4, 6, 3], 1024).multiplyAdds)
  })
})
