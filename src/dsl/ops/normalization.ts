/** Normalisation by moments. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import type { Tensor } from '../tensor.js'
import { checked } from './signature.js'

/**
 * (x - mean) / sqrt(variance + epsilon) · gain + bias over the last axis (Ba et al. 2016, eq. 3 and 4).
 *
 * @example
 * const y = layerNorm(input('x', ['B', 77, 512]), parameter('gain', [512]), parameter('bias', [512]))
 */
export const layerNorm = <Batch extends unknown[], Width>(
  x: Tensor<[...Batch, Width]>,
  gain: Tensor<[NoInfer<Width>]>,
  bias: Tensor<[NoInfer<Width>]>,
  epsilon = 1e-5,
): Tensor<[...Batch, Width]> => erased(b.layerNorm(x.node, gain.node, bias.node, epsilon))

/** Running moments and affine weights of a batch norm, one per channel. */
export interface BatchNormWeights<Channels> {
  readonly gain: Tensor<[Channels]>
  readonly bias: Tensor<[Channels]>
  readonly mean: Tensor<[Channels]>
  readonly variance: Tensor<[Channels]>
}

/**
 * Batch normalisation at inference: by running moments, per channel of [B,C,H,W] (Ioffe & Szegedy 2015, alg. 2).
 * Folded to one scale and one shift per channel.
 */
export const batchNorm = <B, Channels, H, W>(
  x: Tensor<[B, Channels, H, W]>,
  weights: BatchNormWeights<NoInfer<Channels>>,
  epsilon = 1e-5,
): Tensor<[B, Channels, H, W]> => {
  const { gain, bias, mean, variance } = weights
  const scale = b.mul(gain.node, b.rsqrt(b.add(variance.node, b.scalar(epsilon))))
  const shift = b.sub(bias.node, b.mul(mean.node, scale))
  const perChannel = (values: typeof scale): typeof scale => b.reshape(values, [x.node.shape[1] ?? 1, 1, 1])
  return erased(
    checked(
      'batchNorm',
      {
        x: [x, 'b c h w'],
        gain: [gain, 'c'],
        bias: [bias, 'c'],
        mean: [mean, 'c'],
        variance: [variance, 'c'],
      },
      b.add(b.mul(x.node, perChannel(scale)), perChannel(shift)),
    ),
  )
}
