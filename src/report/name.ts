/** Names of classes, domains and files as a page shows them. */
import type { Markup } from './markup.js'
import { element } from './markup.js'

/**
 * A name in full where there is room; where there is none, its style shortens it at its end and a pointer that rests on it shows
 * the whole. Names that are written from right to left keep their own direction.
 *
 * @example
 * shownName('Alarm Clock').markup // '<bdi class="name" title="Alarm Clock">Alarm Clock</bdi>'
 */
export const shownName = (name: string): Markup => element('bdi', { class: 'name', title: name }, name)
