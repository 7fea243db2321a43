/**
 * What is wrong with a program, as data. Building a program never throws: a node that breaks a shape rule carries the
 * fault, and `program` returns it.
 */
import type { Shape } from '../shapes/dim.js'
import { showShape } from '../shapes/dim.js'
import type { Scope } from './scope.js'
import { showScope } from './scope.js'

/** A shape or type rule that an operation broke. The compiler shows the same `message` where it knows the shapes. */
export interface ShapeFault {
  readonly tag: 'ShapeFault'
  /** The operation that the caller used. */
  readonly op: string
  /** What is wrong, as a sentence. */
  readonly message: string
  /** Shapes of the operands, in order. */
  readonly shapes: readonly Shape[]
  /** What may be the matter, where more is known than the rule says. */
  readonly advice?: string
  /** The scopes that the operation was written in, outermost first. */
  readonly scope?: Scope
  /** The line that wrote the operation, `path:line:column`: the nearest one outside of this library. */
  readonly source?: string
}

/** Operations that are right one by one, but do not make a program; or values that do not fit a program. */
export interface ProgramFault {
  readonly tag: 'ProgramFault'
  readonly message: string
  readonly advice: string
}

export type Fault = ShapeFault | ProgramFault

/** Where an operation was written: ` in encoder/block3, at model.ts:12:5`. */
const placeOf = ({ scope = [], source }: ShapeFault): string =>
  [
    ...(scope.length === 0 ? [] : [` in ${showScope(scope)}`]),
    ...(source === undefined ? [] : [` at ${source}`]),
  ].join(',')

/** The fault in one line: what is wrong, in which operation, on which shapes, where, and what to do. */
export const explainFault = (fault: Fault): string => {
  if (fault.tag === 'ProgramFault') return `${fault.message}; ${fault.advice}`
  const { op, message, shapes, advice } = fault
  const operands = shapes.length === 0 ? '' : ` (${op} of ${shapes.map(showShape).join(' and ')})`
  return `${message}${operands}${placeOf(fault)}${advice === undefined ? '' : `; ${advice}`}`
}
