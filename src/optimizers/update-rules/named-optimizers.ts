/** The optimizers that a configuration can name: a new one is an entry here. */
import { keysOf, literals } from '../../dsl/documents/literals.js'
import { adam } from './adam.js'
import type { Rate } from '../scale.js'
import { sgd } from './sgd.js'
import type { Transformation } from '../transformation.js'

/** The settings of an optimizer that a configuration has. */
export interface OptimizerSettings {
  readonly learningRate: Rate
  /** L2, added to the gradient. */
  readonly weightDecay: number
}

/**
 * Each under its name, with the values that a configuration does not set: Adam's as published, SGD's momentum of 0.9, plain or in
 * Nesterov's form.
 */
const entries = {
  adam,
  sgd: (settings) => sgd({ ...settings, momentum: 0.9 }),
  nesterov: (settings) => sgd({ ...settings, momentum: 0.9, nesterov: true }),
} satisfies Readonly<Record<string, (settings: OptimizerSettings) => Transformation>>

export type OptimizerName = keyof typeof entries

/** Optimizers by name. */
export const namedOptimizers: Readonly<
  Record<OptimizerName, (settings: OptimizerSettings) => Transformation>
> = entries

export const optimizerNames = keysOf(namedOptimizers)

/** The codec of an optimizer's name. */
export const optimizerName = literals(optimizerNames)
