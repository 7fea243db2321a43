/** What a check of an engine is. */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Engine } from '../engines/engine.js'
import type { Tolerance } from './agreement.js'

/** What checks are about, in the order in which they are reported. */
export const areas = [
  'values',
  'special values',
  'gradients',
  'shapes',
  'size',
  'state',
  'refusals',
  'determinism',
  'memory',
] as const
export type Area = (typeof areas)[number]

/** How an engine is checked. */
export interface ConformanceOptions {
  /** Random cases for each primitive and area. */
  readonly runs: number
  /** The same seed draws the same cases. */
  readonly seed: number
  readonly tolerance: Tolerance
  /** How many tensors the engine holds at present; where nothing tells, memory is not checked. */
  readonly heldTensors: (() => number) | undefined
}

/** One check: an area, and what of it. */
export interface ConformanceCheck {
  readonly area: Area
  /** A primitive, or a sentence about behaviour. */
  readonly subject: string
  /** Nothing where all is well; otherwise what the engine does instead, with the smallest case that was found. */
  readonly run: (engine: Engine, options: ConformanceOptions) => TaskEither<string, void>
}
