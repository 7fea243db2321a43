import { describe, expect, it } from 'vitest'
import { input } from '../../src/dsl/index.js'
import {
  batchHardTripletLoss,
  binaryFocalLoss,
  crossEntropy,
  diceLoss,
  focalLoss,
  hingeLoss,
  huberLoss,
  infoNCE,
  maximumMeanDiscrepancy,
  multiMarginLoss,
  tripletLoss,
} from '../../src/losses/index.js'

const scores = input('scores', ['B', 'K'])
const labels = input('labels', ['B'], 'i32')

describe('a loss with a number that it cannot work with', () => {
  it.each([
    [
      crossEntropy(scores, labels, { labelSmoothing: 1 }),
      'crossEntropy: labelSmoothing is 1, but it must be from 0 up to, but not including, 1',
    ],
    [
      crossEntropy(scores, labels, { labelSmoothing: -0.1 }),
      'crossEntropy: labelSmoothing is -0.1, but it must be from 0 up to, but not including, 1',
    ],
    [
      focalLoss(scores, labels, { gamma: -1 }),
      'focalLoss: gamma is -1, but it must be a finite number, 0 or more',
    ],
    [
      binaryFocalLoss(scores, scores, { gamma: Infinity }),
      'binaryFocalLoss: gamma is Infinity, but it must be a finite number, 0 or more',
    ],
    [
      binaryFocalLoss(scores, scores, { alpha: 1.5 }),
      'binaryFocalLoss: alpha is 1.5, but it must be from 0 to 1',
    ],
    [
      huberLoss(scores, scores, { delta: 0 }),
      'huberLoss: delta is 0, but it must be a finite number above 0',
    ],
    [
      hingeLoss(scores, scores, { margin: -1 }),
      'hingeLoss: margin is -1, but it must be a finite number, 0 or more',
    ],
    [
      multiMarginLoss(scores, labels, { margin: NaN }),
      'multiMarginLoss: margin is NaN, but it must be a finite number, 0 or more',
    ],
    [
      infoNCE(scores, scores, { temperature: 0 }),
      'infoNCE: temperature is 0, but it must be a finite number above 0',
    ],
    [
      diceLoss(scores, scores, { smooth: 0 }),
      'diceLoss: smooth is 0, but it must be a finite number above 0',
    ],
    [
      tripletLoss(scores, scores, scores, { margin: -1 }),
      'tripletLoss: margin is -1, but it must be a finite number, 0 or more',
    ],
    [
      batchHardTripletLoss(scores, labels, { margin: -1 }),
      'batchHardTripletLoss: margin is -1, but it must be a finite number, 0 or more',
    ],
    [
      maximumMeanDiscrepancy(scores, scores, { bandwidths: [] }),
      'maximumMeanDiscrepancy: the number of bandwidths is 0, but it must be 1 or more',
    ],
    [
      maximumMeanDiscrepancy(scores, scores, { bandwidths: [1, 0] }),
      'maximumMeanDiscrepancy: bandwidths[1] is 0, but it must be a finite number above 0',
    ],
  ])('is a fault that names it, %#', (loss, message) => expect(loss.node.fault?.message).toBe(message))
})
