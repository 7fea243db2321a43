/** A table of figures, as studies print it. */
import type { Spread } from '../spread.js'

/** The first two columns are names. */
export interface FigureTable {
  readonly title: string
  /** Of all columns. */
  readonly heading: readonly string[]
  readonly rows: readonly FigureRow[]
  readonly notes: readonly string[]
}

export interface FigureRow {
  readonly names: readonly [method: string, backbone: string]
  /** Accuracies in [0, 1]; `undefined` where there is none. */
  readonly figures: readonly (Spread | undefined)[]
}
