/** A fully connected layer as a stage of `sequential`. */
import { linear, parameter } from '../dsl/index.js'
import type { DimHandle, Tensor } from '../dsl/index.js'
import { dimHandle } from '../dsl/erasure.js'
import { dimOf } from '../dsl/ops/leaf.js'
import type { Literal } from '../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../shapes/dim-argument.js'

/** A function of each element, such as `relu` or `tanh`. */
export type Activation = <S>(x: Tensor<S>) => Tensor<S>

/** What `dense` does beyond the product. */
export interface DenseOptions {
  /** Applied to the outputs; by default they are left as they are. */
  readonly activation?: Activation
  /** Whether a bias is added; true by default. */
  readonly bias?: boolean
}

/**
 * A map of the last axis from I to O, under a name that is given with the tensor. A function of dims `<I, O>` that gives a
 * model states this type: the compiler does not find it.
 */
export type NamedLayer<I, O> = <Batch extends unknown[]>(
  x: Tensor<[...Batch, I]>,
  name: string,
) => Tensor<[...Batch, O]>

/**
 * activation(x Wᵀ + b) over the last axis. The parameters are `name.weight` [outputs,inputs] and `name.bias` [outputs], as
 * PyTorch names and stores them; the name is given with the tensor, by `sequential` or by hand. Sizes are literals or
 * handles.
 *
 * @example
 * const hidden = dense(784, 128, { activation: relu })(input('x', ['B', 784]), 'hidden') // [B,128]
 */
export const dense = <const I extends DimLike, const O extends DimLike>(
  inputs: I & Literal<LiteralDim<I>>,
  outputs: O & Literal<LiteralDim<O>>,
  options: DenseOptions = {},
): NamedLayer<DimOf<I>, DimOf<O>> => denseOf(handleOf<I>(inputs), handleOf<O>(outputs), options)

const handleOf = <D extends DimLike>(size: D): DimHandle<DimOf<D>> => dimHandle(dimOf(size))

const denseOf =
  <I, O>(
    inputs: DimHandle<I>,
    outputs: DimHandle<O>,
    { activation = (y) => y, bias = true }: DenseOptions,
  ): NamedLayer<I, O> =>
  (x, name) => {
    const of = (part: string): string => (name === '' ? part : `${name}.${part}`)
    const weight = parameter(of('weight'), [outputs, inputs])
    return activation(bias ? linear(x, weight, parameter(of('bias'), [outputs])) : linear(x, weight))
  }
