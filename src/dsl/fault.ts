/**
 * What is wrong with a program, as data. Building a program never throws: a node that breaks a shape rule carries the
 * fault, and `program` returns it.
 */
import type { Shape } from '../shapes/dim.js'
import { showShape } from '../shapes/dim.js'

/** A shape or type rule that an operation broke. The compiler shows the same `message` where it knows the shapes. */
export interface ShapeFault {
  readonly tag: 'ShapeFault'
  /** The operation that the caller used. */
  readonly op: string
  /** What is wrong, as a sentence. */
  readonly message: string
  /** Shapes of the operands, in order. */
  readonly shapes: readonly Shape[]
}

/** Operations that are right one by one, but do not make a program; or values that do not fit a program. */
export interface ProgramFault {
  readonly tag: 'ProgramFault'
  readonly message: string
  readonly advice: string
}

export type Fault = ShapeFault | ProgramFault

/** The fault in one line: what is wrong, in which operation, on which shapes, or what to do. */
export const explainFault = (fault: Fault): string =>
  fault.tag === 'ProgramFault'
    ? `${fault.message}; ${fault.advice}`
    : fault.shapes.length === 0
      ? fault.message
      : `${fault.message} (${fault.op} of ${fault.shapes.map(showShape).join(' and ')})`
