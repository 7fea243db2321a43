/** A batch in parts of one size, for a program that takes so many rows and no fewer. */

/** Which rows of the batch a part takes, and how many of these are its own, the others filling it up. */
export interface RowPart {
  readonly rows: readonly number[]
  readonly own: number
}

/** Parts of one size. The last row is taken again and again where the batch ends before its last part does. */
export const partsOf = (total: number, size: number): readonly RowPart[] =>
  Array.from({ length: Math.ceil(total / size) }, (_, i) => ({
    rows: Array.from({ length: size }, (__, row) => Math.min(i * size + row, total - 1)),
    own: Math.min(size, total - i * size),
  }))

/** Where a part's own rows are in what is computed from it. */
export const ownRows = ({ own }: RowPart): readonly number[] => Array.from({ length: own }, (_, row) => row)
