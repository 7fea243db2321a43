import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../../src/data/data-set.js'
import { explain } from '../../../src/effects/explain.js'
import { checkTraining } from '../../../src/experiments/adaptation/check-training.js'
import type { AdaptationConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { methodConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import type { MethodName } from '../../../src/methods/index.js'
import { methodNames } from '../../../src/methods/index.js'
import { expectLeft, expectRight } from '../../expect-either.js'

const domain = (name: string, count: number) => {
  const images = Array.from({ length: count }, (_, i) => ({ path: `${name}-${i}`, label: i % 3 }))
  return { name, training: images, evaluation: images }
}

const dataOf = (source: number, target: number): DataSet => ({
  root: 'data',
  layout: 'folder',
  classes: ['a', 'b', 'c'],
  classFolders: ['a', 'b', 'c'],
  domains: [domain('photo', source), domain('sketch', target)],
})

const surroundings = {
  ...{ data: 'data', source: 'photo', target: 'sketch' },
  ...{ clip: 'clip.safetensors', engine: 'onnx', version: 'test' },
}
type Changes = Partial<
  Pick<AdaptationConfiguration, 'epochs' | 'batch' | 'schedule' | 'warmUpEpochs' | 'epochShots'>
>

const run = (method: MethodName, changes: Changes = {}): AdaptationConfiguration => ({
  ...methodConfiguration(method),
  ...surroundings,
  ...changes,
})

const refusal = (configuration: AdaptationConfiguration, data: DataSet): string =>
  explain(expectLeft(checkTraining(configuration, data)))

describe('training is checked before it begins', () => {
  it.each(methodNames)('and nothing is said of %s as published', (method) => {
    expectRight(checkTraining(run(method), dataOf(100, 100)))
  })

  it('and refused where a step has more images than the source or the target', () => {
    expect(refusal(run('coop'), dataOf(31, 100))).toBe(
      'batch: a step takes 32 images, and photo has 31 images to train on\n  → take a smaller batch, or more images, or set batch to 31',
    )
    expect(refusal(run('dapl'), dataOf(100, 1))).toContain('and sketch has 1 image to train on')
    expectRight(checkTraining(run('dapl'), dataOf(32, 32)))
  })

  it('and refused where images that are held out leave fewer than a step has', () => {
    const robust = { ...methodConfiguration('ad-clip', 'robust'), ...surroundings }
    expect(refusal({ ...robust, batch: 16 }, dataOf(19, 100))).toContain('photo has 15 images to train on')
    expectRight(checkTraining({ ...robust, batch: 16 }, dataOf(20, 100)))
  })

  it.each([
    { method: 'coop', epochs: 1, said: 'all 1 step of the training (1 epoch)' },
    { method: 'cocoop', epochs: 1, said: 'all 48 steps of the training (1 epoch)' },
  ] as const)('and refused where $method would only warm up', ({ method, epochs, said }) => {
    const data = dataOf(100, 100)
    expect(refusal(run(method, { epochs }), data)).toContain(
      `${said} would be taken at the rate of the warm-up, 0.00001`,
    )
    expect(refusal(run(method, { epochs: 3, warmUpEpochs: 2.5 }), data)).toContain('(3 epochs)')
    expectRight(checkTraining(run(method, { epochs, warmUpEpochs: 0 }), data))
    expectRight(checkTraining(run(method, { epochs: 2 }), data))
  })

  it('by steps where the schedule counts batches: one epoch has more than one', () => {
    expectRight(checkTraining(run('ad-clip', { epochs: 1 }), dataOf(32, 32)))
    expect(refusal(run('ad-clip', { epochs: 1 }), dataOf(31, 32))).toContain('all 1 step of the training')
  })

  it('by steps where the schedule is continuous: a part of an epoch may round up to the whole', () => {
    const short = { schedule: 'continuous', epochs: 1, warmUpEpochs: 0.5 } as const
    expect(refusal(run('ad-clip', short), dataOf(16, 16))).toContain('all 1 step of the training')
    expectRight(checkTraining(run('ad-clip', short), dataOf(64, 64)))
  })

  it('and not where no step is taken', () => {
    expectRight(checkTraining(run('zero-shot', { epochs: 1, batch: 1000 }), dataOf(1, 1)))
    expectRight(checkTraining({ ...run('coop', { epochs: 1 }), untrained: true }, dataOf(1, 1)))
  })
})
