/** The building blocks of sections: headings, grids, cards, legends. */
import type { Child, Markup } from '../markup.js'
import { element } from '../markup.js'

/** A section with a heading and a note that explains it. */
export const section = (title: string, note: string, ...content: readonly Child[]): Markup =>
  element('section', {}, element('h2', {}, title), element('p', { class: 'note' }, note), ...content)

/** Blocks side by side, each at least `least` pixels wide. */
export const gridOf = (least: number, content: readonly Markup[]): Markup =>
  element('div', { class: 'grid-of', style: `--least: ${least}px` }, ...content)

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
