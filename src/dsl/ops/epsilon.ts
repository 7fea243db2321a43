/** Small numbers that keep a quotient finite. */
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'

/** The operand, or the fault of an epsilon that is negative or not finite. */
export const withEpsilon = (op: string, epsilon: number, x: Node): Node =>
  Number.isFinite(epsilon) && epsilon >= 0
    ? x
    : faulty(op, `${op}: epsilon is ${epsilon}, but it must be a finite number that is not negative`, [x])
