/** Small numbers that keep a quotient finite. */
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import { notNegative, outOfRange } from '../setting.js'

/** The operand, or the fault of an epsilon that is negative or not finite. */
export const withEpsilon = (op: string, epsilon: number, x: Node): Node => {
  const wrong = outOfRange('epsilon', epsilon, notNegative)
  return wrong === undefined ? x : faulty(op, `${op}: ${wrong}`, [x])
}
