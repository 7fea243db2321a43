/** Normalisation by moments. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../builder.js'
import type { Dim } from '../../shapes/dim.js'
import { divideDims, productOfDims, showShape } from '../../shapes/dim.js'
import type { ChannelGroups } from '../../shapes/convolution.js'
import type { Literal } from '../../shapes/decide.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import { expectDims } from '../primitives/shape-checks.js'
import type { Node } from '../primitives/primitive.js'
import type { Tensor } from '../tensor.js'
import { withEpsilon } from './setting.js'
import { checked } from './signature.js'

/** What normalisation adds to the variance, so that a constant row is not divided by 0. */
export interface NormalizationOptions {
  /** 1e-5 where it is not given. A negative one, or one that is not finite, is a fault of the program. */
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
): Tensor<[...Batch, Width]> =>
  erased(b.layerNorm(withEpsilon('layerNorm', epsilon, x.node), weight.node, bias.node, epsilon))

/**
 * x / sqrt(mean of x² + epsilon) · weight over the last axis (Zhang & Sennrich 2019, eq. 4): a layer norm that does not take
 * off the mean. PyTorch's `rms_norm` has another epsilon where none is given, 1.2e-7.
 *
 * @example
 * const y = rmsNorm(input('x', ['B', 77, 512]), parameter('weight', [512]), { epsilon: 1e-6 })
 */
export const rmsNorm = <Batch extends unknown[], Width>(
  x: Tensor<[...Batch, Width]>,
  weight: Tensor<[NoInfer<Width>]>,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): Tensor<[...Batch, Width]> => {
  const meanSquare = b.mean(b.mul(x.node, x.node), [x.node.shape.length - 1], true)
  const node = withEpsilon('rmsNorm', epsilon, x.node)
  const normal = b.mul(node, b.rsqrt(b.add(meanSquare, b.scalar(epsilon))))
  const operands = { x: [x, '...batch width'], weight: [weight, 'width'] } as const
  return erased(checked('rmsNorm', operands, b.mul(normal, weight.node)))
}

/** One number for each channel, to be broadcast over [B,channels,...]. */
const perChannel = (values: Node, { shape }: Node): Node =>
  b.reshape(values, [shape[1] ?? 1, ...shape.slice(2).map(() => 1)])

/** The names of the axes of [B,channels,...], for signatures. */
const channelAxes = ({ shape }: Node): string =>
  ['batch', 'channels', ...shape.slice(2).map((_, i) => `spatial${i}`)].join(' ')

/** x [B,channels,...], or the fault that numbers per channel, under their names, are not as many as its channels. */
const withChannels = (
  operation: string,
  x: Node,
  ofChannels: Readonly<Record<string, { readonly node: Node }>>,
): Node => {
  const operands = Object.entries(ofChannels).map(([name, tensor]) => [name, [tensor, 'channels']] as const)
  return checked(operation, { x: [{ node: x }, channelAxes(x)], ...Object.fromEntries(operands) }, x)
}

const withGain = (normal: Node, weight: Node, bias: Node): Node =>
  b.add(b.mul(normal, perChannel(weight, normal)), perChannel(bias, normal))

/** (x - mean) / sqrt(variance + epsilon) over each of `groups` parts of the channels and all axes after them. */
const standardiseGroups = (operation: string, x: Node, groups: Dim, epsilon: number): Node => {
  const [batch = 1, channels = 1, ...spatial] = x.shape
  const inGroup = groups === 0 ? E.left('there is 1 group or more') : divideDims(channels, groups)
  const problem = expectDims([groups]) ?? (E.isLeft(inGroup) ? `${operation}: ${inGroup.left}` : undefined)
  if (problem !== undefined || E.isLeft(inGroup)) return faulty(operation, problem ?? operation, [x])
  const width = productOfDims([inGroup.right, ...spatial])
  const parts = b.reshape(x, [batch, groups, width])
  return b.reshape(b.layerNorm(parts, b.full([width], 1), b.full([width], 0), epsilon), x.shape)
}

/**
 * (x - mean) / sqrt(variance + epsilon) · weight + bias, with the moments of each example over `groups` parts of the channels
 * and all axes after them, as PyTorch's `group_norm` (Wu & He 2018, eq. 1 to 3). One group is a layer norm over the whole
 * example.
 *
 * Groups that do not divide the channels do not compile, and are a fault of a program that was not compiled.
 *
 * @example
 * const [weight, bias] = [parameter('weight', [64]), parameter('bias', [64])]
 * const y = groupNorm(input('x', ['B', 64, 32, 32]), weight, bias, { groups: 8 })
 */
export const groupNorm = <B, Channels, Spatial extends unknown[], const Groups extends number>(
  x: Tensor<[B, Channels, ...Spatial]>,
  weight: Tensor<[NoInfer<Channels>]>,
  bias: Tensor<[NoInfer<Channels>]>,
  options: NormalizationOptions & {
    readonly groups: Groups & Literal<ChannelGroups<'groupNorm', Channels, Groups>>
  },
): Tensor<[B, Channels, ...Spatial]> => {
  const { groups, epsilon = 1e-5 } = options
  const node = withChannels('groupNorm', withEpsilon('groupNorm', epsilon, x.node), { weight, bias })
  const normal = standardiseGroups('groupNorm', node, groups, epsilon)
  return erased(withGain(normal, weight.node, bias.node))
}

