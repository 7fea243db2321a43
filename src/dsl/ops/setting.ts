/** Numbers that an operation is given. A number that it cannot work with is a fault of the program. */
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { Range } from '../setting.js'
import { notNegative, outOfRange } from '../setting.js'

/** The operand, or the fault of a number, by its name, that is not in its range. */
export const withSetting = (op: string, name: string, value: number, range: Range, x: Node): Node => {
  const wrong = outOfRange(name, value, range)
  return wrong === undefined ? x : faulty(op, `${op}: ${wrong}`, [x])
}

/** The operand, or the fault of an epsilon that is negative or not finite: a small number that keeps a quotient finite. */
export const withEpsilon = (op: string, epsilon: number, x: Node): Node =>
  withSetting(op, 'epsilon', epsilon, notNegative, x)
