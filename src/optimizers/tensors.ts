/** Tensors by name: parameters, their gradients, or an optimizer's moments. */
import * as O from 'fp-ts/lib/Option.js'
import * as R from 'fp-ts/lib/Record.js'
import type { Tensor } from '../dsl/tensor.js'

/**
 * f32 tensors by name, of any shapes. Functions that are defined for every shape take them: elementwise functions, products
 * with scalars, `zerosLike`, reductions to a scalar.
 */
export type NamedTensors = Readonly<Record<string, Tensor<unknown>>>

/**
 * `f` of each tensor and its name, under the same names.
 *
 * @example
 * const squares = (gradients: NamedTensors): NamedTensors => mapTensors(gradients, (gradient) => square(gradient))
 */
export const mapTensors = (of: NamedTensors, f: <S>(x: Tensor<S>, name: string) => Tensor<S>): NamedTensors =>
  Object.fromEntries(Object.entries(of).map(([name, x]) => [name, f(x, name)]))

/**
 * `f` of each tensor of `a` and the tensor of the same name in `b`; names that `b` lacks are left out.
 *
 * @example
 * const decayed = (updates: NamedTensors, parameters: NamedTensors): NamedTensors =>
 *   zipTensors(updates, parameters, (update, parameter) => add(update, mul(parameter, 0.01)))
 */
export const zipTensors = (
  a: NamedTensors,
  b: NamedTensors,
  f: <S>(x: Tensor<S>, y: Tensor<S>, name: string) => Tensor<S>,
): NamedTensors =>
  Object.fromEntries(
    Object.entries(a).flatMap(([name, x]) => {
      const y = R.lookup(name, b)
      return O.isNone(y) ? [] : [[name, f(x, y.value, name)]]
    }),
  )
