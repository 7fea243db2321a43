/** Normalisation layers, wrongly. */
import * as d from '../../../src/dsl/index.js'
import {
  groupNormLayerLaws,
  instanceNormLayerLaws,
  rmsNormLaws,
  rmsNormLayerLaws,
  runningMeanLaws,
  runningVarianceLaws,
  statefulBatchNormLayerLaws,
} from '../../../src/laws/declarations/layers/normalization.js'
import {
  groupNormLayer,
  instanceNormLayer,
  rmsNormLayer,
  statefulBatchNormLayer,
} from '../../../src/model/index.js'
import { planted } from '../planted-fault.js'

type Running = 'running_mean' | 'running_var'

/** The next running moments [C] of channels, with every choice that may go wrong. */
const nextRunning = (
  x: d.Tensor<['B', 'C', 'L']>,
  channels: d.DimHandle<'C'>,
  running: Running,
  ofBatch: (x: d.Tensor<['B', 'C', 'L']>) => d.Tensor<['C']>,
  { momentum = 0.1, kept = 1 - momentum }: { readonly momentum?: number; readonly kept?: number } = {},
): d.Tensor<['C']> =>
  d.add(d.mul(d.parameter(`bn.${running}`, [channels]), kept), d.mul(ofBatch(x), momentum))

const ofChannels = (x: d.Tensor<['B', 'C', 'L']>): d.Tensor<['C']> => d.mean(x, [0, 2])
const unbiased = (x: d.Tensor<['B', 'C', 'L']>): d.Tensor<['C']> =>
  d.batchNormOfBatch(x, d.full([d.axis(x, 1)], 1), d.full([d.axis(x, 1)], 0)).variance

