import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { NamedValues } from '../../src/values/named-values.js'
import { avgPool2dTo, conv2dTo, input, program, randomKey, sized } from '../../src/dsl/index.js'
import type { ResNetClip } from '../../src/model/index.js'
import {
  clipDims,
  encodeImages,
  inferArchitecture,
  initialClip,
  levelWidths,
  resNet,
  openAiBlocks,
} from '../../src/model/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { drawn, evaluateNodes, expectClose, f32, numbersOf } from '../support/evaluation.js'
import { expectMaps, plainResNet } from './plain-resnet.js'
import { drawnWeights } from './small-clip.js'

const architecture: ResNetClip = {
  kind: 'resnet',
  embedDim: 5,
  imageResolution: 64,
  visionLayers: [1, 2, 1, 1],
  visionWidth: 2,
  visionHeads: 4,
  contextLength: 14,
  vocabSize: 20,
  textWidth: 12,
  textHeads: 1,
  textLayers: 2,
  textBlocks: openAiBlocks,
}
const { side } = clipDims(architecture)
const images = input('images', ['B', 3, side, side])
const { feature, levels } = resNet(architecture)(images)
const tensors = {
  feature: feature.node,
  level0: levels[0].node,
  level1: levels[1].node,
  level2: levels[2].node,
  level3: levels[3].node,
}
const image = drawn(1, [1, 3, 64, 64])

/** Drawn weights; variances are positive. */
const weights: NamedValues = Object.fromEntries(
  Object.entries(drawnWeights({ feature })).map(([name, value]) => [
    name,
    name.endsWith('running_var')
      ? f32(
          value.shape,
          Array.from(value.data, (x) => 0.5 + x * x),
        )
      : value,
  ]),
)
const found = evaluateNodes(tensors, { ...weights, images: image })

describe('the modified ResNet', () => {
  const expected = plainResNet(weights, architecture, image)

  it('gives the output of every stage that plain loops give', () => {
    expectMaps(found.level0, expected.levels[0])
    expectMaps(found.level1, expected.levels[1])
    expectMaps(found.level2, expected.levels[2])
    expectMaps(found.level3, expected.levels[3])
  })

  it('halves the side and doubles the channels from stage to stage', () => {
    expect([found.level0, found.level1, found.level2, found.level3].map(({ shape }) => shape)).toEqual([
      [1, 8, 16, 16],
      [1, 16, 8, 8],
      [1, 32, 4, 4],
      [1, 64, 2, 2],
    ])
    expect(levelWidths(architecture)).toEqual([8, 16, 32, 64])
  })

  it('pools its feature by attention from the mean of the last cells', () => {
    expectClose([...found.feature.data], expected.feature, 1e-8)
  })

  it('refuses images that are not a multiple of 32 to a side', () => {
    const odd: ResNetClip = { ...architecture, imageResolution: 48 }
    const pixels = input('images', ['B', 3, clipDims(odd).side, clipDims(odd).side])
    const { message } = expectLeft(program({ images: pixels }, { feature: resNet(odd)(pixels).feature }))
    expect(message).toBe("dim '1.5' is neither a size nor a symbol")
  })
})

describe('encoded images', () => {
  it('are the moments of each stage over its positions', () => {
    const [first] = encodeImages(architecture)(images).levels
    if (first === undefined) return expect.fail('no level')
    const channels = Array.from({ length: 8 }, (_, channel) =>
      Array.from(found.level0.data.slice(channel * 256, (channel + 1) * 256)),
    )
    const centres = channels.map((values) => values.reduce((total, value) => total + value, 0) / 256)
    const deviations = channels.map((values, channel) => {
      const centre = centres[channel] ?? Number.NaN
      return Math.sqrt((values.reduce((total, value) => total + (value - centre) ** 2, 0) + 1e-8) / 256)
    })
    expectClose(numbersOf(first.mean, { ...weights, images: image }), centres, 1e-9)
    expectClose(numbersOf(first.deviation, { ...weights, images: image }), deviations, 1e-9)
  })
})

describe('sizes inferred from the weights', () => {
  const sizes: ResNetClip = { ...architecture, visionLayers: [1, 2, 3, 1], textLayers: 3 }
  const drawnClip = initialClip(sizes, randomKey.keyFromSeed(3))
  const shapes = Object.fromEntries(Object.entries(drawnClip).map(([name, { shape }]) => [name, shape]))

  it('are those of the architecture whose weights were drawn', () => {
    expect(inferArchitecture(shapes)).toEqual(E.right({ ...sizes, visionHeads: 1 }))
  })

  it('are those that the program asks for, tensor by tensor', () => {
    const { parameters } = expectRight(
      program({ images }, { feature: resNet({ ...sizes, visionHeads: 1 })(images).feature }),
    )
    const asked = parameters.map(({ attributes }) => [attributes.name, attributes.shape])
    const visual = Object.entries(shapes).filter(([name]) => name.startsWith('visual.'))
    expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(visual))
  })

  it('name the tensor that is missing or has another rank', () => {
    const { 'visual.attnpool.c_proj.weight': _, ...rest } = shapes
    expect(inferArchitecture(rest)).toEqual(
      E.left({ tensor: 'visual.attnpool.c_proj.weight', problem: 'is missing' }),
    )
    expect(inferArchitecture({ ...shapes, 'visual.attnpool.positional_embedding': [5] })).toEqual(
      E.left({ tensor: 'visual.attnpool.positional_embedding', problem: 'has shape [5], not 2 axes' }),
    )
  })
})

describe('a convolution or pooling to a stated size', () => {
  const [before, after] = [sized('R', 9), sized('S', 5)]
  const pixels = input('pixels', ['B', 3, before, before])
  const kernels = input('kernels', ['O', 3, 3, 3])

  it('has the size that was stated', () => {
    const result = conv2dTo(pixels, kernels, [after, after], { stride: 2, padding: 1 })
    expect(result.node.shape).toEqual(['B', 'O', 5, 5])
    expectRight(program({ pixels, kernels }, { result }))
  })

  it('is a fault where its size is another', () => {
    const result = conv2dTo(pixels, kernels, [after, before], { stride: 2, padding: 1 })
    const { message } = expectLeft(program({ pixels, kernels }, { result }))
    expect(message).toBe('conv2dTo: the result is [5,5], not [5,9] as stated')
    const third = sized('T', 3)
    expect(avgPool2dTo(pixels, 3, [third, third]).node.shape).toEqual(['B', 3, 3, 3])
    const pooled = expectLeft(program({ pixels }, { result: avgPool2dTo(pixels, 3, [third, after]) }))
    expect(pooled.message).toBe('avgPool2dTo: the result is [3,3], not [3,5] as stated')
  })
})
