/** Layers and functions of rows, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { linearLayer } from '../../../src/model/index.js'
import {
  batchNormLayerLaws,
  geluLaws,
  l2NormalizeLaws,
  layerNormLayerLaws,
  linearLayerLaws,
  logSoftmaxLaws,
  quickGeluLaws,
  reluLaws,
  softmaxLaws,
  standardiseLaws,
} from '../../../src/laws/declarations/layers/rows.js'
import { planted } from '../planted-fault.js'

/** (x - mean) / √(variance + ε), with every choice that may go wrong. */
const standardised = <B, D>(
  x: d.Tensor<[B, D]>,
  epsilon: number,
  choices: { readonly centred?: boolean; readonly root?: boolean; readonly sample?: boolean } = {},
): d.Tensor<[B, D]> => {
  const centred = choices.centred === false ? x : d.sub(x, d.mean(x, 1, { keepDims: true }))
  const squares = d.sum(d.square(centred), 1, { keepDims: true })
  const variance = d.div(squares, choices.sample === true ? d.sub(d.count(x, 1), 1) : d.count(x, 1))
  const steady = d.add(variance, epsilon)
  return d.div(centred, choices.root === false ? steady : d.sqrt(steady))
}

export const layerFaults = [
  planted(
    'the bias forgotten',
    'parameter count',
    linearLayerLaws.of((x, inputs, outputs) => d.linear(x, d.parameter('fc.weight', [outputs, inputs]))),
  ),
  planted(
    'a ReLU left in',
    'affine',
    linearLayerLaws.of((x, inputs, outputs) => d.relu(linearLayer('fc', inputs, outputs)(x))),
  ),
  planted(
    'the bias added twice',
    'known value',
    linearLayerLaws.of((x, inputs, outputs) =>
      d.add(linearLayer('fc', inputs, outputs)(x), d.parameter('fc.bias', [outputs])),
    ),
  ),
  planted(
    'centred over the batch',
    'rows independent',
    linearLayerLaws.of((x, inputs, outputs) => {
      const y = linearLayer('fc', inputs, outputs)(x)
      return d.sub(y, d.mean(y, 0))
    }),
  ),

  planted(
    'normalised over the batch',
    'rows independent',
    layerNormLayerLaws.of((x, width) =>
      d.add(
        d.mul(d.transposeLast(standardised(d.transposeLast(x), 1e-5)), d.parameter('ln.weight', [width])),
        d.parameter('ln.bias', [width]),
      ),
    ),
  ),
  planted(
    'the mean not subtracted',
    'shift',
    layerNormLayerLaws.of((x, width) =>
      d.add(
        d.mul(standardised(x, 1e-5, { centred: false }), d.parameter('ln.weight', [width])),
        d.parameter('ln.bias', [width]),
      ),
    ),
  ),
  planted(
    'the gain forgotten',
    'parameter count',
    layerNormLayerLaws.of((x, width) => d.add(standardised(x, 1e-5), d.parameter('ln.bias', [width]))),
  ),
  planted(
    'gradient stopped at the deviation',
    'gradient',
    layerNormLayerLaws.of((x, width) => {
      const centred = d.sub(x, d.mean(x, 1, { keepDims: true }))
      const deviation = d.sqrt(d.add(d.mean(d.square(centred), 1, { keepDims: true }), 1e-5))
      return d.add(
        d.mul(d.div(centred, d.stopGradient(deviation)), d.parameter('ln.weight', [width])),
        d.parameter('ln.bias', [width]),
      )
    }),
  ),
  planted(
    'moments of the batch instead of the running ones',
    'rows independent',
    batchNormLayerLaws.of((x, channels) => {
      const moments = (of: typeof x): d.Tensor<['C']> => d.mean(of, [0, 2, 3])
      const centred = d.sub(x, d.mean(x, [0, 2, 3], { keepDims: true }))
      return d.batchNorm(x, {
        weight: d.parameter('bn.weight', [channels]),
        bias: d.parameter('bn.bias', [channels]),
        mean: moments(x),
        variance: moments(d.square(centred)),
      })
    }),
  ),
  planted(
    'divided by the running variance instead of the deviation',
    'known value',
    batchNormLayerLaws.of((x, channels) =>
      d.batchNorm(x, {
        weight: d.parameter('bn.weight', [channels]),
        bias: d.parameter('bn.bias', [channels]),
        mean: d.parameter('bn.running_mean', [channels]),
        variance: d.square(d.parameter('bn.running_var', [channels])),
      }),
    ),
  ),
  planted(
    'running mean and bias exchanged',
    'known value',
    batchNormLayerLaws.of((x, channels) =>
      d.batchNorm(x, {
        weight: d.parameter('bn.weight', [channels]),
        bias: d.parameter('bn.running_mean', [channels]),
        mean: d.parameter('bn.bias', [channels]),
        variance: d.parameter('bn.running_var', [channels]),
      }),
    ),
  ),
  planted(
    'divided by the variance instead of the deviation',
    'idempotent',
    standardiseLaws.of((x) => standardised(x, 1e-12, { root: false })),
  ),
  planted(
    'variance of a sample: n - 1',
    'form of the output',
    standardiseLaws.of((x) => standardised(x, 1e-12, { sample: true })),
  ),
  planted(
    'no epsilon under the root',
    'finite',
    standardiseLaws.of((x) => standardised(x, 0)),
  ),

  planted(
    'the largest element not subtracted',
    'finite',
    softmaxLaws.of((x) => d.div(d.exp(x), d.sum(d.exp(x), 1, { keepDims: true }))),
  ),
  planted(
    'softmax over the batch axis',
    'rows independent',
    softmaxLaws.of((x) => d.softmax(x, 0)),
  ),
  planted(
    'temperature of a quarter',
    'Lipschitz',
    softmaxLaws.of((x) => d.softmax(d.mul(x, 4), -1)),
  ),
  planted(
    'sigmoid for softmax',
    'form of the output',
    softmaxLaws.of((x) => d.sigmoid(x)),
  ),
  planted(
    'logarithm of softmax: underflows',
    'finite',
    logSoftmaxLaws.of((x) => d.log(d.softmax(x, -1))),
  ),
  planted(
    'minus the largest element instead of the normaliser',
    'gradient',
    logSoftmaxLaws.of((x) => d.sub(x, d.stopGradient(d.logSumExp(x, 1, { keepDims: true })))),
  ),

  planted(
    'divided by the squared length',
    'form of the output',
    l2NormalizeLaws.of((x) => d.div(x, d.square(d.l2Norm(x)))),
  ),
  planted(
    'an epsilon added to the length',
    'positive scaling',
    l2NormalizeLaws.of((x) => d.div(x, d.add(d.l2Norm(x), 1e-3))),
  ),
  planted(
    'lengths over the batch',
    'rows independent',
    l2NormalizeLaws.of((x) => d.transposeLast(d.l2Normalize(d.transposeLast(x), { epsilon: 1e-12 }))),
  ),
  planted(
    'sum of magnitudes for the length',
    'form of the output',
    l2NormalizeLaws.of((x) => d.div(x, d.sum(d.abs(x), 1, { keepDims: true }))),
  ),

  planted(
    'leaky',
    'not negative',
    reluLaws.of((x) => d.maximum(x, d.mul(x, 0.01))),
  ),
  planted(
    'gradient stopped at the gate',
    'gradient',
    quickGeluLaws.of((x) => d.mul(x, d.stopGradient(d.sigmoid(d.mul(x, 1.702))))),
  ),
  planted(
    'twice as steep',
    'Lipschitz',
    geluLaws.of((x) => d.mul(d.gelu(x), 2)),
  ),
]
