import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../../src/data/data-set.js'
import { explain } from '../../../src/effects/explain.js'
import { checkPretraining } from '../../../src/experiments/pretraining/check-pretraining.js'
import type { PretrainConfiguration } from '../../../src/experiments/pretraining/configuration.js'
import { expectLeft, expectRight } from '../../expect-either.js'

const images = Array.from({ length: 30 }, (_, i) => ({ path: `${i}.png`, label: 0 }))
const data: DataSet = {
  root: 'data',
  layout: 'folder',
  classes: ['a'],
  classFolders: ['a'],
  domains: ['photo', 'sketch'].map((name) => ({ name, training: images, evaluation: images })),
}

const configuration: PretrainConfiguration = {
  ...{ kind: 'pretrain', data: 'data', domains: ['photo', 'sketch'], engine: 'onnx', version: 'test' },
  ...{ epochs: 2, batch: 60, learningRate: 1e-3, weightDecay: 0, textRate: 1, warmUpEpochs: 2, seed: 1 },
  ...{ resolution: 16, patch: 8, embedding: 16, visionWidth: 64, visionLayers: 1, textWidth: 64 },
  ...{ textLayers: 1, positionScale: 1, leastArea: 0.5, colour: 0, edges: 0 },
}

const refusal = (changes: Partial<PretrainConfiguration>): string =>
  explain(expectLeft(checkPretraining({ ...configuration, ...changes }, data)))

describe('pretraining is checked before an image is read', () => {
  it('and nothing is said where a step has all images and the rate rises to the end', () => {
    expectRight(checkPretraining(configuration, data))
  })

  it('and refused where a step has more images than all domains', () =>
    expect(refusal({ batch: 61 })).toBe(
      'batch: a step takes 61 images, and data has 60 images to train on\n  → take a smaller batch, or more images, or set batch to 60',
    ))

  it('and refused where it ends before the warm-up', () =>
    expect(refusal({ epochs: 1 })).toBe(
      'warmUpEpochs: the rate would rise for 2 epochs, and the training ends after 1, below its peak\n  → train for more epochs, or warm up for a shorter time, or set warmUpEpochs to 0',
    ))
})
