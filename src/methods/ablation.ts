/** An ablation of a method: rows that differ in one thing, to see what it is worth. */

/** A row: the method with these settings. */
export interface AblationRow<S> {
  readonly name: string
  /** Folder of its runs. */
  readonly folder: string
  readonly settings: S
}

/** Rows that take a part of the method away, or vary a number. */
export type Ablation<S> =
  | { readonly tag: 'Parts'; readonly rows: (settings: S) => readonly AblationRow<S>[] }
  | {
      readonly tag: 'Values'
      /** The values that are usual for an image encoder with so many levels. */
      readonly usual: (levels: number) => readonly number[]
      readonly row: (settings: S, value: number) => AblationRow<S>
    }

/** The rows of an ablation; `values` are the usual ones if not given. */
export const ablationRows = <S>(
  ablation: Ablation<S>,
  settings: S,
  { values, levels }: { readonly values?: readonly number[] | undefined; readonly levels: number },
): readonly AblationRow<S>[] =>
  ablation.tag === 'Parts'
    ? ablation.rows(settings)
    : (values ?? ablation.usual(levels)).map((value) => ablation.row(settings, value))
