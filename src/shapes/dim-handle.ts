/** Dims as values of a program's text. */
import type { Dim } from './dim.js'

/** A dim as a value, whatever its type. */
export interface AnyDimHandle {
  readonly dim: Dim
}

/** A dim as a value, for dims that have no literal in the source: dims of generic code, and sizes known at run time. */
export interface DimHandle<in out D> extends AnyDimHandle {
  /** A phantom property: never present, it makes the handle invariant in `D`. */
  readonly type?: (dim: D) => D
}
