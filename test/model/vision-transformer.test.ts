import { describe, expect, it } from 'vitest'
import { input } from '../../src/dsl/index.js'
import type { BlockForm } from '../../src/model/index.js'
import { clipDims, visionTransformer } from '../../src/model/index.js'
import { drawn, expectClose, f32, numbersOf } from '../support/evaluation.js'
import { addRows, plainBlocks, plainLayerNorm, timesMatrix, weightRows } from './plain-transformer.js'
import { architecture, drawnWeights } from './small-clip.js'

const { imageResolution: resolution, visionPatchSize: patch, visionWidth: width } = architecture
const grid = resolution / patch
const { side } = clipDims(architecture)
const { feature, levels } = visionTransformer(architecture)(input('images', ['B', 3, side, side]))
const named = { feature, ...Object.fromEntries(levels.map((level, i) => [`level${i}`, level])) }
const weights = drawnWeights(named)
const image = drawn(1, [1, 3, resolution, resolution])
const values = { ...weights, images: image }

/** The patch convolution as loops over what it sees: stride and kernel are the patch. */
const plainPatches = (): readonly (readonly number[])[] => {
  const kernels = weights['visual.conv1.weight']?.data ?? []
  const pixel = (channel: number, row: number, column: number): number =>
    image.data[(channel * resolution + row) * resolution + column] ?? Number.NaN
  const spans = Array.from({ length: patch }, (_, i) => i)
  return Array.from({ length: grid * grid }, (_, token) => {
    const [top, left] = [Math.floor(token / grid) * patch, (token % grid) * patch]
    return Array.from({ length: width }, (__, output) =>
      [0, 1, 2]
        .flatMap((channel) =>
          spans.flatMap((i) =>
            spans.map(
              (j) =>
                pixel(channel, top + i, left + j) *
                (kernels[((output * 3 + channel) * patch + i) * patch + j] ?? Number.NaN),
            ),
          ),
        )
        .reduce((total, product) => total + product, 0),
    )
  })
}

describe('the vision transformer', () => {
  const tokens = [...weightRows(weights, 'visual.class_embedding'), ...plainPatches()]
  const placed = addRows(tokens, weightRows(weights, 'visual.positional_embedding'))
  const normal = placed.map((row) => plainLayerNorm(weights, 'visual.ln_pre', row))
  const expected = plainBlocks(weights, 'visual.transformer', architecture.visionLayers, normal, 2)

  it('gives the output of every block, class token first, as plain loops do', () => {
    expect(levels).toHaveLength(architecture.visionLayers)
    for (const [i, level] of levels.entries()) {
      expectClose(numbersOf(level, values), (expected[i] ?? []).flat(), 1e-9)
    }
  })

  it('gives the projection of the last class token as the feature', () => {
    const last = plainLayerNorm(weights, 'visual.ln_post', expected.at(-1)?.[0] ?? [])
    expectClose(numbersOf(feature, values), timesMatrix(last, weightRows(weights, 'visual.proj')), 1e-9)
  })

  it('has the activation and the epsilon of its own blocks, not those of the text tower', () => {
    const form: BlockForm = { activation: 'gelu', epsilon: 0.01 }
    const other = visionTransformer({ ...architecture, visionBlocks: form })
    const formed = placed.map((row) => plainLayerNorm(weights, 'visual.ln_pre', row, 0.01))
    const blocks = plainBlocks(weights, 'visual.transformer', 2, formed, 2, false, form)
    const last = plainLayerNorm(weights, 'visual.ln_post', blocks.at(-1)?.[0] ?? [], 0.01)
    expectClose(
      numbersOf(other(input('images', ['B', 3, side, side])).feature, values),
      timesMatrix(last, weightRows(weights, 'visual.proj')),
      1e-9,
    )
    const texts = visionTransformer({ ...architecture, textBlocks: form })
    expect(texts(input('images', ['B', 3, side, side])).feature.node).toBe(feature.node)
  })

  it('treats the images of a batch one by one', () => {
    const other = drawn(2, [1, 3, resolution, resolution])
    const both = { ...values, images: f32([2, 3, resolution, resolution], [...image.data, ...other.data]) }
    expectClose(numbersOf(feature, both), [
      ...numbersOf(feature, values),
      ...numbersOf(feature, { ...values, images: other }),
    ])
  })
})
