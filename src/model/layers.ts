/** Layers with parameters: a layer is a function, named after where its weights live in a checkpoint. */
import { batchNorm, layerNorm, linear, parameter } from '../dsl/index.js'
import type { DimHandle, Tensor } from '../dsl/index.js'

/** A function of a tensor that maps its last axis from I to O. */
export type Layer<I, O> = <Batch extends unknown[]>(x: Tensor<[...Batch, I]>) => Tensor<[...Batch, O]>

/**
 * An affine layer with parameters `name.weight` [outputs, inputs] and `name.bias` [outputs].
 *
 * @example
 * const classify = linearLayer('head', dim(512), dim(10))
 */
export const linearLayer =
  <I, O>(name: string, inputs: DimHandle<I>, outputs: DimHandle<O>): Layer<I, O> =>
  (x) =>
    linear(x, parameter(`${name}.weight`, [outputs, inputs]), parameter(`${name}.bias`, [outputs]))

/** Layer normalisation with parameters `name.weight` [width] and `name.bias` [width]. */
export const layerNormLayer =
  <Width>(name: string, width: DimHandle<Width>): Layer<Width, Width> =>
  (x) =>
    layerNorm(x, parameter(`${name}.weight`, [width]), parameter(`${name}.bias`, [width]))

/**
 * Batch normalisation of images [B,channels,H,W] by running moments, with parameters `name.weight`, `name.bias`,
 * `name.running_mean` and `name.running_var`, all [channels].
 */
export const batchNormLayer =
  <Channels>(name: string, channels: DimHandle<Channels>) =>
  <B, H, W>(x: Tensor<[B, Channels, H, W]>): Tensor<[B, Channels, H, W]> =>
    batchNorm(x, {
      weight: parameter(`${name}.weight`, [channels]),
      bias: parameter(`${name}.bias`, [channels]),
      mean: parameter(`${name}.running_mean`, [channels]),
      variance: parameter(`${name}.running_var`, [channels]),
    })
