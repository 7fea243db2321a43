import { describe, expect, it } from 'vitest'
import { gradient, input } from '../../src/dsl/index.js'
import type { Tensor } from '../../src/dsl/index.js'
import {
  clipContrastive,
  crossEntropy,
  entropy,
  entropyOfRows,
  klDivergence,
  meanSquaredError,
  mutualInformation,
  supervisedContrastive,
} from '../../src/losses/index.js'
import {
  drawn,
  expectClose,
  expectGradients,
  f32,
  i32,
  normals,
  numberOf,
  numbersOf,
} from '../support/evaluation.js'
import {
  plainClipContrastive,
  plainCrossEntropy,
  plainDivergence,
  plainEntropy,
  plainMeanSquaredError,
  plainMutualInformation,
  plainSupervisedContrastive,
  rowsOf,
} from './plain-losses.js'

const [batch, classes] = [5, 4]
const logits = input('logits', ['B', 'K'])
const others = input('others', ['B', 'K'])
const labels = input('labels', ['B'], 'i32')
const data = normals(1, batch * classes).map((x) => 2 * x)
const otherData = normals(2, batch * classes).map((x) => 2 * x)
const labelData = [0, 3, 1, 1, 2]
const values = {
  logits: f32([batch, classes], data),
  others: f32([batch, classes], otherData),
  labels: i32([batch], labelData),
}
const rows = rowsOf(data, classes)
const otherRows = rowsOf(otherData, classes)
const far = 1e4

/** A loss of one row of logits. */
const ofRow = (loss: Pick<Tensor<[]>, 'node'>, row: readonly number[], label = 0): number =>
  numberOf(loss, { logits: f32([1, row.length], row), labels: i32([1], [label]) })
const slopeOfRow = (loss: Tensor<[]>, row: readonly number[], label = 0): readonly number[] =>
  numbersOf(gradient(loss, logits), { logits: f32([1, row.length], row), labels: i32([1], [label]) })

describe('cross entropy', () => {
  const loss = crossEntropy(logits, labels)

  it('is the mean of -ln of the label’s probability', () =>
    expectClose([numberOf(loss, values)], [plainCrossEntropy(rows, labelData)]))

  it('has the gradient of central differences', () => expectGradients(loss, ['logits'], values))

  it('is ln K where all logits are equal, and 0 for one class', () => {
    expectClose([ofRow(loss, [7, 7, 7])], [Math.log(3)])
    expectClose([ofRow(loss, [123])], [0])
    expectClose(slopeOfRow(loss, [123]), [0])
  })

  it('is exact for logits of ±1e4, and so is its gradient', () => {
    expectClose([ofRow(loss, [far, -far])], [0])
    expectClose([ofRow(loss, [far, -far], 1)], [2 * far])
    expectClose(slopeOfRow(loss, [far, -far], 1), [1, -1])
  })

  it('ignores masked classes', () => {
    expectClose([ofRow(loss, [0, -Infinity, 0])], [Math.log(2)])
    expectClose(slopeOfRow(loss, [0, -Infinity, 0]), [-0.5, 0, 0.5])
  })

  it('is infinite for a masked label', () => expect(ofRow(loss, [0, -Infinity], 1)).toBe(Infinity))

  it('counts 0 for a row whose label is outside of the classes', () => {
    const padded = { logits: f32([2, 2], [0, 0, 3, 4]), labels: i32([2], [1, -1]) }
    expectClose([numberOf(loss, padded)], [Math.log(2) / 2])
  })
})

describe('entropy', () => {
  const loss = entropy(logits)

  it('is the mean of -Σ p ln p', () => expectClose([numberOf(loss, values)], [plainEntropy(rows)]))

  it('can be given row by row', () =>
    expectClose(
      numbersOf(entropyOfRows(logits), values),
      rows.map((row) => plainEntropy([row])),
    ))

  it('has the gradient of central differences', () => expectGradients(loss, ['logits'], values))

  it('lies between 0 for a certain prediction or one class and ln K for a uniform one', () => {
    expectClose([ofRow(loss, [far, -far, -far])], [0])
    expectClose([ofRow(loss, [far])], [0])
    expectClose([ofRow(loss, [-far, -far, -far])], [Math.log(3)])
  })

  it('has a finite gradient where it is certain, and where classes are masked', () => {
    expectClose(slopeOfRow(loss, [far, -far]), [0, 0])
    expectClose([ofRow(loss, [1, -Infinity, 1])], [Math.log(2)])
    expectClose(slopeOfRow(loss, [1, -Infinity, 1]), [0, 0, 0])
  })
})

describe('mutual information', () => {
  const loss = mutualInformation(logits)

  it('is the entropy of the mean prediction minus the mean entropy', () =>
    expectClose([numberOf(loss, values)], [plainMutualInformation(rows)]))

  it('has the gradient of central differences', () => expectGradients(loss, ['logits'], values))

  it('is 0 for one image, and for equal predictions', () => {
    expectClose([ofRow(loss, [1, 2, 3])], [0])
    expectClose([numberOf(loss, { logits: f32([2, 2], [far, -far, far, -far]) })], [0])
  })

  it('is ln K for certain predictions that use all classes equally, with a finite gradient', () => {
    const certain = { logits: f32([2, 2], [far, -far, -far, far]) }
    expectClose([numberOf(loss, certain)], [Math.LN2])
    expectClose(numbersOf(gradient(loss, logits), certain), [0, 0, 0, 0])
  })

  it('has a finite gradient where a class is never predicted', () =>
    expectClose(slopeOfRow(loss, [0, 0, -Infinity]), [0, 0, 0]))
})

