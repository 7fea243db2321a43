/** Tables that are sorted and filtered in the page. */
import type { Child, Markup } from '../markup.js'
import { element } from '../markup.js'

/** A column by its heading. Numbers stand to the right. */
export interface Column {
  readonly title: string
  readonly numeric?: boolean
  /** Of sentences, which need width. */
  readonly long?: boolean
}

const classOf = ({ numeric = false, long = false }: Partial<Column> = {}): string | undefined => {
  if (numeric) return 'number'
  return long ? 'long' : undefined
}

/** A cell: what is shown, and what it is sorted by, which is the text if not given. */
export interface Cell {
  readonly shown: Child
  readonly by?: number | undefined
}

export interface Row {
  /** The number of the group that a filter shows or hides it with. */
  readonly group: number
  /** What choices of a filter are compared with, by the names of these. */
  readonly facts?: Readonly<Record<`data-${string}`, string>>
  readonly cells: readonly Cell[]
}

/** A table with a caption. The script of the page makes buttons of its headings. */
export const sortedTable = (caption: string, columns: readonly Column[], rows: readonly Row[]): Markup =>
  element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    element(
      'table',
      { class: 'sorted' },
      element('caption', {}, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...columns.map((column) => element('th', { scope: 'col', class: classOf(column) }, column.title)),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(({ group, facts = {}, cells }) =>
          element(
            'tr',
            { 'data-group': group, ...facts },
            ...cells.map(({ shown, by }, i) =>
              element(
                i === 0 ? 'th' : 'td',
                {
                  scope: i === 0 ? 'row' : undefined,
                  class: classOf(columns[i]),
                  // Attributes that are numbers are rounded to hundredths.
                  'data-by': by === undefined || Number.isNaN(by) ? undefined : String(by),
                },
                shown,
              ),
            ),
          ),
        ),
      ),
    ),
  )
