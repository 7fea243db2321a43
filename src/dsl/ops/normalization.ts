/** Normalisation by moments. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import type { Tensor } from '../tensor.js'
import { checked } from './signature.js'

/** What normalisation adds to the variance, so that a constant row is not divided by 0. */
export interface NormalizationOptions {
  /** 1e-5 where it is not given. */
  readonly epsilon?: number
}

/**
 * (x - mean) / sqrt(variance + epsilon) · weight + bias over the last axis (Ba et al. 2016, eq. 3 and 4).
 *
 * @example
 * const y = layerNorm(input('x', ['B', 77, 512]), parameter('weight', [512]), parameter('bias', [512]))
 */
export const layerNorm = <Batch extends unknown[], Width>(
  x: Tensor<[...Batch, Width]>,
  weight: Tensor<[NoInfer<Width>]>,
  bias: Tensor<[NoInfer<Width>]>,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): Tensor<[...Batch, Width]> => erased(b.layerNorm(x.node, weight.node, bias.node, epsilon))

/** Running moments of a batch norm, and its affine weights; one number per channel. */
export interface BatchNormWeights<Channels> {
  readonly weight: Tensor<[Channels]>
  readonly bias: Tensor<[Channels]>
  readonly mean: Tensor<[Channels]>
  readonly variance: Tensor<[Channels]>
}

/**
 * Batch normalisation at inference: by running moments, per channel of [B,C,H,W] (Ioffe & Szegedy 2015, alg. 2). It is one
 * product and one sum per channel.
 */
export const batchNorm = <B, Channels, H, W>(
  x: Tensor<[B, Channels, H, W]>,
  weights: BatchNormWeights<NoInfer<Channels>>,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): Tensor<[B, Channels, H, W]> => {
  const { weight, bias, mean, variance } = weights
  const scale = b.mul(weight.node, b.rsqrt(b.add(variance.node, b.scalar(epsilon))))
  const shift = b.sub(bias.node, b.mul(mean.node, scale))
  const perChannel = (values: typeof scale): typeof scale => b.reshape(values, [x.node.shape[1] ?? 1, 1, 1])
  return erased(
    checked(
      'batchNorm',
      {
        x: [x, 'b c h w'],
        weight: [weight, 'c'],
        bias: [bias, 'c'],
        mean: [mean, 'c'],
        variance: [variance, 'c'],
      },
      b.add(b.mul(x.node, perChannel(scale)), perChannel(shift)),
    ),
  )
}