export const normalizationFaults = [
  planted(
    'the mean taken off',
    'formula',
    rmsNormLayerLaws.of((x, width) => rmsNormLayer('rms', width)(d.sub(x, d.mean(x, 1, { keepDims: true })))),
  ),
  planted(
    'the sum of squares instead of their mean',
    'formula',
    rmsNormLayerLaws.of((x, width) => {
      const root = d.sqrt(d.add(d.sum(d.square(x), 1, { keepDims: true }), 1e-5))
      return d.mul(d.div(x, root), d.parameter('rms.weight', [width]))
    }),
  ),
  planted(
    'squares of the batch',
    'rows independent',
    rmsNormLayerLaws.of((x, width) => {
      const root = d.sqrt(d.add(d.mean(d.square(x), 0, { keepDims: true }), 1e-5))
      return d.mul(d.div(x, root), d.parameter('rms.weight', [width]))
    }),
  ),
  planted(
    'a bias added',
    'parameter count',
    rmsNormLayerLaws.of((x, width) => d.add(rmsNormLayer('rms', width)(x), d.parameter('rms.bias', [width]))),
  ),
  planted(
    'gradient stopped at the root',
    'gradient',
    rmsNormLayerLaws.of((x, width) => {
      const root = d.sqrt(d.add(d.mean(d.square(x), 1, { keepDims: true }), 1e-5))
      return d.mul(d.div(x, d.stopGradient(root)), d.parameter('rms.weight', [width]))
    }),
  ),
  planted(
    'divided by the mean square instead of its root',
    'positive scaling',
    rmsNormLaws.of((x) => d.div(x, d.mean(d.square(x), 1, { keepDims: true }))),
  ),

  planted(
    'one group',
    'unchanged',
    groupNormLayerLaws.of((x, inGroup) => groupNormLayer('gn', d.times(d.dim(2), inGroup), { groups: 1 })(x)),
  ),
  planted(
    'moments of each channel',
    'formula',
    groupNormLayerLaws.of((x, inGroup) => instanceNormLayer('gn', d.times(d.dim(2), inGroup))(x)),
  ),
  planted(
    'moments of the batch',
    'rows independent',
    groupNormLayerLaws.of(
      (x, inGroup) => statefulBatchNormLayer('gn', d.times(d.dim(2), inGroup), { training: true })(x).output,
    ),
  ),
  planted(
    'the mean of the positions added',
    'formula',
    groupNormLayerLaws.of((x, inGroup) => {
      const y = groupNormLayer('gn', d.times(d.dim(2), inGroup), { groups: 2 })(x)
      return d.add(y, d.mean(y, 2, { keepDims: true }))
    }),
  ),

  planted(
    'moments of the whole example',
    'shift',
    instanceNormLayerLaws.of((x, channels) => groupNormLayer('in', channels, { groups: 1 })(x)),
  ),
  planted(
    'moments of the batch',
    'rows independent',
    instanceNormLayerLaws.of(
      (x, channels) => statefulBatchNormLayer('in', channels, { training: true })(x).output,
    ),
  ),
  planted(
    'variance of a sample: n - 1',
    'formula',
    instanceNormLayerLaws.of((x, channels) => {
      const centred = d.sub(x, d.mean(x, 2, { keepDims: true }))
      const squares = d.sum(d.square(centred), 2, { keepDims: true })
      const variance = d.div(squares, d.maximum(d.sub(d.count(x, 2), 1), 1))
      const normal = d.div(centred, d.sqrt(d.add(variance, 1e-5)))
      const perChannel = (name: string) => d.expandDims(d.parameter(`in.${name}`, [channels]), 1)
      return d.add(d.mul(normal, perChannel('weight')), perChannel('bias'))
    }),
  ),
  planted(
    'no gain and no bias',
    'parameter count',
    instanceNormLayerLaws.of((x, channels) =>
      d.instanceNorm(x, d.full([channels], 1), d.full([channels], 0)),
    ),
  ),

  planted(
    'running moments in training, too',
    'parameter count',
    statefulBatchNormLayerLaws.of(
      (x, channels) => statefulBatchNormLayer('bn', channels, { training: false })(x).output,
    ),
  ),
  planted(
    'moments of each example',
    'formula',
    statefulBatchNormLayerLaws.of((x, channels) => instanceNormLayer('bn', channels)(x)),
  ),
  planted(
    'moments of all channels',
    'unchanged',
    statefulBatchNormLayerLaws.of((x, channels) => {
      const centred = d.sub(x, d.mean(x))
      const normal = d.div(centred, d.sqrt(d.add(d.mean(d.square(centred)), 1e-5)))
      const perChannel = (name: string) => d.expandDims(d.parameter(`bn.${name}`, [channels]), 1)
      return d.add(d.mul(normal, perChannel('weight')), perChannel('bias'))
    }),
  ),
  planted(
    'gradient stopped at the moments',
    'gradient',
    statefulBatchNormLayerLaws.of((x, channels) => {
      const { mean, variance } = d.batchNormOfBatch(x, d.full([channels], 1), d.full([channels], 0))
      const biased = d.mean(d.square(d.sub(x, d.mean(x, [0, 2], { keepDims: true }))), [0, 2])
      return d.batchNorm(x, {
        weight: d.parameter('bn.weight', [channels]),
        bias: d.parameter('bn.bias', [channels]),
        mean: d.stopGradient(mean),
        variance: d.add(d.stopGradient(biased), d.mul(d.stopGradient(variance), 0)),
      })
    }),
  ),
  planted(
    'variance of a sample: n - 1',
    'formula',
    statefulBatchNormLayerLaws.of((x, channels) => {
      const { mean, variance } = d.batchNormOfBatch(x, d.full([channels], 1), d.full([channels], 0))
      const [weight, bias] = [d.parameter('bn.weight', [channels]), d.parameter('bn.bias', [channels])]
      return d.batchNorm(x, { weight, bias, mean, variance })
    }),
  ),

  planted(
    'momentum and its rest exchanged',
    'formula',
    runningMeanLaws.of((x, channels) =>
      nextRunning(x, channels, 'running_mean', ofChannels, { momentum: 0.9 }),
    ),
  ),
  planted(
    'the batch added to the running mean',
    'formula',
    runningMeanLaws.of((x, channels) => nextRunning(x, channels, 'running_mean', ofChannels, { kept: 1 })),
  ),
  planted(
    'the mean of the first example alone',
    'order of the batch',
    runningMeanLaws.of((x, channels) =>
      nextRunning(x, channels, 'running_mean', (of) => d.mean(d.select(of, 0, 0), 1)),
    ),
  ),
  planted(
    'gradient stopped at the batch',
    'gradient',
    runningMeanLaws.of((x, channels) =>
      nextRunning(x, channels, 'running_mean', (of) => ofChannels(d.stopGradient(of))),
    ),
  ),
  planted(
    'the variance that x is divided by: n',
    'formula',
    runningVarianceLaws.of((x, channels) =>
      nextRunning(x, channels, 'running_var', (of) => d.variance(of, [0, 2])),
    ),
  ),
  planted(
    'mean square instead of variance',
    'known value',
    runningVarianceLaws.of((x, channels) =>
      nextRunning(x, channels, 'running_var', (of) => ofChannels(d.square(of))),
    ),
  ),
  planted(
    'deviation instead of variance',
    'formula',
    runningVarianceLaws.of((x, channels) =>
      nextRunning(x, channels, 'running_var', (of) => d.sqrt(d.add(unbiased(of), 1e-5))),
    ),
  ),
  planted(
    'divided by 0 where there is one number',
    'finite',
    runningVarianceLaws.of((x, channels) =>
      nextRunning(x, channels, 'running_var', (of) => d.variance(of, [0, 2], { correction: 1 })),
    ),
  ),
]