/**
 * The same with the moments of each example and channel over the axes after them, of which there is one or more, as
 * PyTorch's `instance_norm` (Ulyanov et al. 2016, eq. 4).
 *
 * @example
 * const y = instanceNorm(input('x', ['B', 64, 32, 32]), parameter('weight', [64]), parameter('bias', [64]))
 */
export const instanceNorm = <B, Channels, First, Spatial extends unknown[]>(
  x: Tensor<[B, Channels, First, ...Spatial]>,
  weight: Tensor<[NoInfer<Channels>]>,
  bias: Tensor<[NoInfer<Channels>]>,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): Tensor<[B, Channels, First, ...Spatial]> => {
  const { shape } = x.node
  const node =
    shape.length < 3
      ? faulty('instanceNorm', `instanceNorm: x is [batch,channels,...], got ${showShape(shape)}`, [x.node])
      : withChannels('instanceNorm', withEpsilon('instanceNorm', epsilon, x.node), { weight, bias })
  const normal = standardiseGroups('instanceNorm', node, node.shape[1] ?? 1, epsilon)
  return erased(withGain(normal, weight.node, bias.node))
}

/** Running moments of a batch norm, and its affine weights; one number per channel. */
export interface BatchNormWeights<Channels> {
  readonly weight: Tensor<[Channels]>
  readonly bias: Tensor<[Channels]>
  readonly mean: Tensor<[Channels]>
  readonly variance: Tensor<[Channels]>
}

/**
 * Batch normalisation at inference: by running moments, per channel of [B,channels,...] (Ioffe & Szegedy 2015, alg. 2). It is
 * one product and one sum per channel.
 *
 * @example
 * const [weight, bias] = [parameter('weight', [64]), parameter('bias', [64])]
 * const moments = { mean: parameter('running_mean', [64]), variance: parameter('running_var', [64]) }
 * const y = batchNorm(input('x', ['B', 64, 32, 32]), { weight, bias, ...moments })
 */
export const batchNorm = <B, Channels, Spatial extends unknown[]>(
  x: Tensor<[B, Channels, ...Spatial]>,
  weights: BatchNormWeights<NoInfer<Channels>>,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): Tensor<[B, Channels, ...Spatial]> => {
  const { weight, bias, mean, variance } = weights
  const node = withChannels('batchNorm', withEpsilon('batchNorm', epsilon, x.node), {
    weight,
    bias,
    mean,
    variance,
  })
  const scale = b.mul(weight.node, b.rsqrt(b.add(variance.node, b.scalar(epsilon))))
  const shift = b.sub(bias.node, b.mul(mean.node, scale))
  return erased(withGain(node, scale, shift))
}

/** A batch in normal form, and its moments per channel. */
export interface BatchNormed<S, Channels> {
  readonly output: Tensor<S>
  readonly mean: Tensor<[Channels]>
  /** The sum of squares divided by n - 1, or by 1 where n is 1: what running variances are averages of. */
  readonly variance: Tensor<[Channels]>
}

/**
 * Batch normalisation in training: by the moments of the batch, per channel over all other axes (Ioffe & Szegedy 2015, alg. 1).
 * The variance that x is divided by has n as its divisor, as in PyTorch; the one that is given out, for a running
 * variance, has n - 1. Gradients flow through the moments of the output.
 *
 * @example
 * const x = input('x', ['B', 64, 32, 32])
 * const { output, mean, variance } = batchNormOfBatch(x, parameter('weight', [64]), parameter('bias', [64]))
 */
export const batchNormOfBatch = <B, Channels, Spatial extends unknown[]>(
  x: Tensor<[B, Channels, ...Spatial]>,
  weight: Tensor<[NoInfer<Channels>]>,
  bias: Tensor<[NoInfer<Channels>]>,
  { epsilon = 1e-5 }: NormalizationOptions = {},
): BatchNormed<[B, Channels, ...Spatial], Channels> => {
  const operand = withEpsilon('batchNormOfBatch', epsilon, x.node)
  const node = withChannels('batchNormOfBatch', operand, { weight, bias })
  const others = node.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
  const mean = b.mean(node, others, true)
  const centred = b.sub(node, mean)
  const squares = b.mul(centred, centred)
  const scale = b.rsqrt(b.add(b.mean(squares, others, true), b.scalar(epsilon)))
  const freedom = b.maximum(b.sub(b.countAlong(node, others), b.scalar(1)), b.scalar(1))
  return {
    output: erased(withGain(b.mul(centred, scale), weight.node, bias.node)),
    mean: erased(b.reshape(mean, [node.shape[1] ?? 1])),
    variance: erased(b.div(b.sum(squares, others), freedom)),
  }
}
