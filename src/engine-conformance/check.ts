/** A check of an engine, as data. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Engine } from '../engines/engine.js'
import type { Tolerance } from './agreement.js'

/** The areas of the checks, in the order of the report. */
export const areas = [
  'values',
  'element types',
  'special values',
  'gradients',
  'second gradients',
  'tails',
  'shapes',
  'size',
  'state',
  'refusals',
  'determinism',
  'memory',
] as const
export type Area = (typeof areas)[number]

/** Settings of the checks. */
export interface ConformanceOptions {
  /** The number of random cases for each primitive and area. */
  readonly runs: number
  /** The same seed draws the same cases. */
  readonly seed: number
  readonly tolerance: Tolerance
  /** Counts the tensors that the engine holds now. Without it, tensors that are not freed are not looked for. */
  readonly heldTensors: (() => number) | undefined
  /** Bytes of memory that the process holds now, after garbage was collected. Without it, growth is not looked for. */
  readonly heldBytes: (() => number) | undefined
}

/** One check. */
export interface ConformanceCheck {
  readonly area: Area
  /** A primitive, or the behaviour that is checked. */
  readonly subject: string
  /** The option without which the check is left out. */
  readonly needs?: 'heldTensors' | 'heldBytes'
  /** Fails with what the engine does instead, in words, and with the smallest case that was found. */
  readonly run: (engine: Engine, options: ConformanceOptions) => TaskEither<string, void>
}

/** The name of a check: `values: add`. */
export const nameOfCheck = ({ area, subject }: Pick<ConformanceCheck, 'area' | 'subject'>): string =>
  `${area}: ${subject}`

/** Whether a check can be run with these options. */
export const applies = ({ needs }: ConformanceCheck, options: ConformanceOptions): boolean =>
  needs === undefined || options[needs] !== undefined
