import { describe, expect, it } from 'vitest'
import { gradient, input, softmax, sum } from '../../../src/dsl/index.js'
import { crossEntropy, entropy, meanSquaredError } from '../../../src/losses/index.js'
import { adClipLosses, batchNormalizedEntropy, promptDivergence } from '../../../src/methods/index.js'
import { presets, paperLossWeights } from '../../../src/methods/index.js'
import type { PresetName } from '../../../src/methods/index.js'
import {
  drawn,
  expectClose,
  expectGradients,
  f32,
  i32,
  numberOf,
  numbersOf,
} from '../../support/evaluation.js'
import {
  plainBatchNormalizedEntropy,
  plainPromptDivergence,
  rowsOf,
  softmaxOf,
} from '../../losses/plain-losses.js'

const [batch, classes, width, levels, textWidth] = [3, 4, 5, 2, 6]
const [targetFeatures, sourceFeatures] = [
  input('targetFeatures', ['B', 'K', 'E']),
  input('sourceFeatures', ['B', 'K', 'E']),
]
const [sourceLogits, targetLogits] = [input('sourceLogits', ['B', 'K']), input('targetLogits', ['B', 'K'])]
const [sourceStyle, mappedStyle] = [
  input('sourceStyle', ['B', 'M', 'D']),
  input('mappedStyle', ['B', 'M', 'D']),
]
const labels = input('labels', ['B'], 'i32')
const values = {
  targetFeatures: drawn(1, [batch, classes, width]),
  sourceFeatures: drawn(2, [batch, classes, width]),
  sourceLogits: drawn(3, [batch, classes], 3),
  targetLogits: drawn(4, [batch, classes], 3),
  sourceStyle: drawn(5, [batch, levels, textWidth]),
  mappedStyle: drawn(6, [batch, levels, textWidth]),
  labels: i32([batch], [2, 0, 3]),
}
const matricesOf = (data: ArrayLike<number>) =>
  rowsOf(data, classes * width).map((matrix) => rowsOf(matrix, width))

describe('the released entropy, with probabilities over their norm in the batch', () => {
  const probabilities = input('probabilities', ['B', 'K'])
  const loss = batchNormalizedEntropy(probabilities)
  const rows = rowsOf(drawn(9, [batch, classes], 0.5).data, classes).map(softmaxOf)
  const given = { probabilities: f32([batch, classes], rows.flat()) }

  it('is -Σ p ln(p + 1e-8) of what was divided, in the mean over the batch', () =>
    expectClose([numberOf(loss, given)], [plainBatchNormalizedEntropy(rows)]))

  it('has the gradient of central differences', () => expectGradients(loss, ['probabilities'], given, 1e-6))

  it('has a finite gradient where a class has no probability in the whole batch', () => {
    const certain = { probabilities: f32([2, 3], [0.5, 0.5, 0, 0.25, 0.75, 0]) }
    expectClose(
      [numberOf(loss, certain)],
      [plainBatchNormalizedEntropy(rowsOf(certain.probabilities.data, 3))],
    )
    expect(numbersOf(gradient(loss, probabilities), certain).every(Number.isFinite)).toBe(true)
  })

  it('of one image is nearly zero: each of its probabilities is divided by itself', () => {
    const one = { probabilities: f32([1, 3], [0.2, 0.3, 0.5]) }
    expectClose([numberOf(loss, one)], [0], 1e-7)
  })
})

describe('the divergence between prompt features', () => {
  const total = plainPromptDivergence(
    matricesOf(values.targetFeatures.data),
    matricesOf(values.sourceFeatures.data),
  )

  it('is KL(target || source) over the classes, divided by the batch as released', () =>
    expectClose(
      [numberOf(promptDivergence(targetFeatures, sourceFeatures, 'batch'), values)],
      [total / batch],
    ))

  it('or averaged over rows and features', () =>
    expectClose(
      [numberOf(promptDivergence(targetFeatures, sourceFeatures, 'rowsAndFeatures'), values)],
      [total / (batch * width)],
    ))

  it('has the gradient of central differences by both', () =>
    expectGradients(
      promptDivergence(targetFeatures, sourceFeatures, 'batch'),
      ['targetFeatures', 'sourceFeatures'],
      values,
      1e-6,
    ))

  it('is 0 where the domains agree, or with one class', () => {
    const alike = { ...values, sourceFeatures: values.targetFeatures }
    expectClose([numberOf(promptDivergence(targetFeatures, sourceFeatures, 'batch'), alike)], [0])
    const one = { targetFeatures: drawn(7, [2, 1, 3]), sourceFeatures: drawn(8, [2, 1, 3]) }
    expectClose([numberOf(promptDivergence(targetFeatures, sourceFeatures, 'batch'), one)], [0])
  })
})

describe("AD-CLIP's four losses", () => {
  const output = {
    source: { logits: sourceLogits, textFeatures: sourceFeatures },
    target: {
      logits: targetLogits,
      probabilities: softmax(targetLogits, -1),
      textFeatures: targetFeatures,
    },
    sourceStyle,
    mappedStyle,
  }
  const lossesOf = (preset: PresetName) => adClipLosses(output, labels, presets[preset], paperLossWeights)
  const targetRows = rowsOf(values.targetLogits.data, classes).map(softmaxOf)

  it.each<PresetName>(['reference', 'paper'])(
    'make a total with the weights 1, 0.1, 0.01 and 1 (%s)',
    (preset) => {
      const losses = lossesOf(preset)
      const at = (term: keyof typeof losses): number => numberOf(losses[term], values)
      expectClose(
        [at('total')],
        [at('crossEntropy') + 0.1 * at('styleMapping') + 0.01 * at('entropy') + at('divergence')],
      )
    },
  )

  it.each<PresetName>(['reference', 'paper'])('share cross entropy and style mapping (%s)', (preset) => {
    const losses = lossesOf(preset)
    expect(losses.crossEntropy.node).toBe(crossEntropy(sourceLogits, labels).node)
    expect(losses.styleMapping.node).toBe(meanSquaredError(sourceStyle, mappedStyle).node)
  })

  it('follow the released readings in preset reference', () => {
    const losses = lossesOf('reference')
    expectClose([numberOf(losses.entropy, values)], [plainBatchNormalizedEntropy(targetRows)])
    expect(losses.divergence.node).toBe(promptDivergence(targetFeatures, sourceFeatures, 'batch').node)
  })

  it('follow the paper in preset paper', () => {
    const losses = lossesOf('paper')
    expect(losses.entropy.node).toBe(entropy(targetLogits).node)
    expect(losses.divergence.node).toBe(
      promptDivergence(targetFeatures, sourceFeatures, 'rowsAndFeatures').node,
    )
  })

  it('give no gradient to the source’s logits but by cross entropy', () => {
    const { entropy: uncertainty, divergence, styleMapping } = lossesOf('reference')
    for (const term of [uncertainty, divergence, styleMapping]) {
      expect(numberOf(sum(gradient(term, sourceLogits)), values, { B: batch, K: classes })).toBe(0)
    }
  })

  it('have finite gradients where the target is certain', () => {
    const certain = {
      ...values,
      targetLogits: f32(
        [batch, classes],
        Array.from({ length: batch * classes }, (_, i) => (i % 4 === 0 ? 1e4 : -1e4)),
      ),
    }
    const { total } = lossesOf('reference')
    expect(numbersOf(gradient(total, targetLogits), certain).every(Number.isFinite)).toBe(true)
  })
})
