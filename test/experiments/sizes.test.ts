import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeProblems } from '../../src/dsl/documents/decode-problems.js'
import { accuracy } from '../../src/experiments/accuracy.js'
import {
  methodConfiguration,
  methodConfigurationCodec,
} from '../../src/experiments/adaptation/configuration.js'
import { pretrainConfiguration } from '../../src/experiments/pretraining/configuration.js'
import { goodPretraining } from '../../scripts/fuzz/good-configurations.js'

const settingsOf = (method: 'ad-clip' | 'coop' | 'dapl', setting: string, value: unknown): unknown => {
  const configuration = methodConfiguration(method)
  return { ...configuration, settings: { ...configuration.settings, [setting]: value } }
}

describe('a number of a configuration that sizes memory', () => {
  it.each([
    ['ad-clip', 'imageTokens'],
    ['ad-clip', 'levels'],
    ['ad-clip', 'styleHidden'],
    ['ad-clip', 'mappingHidden'],
    ['coop', 'contextTokens'],
    ['dapl', 'contextTokens'],
  ] as const)('of %s is refused where it cannot be meant: %s', (method, setting) => {
    expect(E.isRight(methodConfigurationCodec.decode(settingsOf(method, setting, 8)))).toBe(true)
    for (const value of [1e9, 0, -1, 1e300]) {
      const decoded = methodConfigurationCodec.decode(settingsOf(method, setting, value))
      expect(E.isLeft(decoded) ? decodeProblems(decoded.left).join('; ') : '').toContain(setting)
    }
  })

  it('of augmentation is refused where it cannot be meant', () => {
    const configuration = methodConfiguration('coop')
    const withViews = (views: number) =>
      methodConfigurationCodec.decode({ ...configuration, augmentation: { views } })
    expect(E.isRight(withViews(4))).toBe(true)
    expect(E.isRight(withViews(1e9))).toBe(false)
  })

  it.each([
    ...['resolution', 'patch', 'embedding', 'visionWidth', 'visionLayers', 'textWidth', 'textLayers'],
  ])('of pretraining is refused where it cannot be meant: %s', (field) => {
    expect(E.isRight(pretrainConfiguration.decode(goodPretraining))).toBe(true)
    expect(E.isRight(pretrainConfiguration.decode({ ...goodPretraining, [field]: 1e9 }))).toBe(false)
    expect(E.isRight(pretrainConfiguration.decode({ ...goodPretraining, [field]: 0 }))).toBe(false)
  })
})

describe('accuracy of many classes', () => {
  it('is counted in one pass over the images', () => {
    const classes = Array.from({ length: 3000 }, (_, i) => `class ${i}`)
    const labels = Array.from({ length: 300_000 }, (_, i) => i % 3000)
    const started = performance.now()
    expect(accuracy(labels, labels, classes).overall).toBe(1)
    expect(performance.now() - started).toBeLessThan(4000)
  })
})
