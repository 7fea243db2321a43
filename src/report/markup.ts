/** HTML and SVG as values: text is escaped where it enters, so that no name of a class or file can break a page. */
import { inertLines } from '../effects/printable.js'

/** Markup that is well-formed and escaped. */
export interface Markup {
  readonly markup: string
}

/** Text, which is escaped; markup, which is not; nothing. */
export type Child = Markup | string | number | undefined

type Attributes = Readonly<Record<string, string | number | undefined>>

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** No markup, and no character that changes the direction of the text around it. */
const escaped = (text: string): string =>
  inertLines(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')

/** Coordinates need no more than hundredths. */
const attributeText = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : escaped(value)

const childText = (child: Child): string =>
  child === undefined ? '' : typeof child === 'object' ? child.markup : escaped(String(child))

const withoutEnd: ReadonlySet<string> = new Set(['meta', 'img', 'br', 'input'])

/**
 * An element; attributes without a value are left out.
 *
 * @example
 * element('p', { class: 'note' }, 'a < b').markup // '<p class="note">a &lt; b</p>'
 */
export const element = (name: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup => {
  const inside = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${attributeText(value)}"`]))
    .join('')
  const content = children.map(childText).join('')
  return { markup: withoutEnd.has(name) ? `<${name}${inside}>` : `<${name}${inside}>${content}</${name}>` }
}

/** Several pieces as one. */
export const together = (pieces: readonly Child[]): Markup => ({ markup: pieces.map(childText).join('') })

/** Markup as given, such as a style sheet. Nothing is escaped: the caller must make sure that it is well-formed. */
export const verbatim = (markup: string): Markup => ({ markup })
