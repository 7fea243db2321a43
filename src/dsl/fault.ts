/**
 * What is wrong with a program, as data. A mistake found while a program is built does not throw: the node
 * carries its fault, and `program` returns it.
 */
import type { Shape } from './dim.js'
import { showShape } from './dim.js'

/** A shape or type rule that an operation broke. `message` is the sentence that the compiler shows, too. */
export interface ShapeFault {
  readonly tag: 'ShapeFault'
  /** The operation that was asked for. */
  readonly op: string
  /** What is wrong, as a sentence. */
  readonly message: string
  /** Shapes of the operands, in order. */
  readonly shapes: readonly Shape[]
}

/** A program whose parts do not fit together, though each operation by itself is right. */
export interface ProgramFault {
  readonly tag: 'ProgramFault'
  readonly message: string
  readonly advice: string
}

export type Fault = ShapeFault | ProgramFault

/** One plain line: what, where, which shapes. */
export const explainFault = (fault: Fault): string =>
  fault.tag === 'ProgramFault'
    ? `${fault.message}; ${fault.advice}`
    : fault.shapes.length === 0
      ? fault.message
      : `${fault.message} (${fault.op} of ${fault.shapes.map(showShape).join(' and ')})`
