/** A random valid application of a primitive: its attributes and operands. */
import type { Shape } from '../../shapes/dim.js'
import type { Domain } from './values.js'

/** A tensor to be given: an operand, or the leaf itself. */
export interface Slot {
  readonly shape: Shape
  readonly domain: Domain
}

/** Attributes and operands of one application. */
export interface Recipe<Attributes> {
  readonly attributes: Attributes
  readonly slots: readonly Slot[]
}
