/** The building blocks of sections: headings, grids, cards, legends, tables. */
import type { Child, Markup } from '../markup.js'
import { element } from '../markup.js'

/** A section that can be gone to by its heading. */
export interface TitledSection extends Markup {
  readonly title: string
  readonly id: string
}

/** A part of a page; `undefined` where it has nothing to show. */
export type Part = Markup | TitledSection | undefined

/** A section with a heading and a note that explains it. */
export const section = (title: string, note: string, ...content: readonly Child[]): TitledSection => {
  const id = title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')
  return {
    title,
    id,
    ...element(
      'section',
      { id, 'aria-labelledby': `${id}-title` },
      element('h2', { id: `${id}-title` }, title),
      element('p', { class: 'note' }, note),
      ...content,
    ),
  }
}

/** Blocks side by side, each at least `least` pixels wide; few of them fill the width. */
export const gridOf = (least: number, content: readonly Markup[]): Markup =>
  element('div', { class: 'grid-of', style: `--least: ${least}px` }, ...content)

/** Charts of one size, each at least `least` pixels wide: few of them leave room, and are not stretched. */
export const chartsOf = (least: number, content: readonly Markup[]): Markup =>
  element('div', { class: 'grid-of charts', style: `--least: ${least}px` }, ...content)

/** A figure with a heading. */
export const card = (title: string, ...content: readonly Child[]): Markup =>
  element('figure', { class: 'card' }, element('h3', {}, title), ...content)

/** Colours and shapes with what they stand for. */
export const legend = (
  entries: readonly (readonly [colour: string, shape: string, text: string])[],
): Markup =>
  element(
    'ul',
    { class: 'legend' },
    ...entries.map(([colour, shape, text]) =>
      element('li', {}, element('i', { class: `${shape} ${colour}` }), text),
    ),
  )

/** A table; the first cell of each row is its heading. `kind` is its class in the style sheet. */
export const table = (
  label: string,
  columns: readonly string[],
  rows: readonly (readonly Child[])[],
  kind?: string,
): Markup =>
  element(
    'table',
    { class: kind, 'aria-label': label },
    element('thead', {}, element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)))),
    element(
      'tbody',
      {},
      ...rows.map(([first, ...others]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, first),
          ...others.map((cell) => element('td', {}, cell)),
        ),
      ),
    ),
  )

/** What is opened to be read, such as the numbers under a chart. */
export const folded = (summary: string, ...content: readonly Child[]): Markup =>
  element('details', {}, element('summary', {}, summary), ...content)
