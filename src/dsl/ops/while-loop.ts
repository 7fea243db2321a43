/** A loop that stops by itself: iterations to convergence. */
import * as b from '../builder.js'
import { sameShape, showShape } from '../../shapes/dim.js'
import type { Literal } from '../../shapes/decide.js'
import type { DimLike } from '../../shapes/dim-argument.js'
import { erasedStructure, typed } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { Kept, Tensors } from '../shape/scan.js'
import type { Tensor } from '../tensor.js'
import { dimOf } from './leaf.js'
import type { Member } from './layout/structure.js'
import { membersOf, rebuilt } from './layout/structure.js'
import { untypedScan } from './scan.js'

/** What a loop starts from, and the most steps that it takes. */
export interface WhileLoopOptions<C> {
  /** The state before the first step. */
  readonly carry: C
  /** A size or a symbol. The loop ends after so many steps even if its condition still holds. */
  readonly bound: DimLike
}

/**
 * Steps as long as a condition on the carry holds, at most `bound` of them; gives the last carry: a tensor, or tensors in a
 * tuple or a record. The condition is asked before each step. As `jax.lax.while_loop`, with a bound and a gradient.
 *
 * Condition and step are functions of tensors that are called once, while the program is built, and may use any tensor around
 * them. A step keeps the shapes and element types of the carry. To count steps, carry a count.
 *
 * It is a `scan` of `bound` steps that leaves the carry as it is where the condition fails. Engines stop there, so the value
 * alone costs the steps that are taken, and memory for one. In `vmap`, the loop goes on while the condition holds for any example.
 *
 * The gradient is that of the steps that are taken; it costs `bound` steps and memory of bound x carry. Where the carry
 * converges to a fixed point, its derivative may converge later than its value, and costs less by the implicit function
 * theorem: give it with `withGradient`.
 *
 * A fault: a condition that is not a bool scalar, and those of `scan`.
 *
 * @example
 * const target = input('target', [])
 * const root = whileLoop(
 *   { carry: full([], 1), bound: 50 },
 *   (x) => lessEqual(1e-6, abs(sub(mul(x, x), target))),
 *   (x) => mul(add(x, div(target, x)), 0.5),
 * ) // Newton's iteration for the square root
 */
export const whileLoop = <const C extends Tensors, const N extends Tensors>(
  { carry, bound }: WhileLoopOptions<C>,
  goesOn: (carry: C) => Tensor<[], 'bool'>,
  step: (carry: C) => N & Literal<Kept<C, N>>,
): C => {
  const { carry: last } = untypedScan({ carry, sequences: typed(b.iota([dimOf(bound)], 0)) }, (before) => {
    const next = step(erasedStructure(before))
    return { carry: keptUnless(goesOn(erasedStructure(before)).node, membersOf(before), next) }
  })
  return erasedStructure(last)
}

/** The next carry where the condition holds, else the one before. A carry that does not fit is left to `scan`, which says why. */
const keptUnless = (condition: Node, before: readonly Member[], next: Tensors): Tensors => {
  const isTruth = condition.dtype === 'bool' && condition.shape.length === 0
  const problem = `whileLoop: the condition is ${condition.dtype} ${showShape(condition.shape)}, not bool []`
  const truth = isTruth ? condition : faulty('whileLoop', problem, [condition])
  const known = new Map(before)
  return rebuilt(
    next,
    membersOf(next).map(([name, after]) => {
      const was = known.get(name)
      const fits = was !== undefined && sameShape(was.shape, after.shape) && was.dtype === after.dtype
      return fits ? b.where(truth, after, was) : after
    }),
  )
}
