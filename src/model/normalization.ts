/** Normalisation layers, with weights and running statistics named as PyTorch names them. */
import {
  add,
  batchNorm,
  batchNormOfBatch,
  groupNorm,
  instanceNorm,
  layerNorm,
  mul,
  parameter,
  rmsNorm,
} from '../dsl/index.js'
import { typed } from '../dsl/erasure.js'
import { withSetting } from '../dsl/ops/setting.js'
import { fromZeroToOne } from '../dsl/setting.js'
import type { AnyTensor, DimHandle, NormalizationOptions, Tensor } from '../dsl/index.js'
import type { ChannelGroups } from '../shapes/convolution.js'
import type { Literal } from '../shapes/decide.js'
import type { Layer } from './layers.js'

/** Layer normalisation with parameters `name.weight` [width] and `name.bias` [width]. */
export const layerNormLayer =
  <Width>(name: string, width: DimHandle<Width>, options: NormalizationOptions = {}): Layer<Width, Width> =>
  (x) =>
    layerNorm(x, parameter(`${name}.weight`, [width]), parameter(`${name}.bias`, [width]), options)

/**
 * Root mean square normalisation with the parameter `name.weight` [width]: see `rmsNorm`.
 *
 * @example
 * const y = rmsNormLayer('norm', dim(512))(input('x', ['B', 77, 512]))
 */
export const rmsNormLayer =
  <Width>(name: string, width: DimHandle<Width>, options: NormalizationOptions = {}): Layer<Width, Width> =>
  (x) =>
    rmsNorm(x, parameter(`${name}.weight`, [width]), options)

/** A function of [B,channels,...] that keeps the shape, whatever the axes after the channels. */
export type ChannelLayer<Channels> = <B, Spatial extends unknown[]>(
  x: Tensor<[B, Channels, ...Spatial]>,
) => Tensor<[B, Channels, ...Spatial]>

/** The options of a group norm: `groups` divide the channels. */
export interface GroupNormOptions<Channels, Groups extends number> extends NormalizationOptions {
  readonly groups: Groups & Literal<ChannelGroups<'groupNorm', Channels, Groups>>
}

/**
 * Group normalisation of [B,channels,...] with parameters `name.weight` and `name.bias`, both [channels]: see `groupNorm`.
 * Groups that do not divide the channels do not compile.
 *
 * @example
 * const y = groupNormLayer('norm', dim(64), { groups: 8 })(input('x', ['B', 64, 32, 32]))
 */
export const groupNormLayer =
  <Channels, const Groups extends number>(
    name: string,
    channels: DimHandle<Channels>,
    options: GroupNormOptions<Channels, Groups>,
  ): ChannelLayer<Channels> =>
  <B, Spatial extends unknown[]>(x: Tensor<[B, Channels, ...Spatial]>) =>
    groupNorm<B, Channels, Spatial, Groups>(
      x,
      parameter(`${name}.weight`, [channels]),
      parameter(`${name}.bias`, [channels]),
      options,
    )

/**
 * Instance normalisation of [B,channels,...] with parameters `name.weight` and `name.bias`, both [channels]: see
 * `instanceNorm`. PyTorch's layer has them where it is made with `affine=True`.
 *
 * @example
 * const y = instanceNormLayer('norm', dim(64))(input('x', ['B', 64, 32, 32]))
 */
export const instanceNormLayer =
  <Channels>(name: string, channels: DimHandle<Channels>, options: NormalizationOptions = {}) =>
  <B, First, Spatial extends unknown[]>(
    x: Tensor<[B, Channels, First, ...Spatial]>,
  ): Tensor<[B, Channels, First, ...Spatial]> =>
    instanceNorm(x, parameter(`${name}.weight`, [channels]), parameter(`${name}.bias`, [channels]), options)

/**
 * Batch normalisation of [B,channels,...] by running moments, with parameters `name.weight`, `name.bias`,
 * `name.running_mean` and `name.running_var`, all [channels].
 */
export const batchNormLayer =
  <Channels>(
    name: string,
    channels: DimHandle<Channels>,
    options: NormalizationOptions = {},
  ): ChannelLayer<Channels> =>
  (x) =>
    batchNorm(
      x,
      {
        weight: parameter(`${name}.weight`, [channels]),
        bias: parameter(`${name}.bias`, [channels]),
        mean: parameter(`${name}.running_mean`, [channels]),
        variance: parameter(`${name}.running_var`, [channels]),
      },
      options,
    )

/** What a layer with state gives: its output, and the next values of its state, for `updates` of an objective. */
export interface Stateful<S> {
  readonly output: Tensor<S>
  /** Next values of parameters by name; empty in evaluation. */
  readonly updates: Readonly<Record<string, AnyTensor>>
}

export interface BatchNormOptions extends NormalizationOptions {
  /** Whether the moments are those of the batch. If not, they are the running ones. */
  readonly training: boolean
  /** The weight of a batch in the running moments, from 0 to 1; 0.1 where it is not given. Another number is a fault. */
  readonly momentum?: number
}

/**
 * Batch normalisation with running moments, as PyTorch's `BatchNorm1d`, `2d` and `3d`: in training x is normalised by the
 * moments of the batch, and `updates` are the next running moments, (1 - momentum) · running + momentum · batch; in
 * evaluation x is normalised by the running moments. Parameters are those of `batchNormLayer`, in both; start with the
 * running mean 0 and the running variance 1.
 *
 * @example
 * const x = input('x', ['B', 3, 32, 32])
 * const model = (training: boolean) => statefulBatchNormLayer('bn', dim(3), { training })(x)
 * const { output, updates } = model(true)
 * const objective = { loss: mean(square(output)), updates }
 * const evaluated = model(false).output
 */
export const statefulBatchNormLayer =
  <Channels>(
    name: string,
    channels: DimHandle<Channels>,
    { training, momentum = 0.1, ...options }: BatchNormOptions,
  ) =>
  <B, Spatial extends unknown[]>(
    x: Tensor<[B, Channels, ...Spatial]>,
  ): Stateful<[B, Channels, ...Spatial]> => {
    if (!training) return { output: batchNormLayer(name, channels, options)(x), updates: {} }
    const weight = parameter(`${name}.weight`, [channels])
    const checked: typeof x = typed(
      withSetting('statefulBatchNormLayer', 'momentum', momentum, fromZeroToOne, x.node),
    )
    const { output, ...batch } = batchNormOfBatch(
      checked,
      weight,
      parameter(`${name}.bias`, [channels]),
      options,
    )
    const next = (running: string, ofBatch: Tensor<[Channels]>): Readonly<Record<string, AnyTensor>> => {
      const before = parameter(`${name}.${running}`, [channels])
      return { [`${name}.${running}`]: add(mul(before, 1 - momentum), mul(ofBatch, momentum)) }
    }
    return {
      output,
      updates: { ...next('running_mean', batch.mean), ...next('running_var', batch.variance) },
    }
  }
