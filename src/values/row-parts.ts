/** A batch in parts of one size, for a program that is compiled for a fixed number of rows. */

/** The rows of the batch that a part takes. The first `own` are its own; the rest repeat the last row, as padding. */
export interface RowPart {
  readonly rows: readonly number[]
  readonly own: number
}

/** `total` rows in parts of `size` rows. The last part is padded by repeating the last row. */
export const partsOf = (total: number, size: number): readonly RowPart[] =>
  Array.from({ length: Math.ceil(total / size) }, (_, i) => ({
    rows: Array.from({ length: size }, (__, row) => Math.min(i * size + row, total - 1)),
    own: Math.min(size, total - i * size),
  }))

/** The positions of a part's own rows within the part. */
export const ownRows = ({ own }: RowPart): readonly number[] => Array.from({ length: own }, (_, row) => row)
