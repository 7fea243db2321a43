import { describe, expect, it } from 'vitest'
import { levelMoments } from '../../../src/model/index.js'
import { imageTokens, styleMappingTokens, styleTokens } from '../../../src/methods/index.js'
import type { LevelMoments } from '../../../src/model/index.js'
import type { PromptLearnerSizes } from '../../../src/methods/index.js'
import { input, sized } from '../../../src/dsl/index.js'
import { drawn, expectClose, f32, numbersOf } from '../../support/evaluation.js'
import type { Row } from '../../model/plain-transformer.js'
import { plainLinear, weightRows } from '../../model/plain-transformer.js'
import { architecture, drawnWeights } from '../../model/small-clip.js'

const [levelCount, channels, width] = [3, 4, architecture.textWidth]
const sizes: PromptLearnerSizes = {
  styleHidden: 7,
  mappingHidden: 9,
  imageTokens: 2,
  textWidth: sized('width', architecture.textWidth),
}

/** Mean and deviation of each level of one image, as inputs and as rows of numbers. */
const levels = Array.from({ length: levelCount }, (_, i): LevelMoments<'B'> => {
  const level = input(`level${i}`, ['B', 5, 4])
  return levelMoments(level, 1e-8)
})
const images = Object.fromEntries(
  levels.map((_, i) => [`level${i}`, drawn(i + 1, [1, 5, channels])] as const),
)
const moments = levels.map((level) => ({
  mean: numbersOf(level.mean, images),
  deviation: numbersOf(level.deviation, images),
}))

describe('the moments of a level', () => {
  const level = input('level', ['B', 'P', 2])
  const epsilon = 0.5
  const { mean, deviation } = levelMoments(level, epsilon)
  const rows = [
    [1, -3],
    [4, 0],
    [7, 9],
  ]
  const given = { level: f32([1, 3, 2], rows.flat()) }

  it('are the mean over positions', () => expectClose(numbersOf(mean, given), [4, 2]))

  it('and sqrt((Σ (x - mean)² + ε) / n), with ε inside of the sum', () =>
    expectClose(numbersOf(deviation, given), [Math.sqrt((18 + 0.5) / 3), Math.sqrt((25 + 4 + 49 + 0.5) / 3)]))

  it('of one position have a deviation of √ε', () =>
    expectClose(numbersOf(deviation, { level: f32([1, 1, 2], [5, 6]) }), [Math.sqrt(0.5), Math.sqrt(0.5)]))
})

describe('style tokens', () => {
  const tokens = styleTokens(sizes)(levels)
  const weights = drawnWeights({ tokens })

  it('are one per level: the average of mean and deviation through two linear layers of its own', () => {
    const expected = moments.flatMap(({ mean, deviation }, level) => {
      const average = mean.map((m, i) => (m + (deviation[i] ?? Number.NaN)) / 2)
      const hidden = plainLinear(weights, `domain_tokens.linear1.${level}`, average)
      return plainLinear(weights, `domain_tokens.linear2.${level}`, hidden)
    })
    expect(tokens.node.shape).toEqual(['B', levelCount, width])
    expectClose(numbersOf(tokens, { ...weights, ...images }), expected)
  })
})

describe('the style mapping network', () => {
  const tokens = styleMappingTokens(sizes)(levels)
  const weights = drawnWeights({ tokens })

  it('puts mean and deviation side by side, averages neighbours, and maps them through a ReLU', () => {
    const expected = moments.flatMap(({ mean, deviation }, level) => {
      const both = [...mean, ...deviation]
      const pooled = mean.map((_, i) => ((both[2 * i] ?? Number.NaN) + (both[2 * i + 1] ?? Number.NaN)) / 2)
      const hidden = plainLinear(weights, `style_mapping_tokens.linear1.${level}`, pooled)
      return plainLinear(
        weights,
        `style_mapping_tokens.linear2.${level}`,
        hidden.map((x) => Math.max(x, 0)),
      )
    })
    expectClose(numbersOf(tokens, { ...weights, ...images }), expected)
  })
})

describe('image tokens', () => {
  const shared = imageTokens(sizes, 'shared')(levels)
  const separate = imageTokens(sizes, 'separate')(levels)
  const weights = drawnWeights({ shared })
  const separateWeights = drawnWeights({ separate })
  /** The levels' means, projected: [M][D]. */
  const projected = (of: typeof weights): readonly Row[] =>
    moments.map(({ mean }, level) => plainLinear(of, `image_tokens.linear.${level}`, mean))
  /** One token of the mixing layer's row. */
  const mixed = (of: typeof weights, row: number): Row => {
    const mix = weightRows(of, 'image_tokens.lin.weight')[row] ?? []
    const bias = of['image_tokens.lin.bias']?.data[row] ?? Number.NaN
    return Array.from({ length: width }, (_, i) =>
      projected(of).reduce(
        (sum, token, level) => sum + (mix[level] ?? Number.NaN) * (token[i] ?? Number.NaN),
        bias,
      ),
    )
  }

  it('of one shared mixing layer are all the same', () => {
    expect(weights['image_tokens.lin.weight']?.shape).toEqual([1, levelCount])
    expectClose(numbersOf(shared, { ...weights, ...images }), [...mixed(weights, 0), ...mixed(weights, 0)])
  })

  it('of separate ones each mix the levels in their own way', () => {
    expect(separateWeights['image_tokens.lin.weight']?.shape).toEqual([2, levelCount])
    const numbers = numbersOf(separate, { ...separateWeights, ...images })
    expectClose(numbers, [...mixed(separateWeights, 0), ...mixed(separateWeights, 1)])
    expect(numbers.slice(0, width)).not.toEqual(numbers.slice(width))
  })

  it('read the means alone', () => {
    const stretched = levels.map(({ mean }, i) => ({
      mean,
      deviation: levels[(i + 1) % levelCount]?.mean ?? mean,
    }))
    expect(imageTokens(sizes, 'shared')(stretched).node).toBe(shared.node)
  })
})

describe('levels of different widths', () => {
  it('each have layers of their own width', () => {
    const uneven = [
      levelMoments(input('narrow', ['B', 5, 2]), 1e-8),
      levelMoments(input('wide', ['B', 3, 6]), 1e-8),
    ]
    const weights = drawnWeights({ tokens: styleTokens(sizes)(uneven) })
    expect(weights['domain_tokens.linear1.0.weight']?.shape).toEqual([7, 2])
    expect(weights['domain_tokens.linear1.1.weight']?.shape).toEqual([7, 6])
  })
})
