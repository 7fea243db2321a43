import { describe, expect, it } from 'vitest'
import { describeModel, metadataOf } from '../../../src/experiments/export/model-description.js'
import { methodConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import type { ResizeMode } from '../../../src/formats/checkpoints/image-preprocessing.js'
import {
  openAiPreprocessing,
  transformOf,
  viewOf,
} from '../../../src/formats/checkpoints/image-preprocessing.js'

const configuration = {
  ...methodConfiguration('zero-shot'),
  ...{ data: 'data', source: 'photo', target: 'sketch', clip: 'clip', engine: 'onnx', version: '1' },
}

describe('the preparation of images in the metadata of a model', () => {
  const kernel = { interpolation: 'bilinear', antialias: true }
  const cases: readonly (readonly [resize: ResizeMode, said: object])[] = [
    [
      'shortest',
      { resize: { shorterSide: 8, ...kernel }, crop: { width: 8, height: 8, position: 'centre' } },
    ],
    [
      'longest',
      {
        resize: { longerSide: 8, ...kernel },
        pad: { width: 8, height: 8, position: 'centre', colour: [0, 0, 0] },
      },
    ],
    ['squash', { resize: { width: 8, height: 8, ...kernel } }],
  ]

  it.each(cases)("is that of the CLIP's configuration: %s", (resize, said) => {
    const preprocessing = { ...openAiPreprocessing, interpolation: 'bilinear', resize } as const
    const clip = { transform: transformOf(preprocessing, 8), view: viewOf(preprocessing) }
    const { preprocessing: text = '' } = metadataOf(describeModel(configuration, ['dog'], clip))
    expect(JSON.parse(text)).toEqual({
      colour: 'RGB',
      layout: 'NCHW',
      ...said,
      scale: 1 / 255,
      mean: openAiPreprocessing.mean,
      standardDeviation: openAiPreprocessing.deviation,
    })
  })
})
