/** Tensors under names: parameters, their gradients, or what is kept beside each of them. */
import * as O from 'fp-ts/lib/Option.js'
import * as R from 'fp-ts/lib/Record.js'
import type { Tensor } from '../dsl/tensor.js'

/**
 * Tensors under names, of shapes that only run time knows. Whatever is defined for every shape takes them: functions of
 * elements, products with scalars, `zerosLike`, reductions to a scalar.
 */
export type NamedTensors = Readonly<Record<string, Tensor<unknown>>>

/**
 * The same function of each tensor.
 *
 * @example
 * const squares = (gradients: NamedTensors): NamedTensors => mapTensors(gradients, (gradient) => square(gradient))
 */
export const mapTensors = (of: NamedTensors, f: <S>(x: Tensor<S>, name: string) => Tensor<S>): NamedTensors =>
  Object.fromEntries(Object.entries(of).map(([name, x]) => [name, f(x, name)]))

/**
 * A function of each tensor and of the one that has its name in a second record; a name that this lacks is left out.
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
