/** Layers with parameters: a layer is a function, named after where its weights live in a checkpoint. */
import { linear, parameter } from '../dsl/index.js'
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
