import { describe, expect, it } from 'vitest'
import type { AnyTensor } from '../../src/dsl/index.js'
import {
  batchNorm,
  batchNormOfBatch,
  cosineSimilarity,
  groupNorm,
  input,
  instanceNorm,
  l2Norm,
  l2Normalize,
  layerNorm,
  parameter,
  rmsNorm,
} from '../../src/dsl/index.js'

const x = input('x', ['B', 4])
const images = input('images', ['B', 4, 8])
const [weight, bias] = [parameter('weight', [4]), parameter('bias', [4])]
const moments = { weight, bias, mean: parameter('mean', [4]), variance: parameter('variance', [4]) }

describe.each([-1e-5, Number.NaN, Infinity])('an epsilon of %d is a fault of', (epsilon) => {
  it.each<readonly [string, AnyTensor]>([
    ['layerNorm', layerNorm(x, weight, bias, { epsilon })],
    ['rmsNorm', rmsNorm(x, weight, { epsilon })],
    ['groupNorm', groupNorm(images, weight, bias, { groups: 2, epsilon })],
    ['instanceNorm', instanceNorm(images, weight, bias, { epsilon })],
    ['batchNorm', batchNorm(images, moments, { epsilon })],
    ['batchNormOfBatch', batchNormOfBatch(images, weight, bias, { epsilon }).output],
    ['l2Norm', l2Norm(x, { epsilon })],
    ['l2Normalize', l2Normalize(x, { epsilon })],
    ['cosineSimilarity', cosineSimilarity(x, x, -1, { epsilon })],
  ])('%s', (op, result) => {
    expect(result.node.fault?.message).toBe(
      `${op}: epsilon is ${epsilon}, but it must be a finite number that is not negative`,
    )
  })
})
