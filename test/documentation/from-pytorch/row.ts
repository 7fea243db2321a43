/** A row of the table for those who come from PyTorch or JAX: their expression, ours, and what differs. */
import type { AnyTensor, NamedValues, TensorValue } from '../../../src/dsl/index.js'

/** What a row's expression is: tensors of a program, or values that have been computed. One that is missing is a failure. */
export type Result = AnyTensor | TensorValue | readonly (AnyTensor | TensorValue | undefined)[]

/** How the numbers of two libraries are compared: one by one, or, of random ones, by mean and standard deviation. */
export type Comparison = 'numbers' | 'distribution'

/**
 * What the peers' script does with an expression: 'value' takes its value, 'optimizer' takes steps with it, 'schedule' asks
 * it for its rates.
 */
export type Measure = 'value' | 'optimizer' | 'schedule'

export interface Row {
  /** Lines of Python; the last one is the expression. Names of inputs and parameters stand for their values. */
  readonly pytorch: string
  /** The same with JAX, where it has it. */
  readonly jax?: string
  /** The table shows the source of this function's body. */
  readonly ours: () => Result | Promise<Result>
  /** What differs: defaults, conventions. */
  readonly note?: string
  /** Values of inputs and parameters; the others are drawn. */
  readonly values?: NamedValues
  readonly compared?: Comparison
  readonly measure?: Measure
}

/** The rows of one subject, with the file that they are written in, whose leaves the page shows. */
export interface Section {
  readonly title: string
  readonly introduction?: string
  readonly file: string
  readonly rows: readonly Row[]
}

/** What a row is called in failures and in the file of numbers. */
export const nameOfRow = ({ title }: Section, { pytorch }: Row): string => `${title}: ${pytorch}`
