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
  | {
      readonly tag: 'Parts'
      readonly rows: (settings: S) => readonly AblationRow<S>[]
      /** What to do where settings lack a part, so that a row without it would be the same run as another. */
      readonly adviceWhenAlike: string
    }
  | {
      readonly tag: 'Values'
      /** The values that are usual for an image encoder with so many levels. */
      readonly usual: (levels: number) => readonly number[]
      readonly row: (settings: S, value: number) => AblationRow<S>
    }

/** Two rows with the same settings, which would be one run twice; nothing if all rows differ. */
export const alikeRows = <S>(
  rows: readonly AblationRow<S>[],
): readonly [AblationRow<S>, AblationRow<S>] | undefined => {
  const texts = rows.map(({ settings }) => JSON.stringify(settings))
  const second = texts.findIndex((text, i) => texts.indexOf(text) < i)
  const [a, b] = [rows[texts.indexOf(texts[second] ?? '')], rows[second]]
  return a === undefined || b === undefined ? undefined : [a, b]
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