describe('KL divergence', () => {
  const loss = klDivergence(logits, others)
  const ofRows = (p: readonly number[], q: readonly number[]): number =>
    numberOf(loss, { logits: f32([1, p.length], p), others: f32([1, q.length], q) })

  it('is the mean of Σ p (ln p - ln q)', () =>
    expectClose([numberOf(loss, values)], [plainDivergence(rows, otherRows)]))

  it('has the gradient of central differences with respect to both arguments', () =>
    expectGradients(loss, ['logits', 'others'], values))

  it('is 0 between equal distributions, and positive otherwise', () => {
    expectClose([ofRows([1, 2, 3], [11, 12, 13])], [0])
    expectClose([ofRows([5], [-5])], [0])
    expect(numberOf(loss, values)).toBeGreaterThan(0)
  })

  it('is exact for logits of ±1e4', () => {
    expectClose([ofRows([far, -far], [far, -far])], [0])
    expectClose([ofRows([far, -far], [-far, far])], [2 * far])
  })

  it('ignores classes with p = 0, and is infinite where only q is 0', () => {
    expectClose([ofRows([0, -Infinity], [0, 0])], [Math.LN2])
    expectClose([ofRows([0, -Infinity], [0, -Infinity])], [0])
    expect(ofRows([0, 0], [0, -Infinity])).toBe(Infinity)
    const given = { logits: f32([1, 3], [0, 1, -Infinity]), others: f32([1, 3], [0.5, 0, -Infinity]) }
    for (const wrt of [logits, others]) {
      expect(numbersOf(gradient(loss, wrt), given).every(Number.isFinite)).toBe(true)
    }
  })
})

describe('mean squared error', () => {
  const loss = meanSquaredError(logits, others)

  it('is the mean over all elements', () =>
    expectClose([numberOf(loss, values)], [plainMeanSquaredError(data, otherData)]))

  it('has the gradient of central differences with respect to both arguments', () =>
    expectGradients(loss, ['logits', 'others'], values))
})

describe("CLIP's contrastive loss", () => {
  const [images, texts] = [input('images', ['B', 'E']), input('texts', ['B', 'E'])]
  const scale = input('scale', [])
  const loss = clipContrastive(images, texts, scale)
  const given = { images: drawn(3, [4, 6]), texts: drawn(4, [4, 6]), scale: f32([], [3]) }

  it('is the mean of the cross entropies over images and over texts', () =>
    expectClose(
      [numberOf(loss, given)],
      [plainClipContrastive(rowsOf(given.images.data, 6), rowsOf(given.texts.data, 6), 3)],
    ))

  it('has the gradient of central differences, also with respect to the scale', () =>
    expectGradients(loss, ['images', 'texts', 'scale'], given))

  it('does not depend on the lengths of its embeddings', () => {
    const longer = {
      ...given,
      images: f32(
        [4, 6],
        [...given.images.data].map((x) => 1e4 * x),
      ),
    }
    expectClose([numberOf(loss, longer)], [numberOf(loss, given)])
  })

  it('is 0 for a batch of one, with a gradient of 0', () => {
    const one = { images: drawn(5, [1, 6]), texts: drawn(6, [1, 6]), scale: f32([], [100]) }
    expectClose([numberOf(loss, one)], [0])
    expectClose(numbersOf(gradient(loss, images), one), [0, 0, 0, 0, 0, 0])
  })

  it('is stable at a scale of 1e4', () =>
    expectClose([numberOf(loss, { ...given, texts: given.images, scale: f32([], [far]) })], [0]))
})

describe('the supervised contrastive loss', () => {
  const features = input('features', ['B', 'E'])
  const loss = supervisedContrastive(features, labels, { temperature: 0.5 })
  const of = (featureData: ArrayLike<number>, labelsGiven: readonly number[]) => ({
    features: f32([labelsGiven.length, 3], Array.from(featureData)),
    labels: i32([labelsGiven.length], labelsGiven),
  })
  const given = of(normals(7, 18), [0, 1, 0, 2, 1, 0])

  it('is that of the paper, with the other rows of a class as positives', () =>
    expectClose(
      [numberOf(loss, given)],
      [plainSupervisedContrastive(rowsOf(given.features.data, 3), [0, 1, 0, 2, 1, 0], 0.5)],
    ))

  it('has the gradient of central differences', () => expectGradients(loss, ['features'], given))

  it('is finite for a row of zeros, and so are its gradients', () => {
    const withZeros = of([0, 0, 0, ...normals(9, 6)], [0, 0, 0])
    expect(numberOf(loss, withZeros)).toBeLessThan(10)
    for (const slope of numbersOf(gradient(loss, features), withZeros))
      expect(slope).toSatisfy(Number.isFinite)
  })

  it('is 0 where each row is alone in its class, with a gradient of 0', () => {
    const alone = of(normals(8, 9), [0, 1, 2])
    expectClose([numberOf(loss, alone)], [0])
    expectClose(
      numbersOf(gradient(loss, features), alone),
      Array.from({ length: 9 }, () => 0),
    )
  })

  it('is 0 for a batch of one, with a gradient of 0', () => {
    const one = of([1, 2, 3], [0])
    expectClose([numberOf(loss, one)], [0])
    expectClose(numbersOf(gradient(loss, features), one), [0, 0, 0])
  })
})
