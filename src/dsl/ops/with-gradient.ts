/** A value with a gradient of one's own. */
import { erased, typed } from '../erasure.js'
import { faulty, placeholder } from '../node.js'
import type { Tensors } from '../shape/scan.js'
import type { Tensor } from '../tensor.js'
import { withOwnGradient } from '../transformations/own-gradient.js'
import { membersOf } from './layout/structure.js'

/**
 * The value, with a gradient that you write: `cotangents` gives, from the cotangent of the value (the gradient of the loss with
 * respect to it), those of the inputs, in the same tuple or record and of their shapes. No other gradient flows into the
 * value. As JAX's `custom_vjp`.
 *
 * `cotangents` is called once, while the program is built, and may use any tensor around it; what does not depend on the
 * cotangent is computed once, with the value. Its own gradient is that of what it is made of. `jvp` needs one that is
 * linear in the cotangent.
 *
 * A fault: tensors other than f32, and at run time cotangents of other shapes than the inputs.
 *
 * @example
 * const x = input('x', ['B', 8])
 * const rounded = withGradient(round(x), [x], (cotangent) => [cotangent]) // straight through (Bengio et al. 2013)
 * const reversed = withGradient(x, { x }, (cotangent) => ({ x: neg(cotangent) })) // reversal (Ganin & Lempitsky 2015)
 */
export const withGradient = <S, const Inputs extends Tensors>(
  value: Tensor<S>,
  inputs: Inputs,
  cotangents: (cotangent: Tensor<S>) => NoInfer<Inputs>,
): Tensor<S> => {
  const cotangent = placeholder('cotangent', value.node.shape, value.node.dtype)
  const given = new Map(membersOf(cotangents(typed(cotangent))))
  const members = membersOf(inputs)
  const missing = members.find(([name]) => !given.has(name))
  const nodes = members.map(([, node]) => node)
  return erased(
    missing === undefined
      ? withOwnGradient(
          value.node,
          nodes,
          cotangent,
          members.map(([name, node]) => given.get(name) ?? node),
        )
      : faulty('withGradient', `withGradient: there is no gradient of input ${missing[0]}`, [
          value.node,
          ...nodes,
        ]),
  )
}
