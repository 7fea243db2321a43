/** A page as one HTML file: head, header, links to the sections, the sections, footer. */
import type { Child, Markup } from './markup.js'
import { element, together, verbatim } from './markup.js'
import type { Part } from './sections/blocks.js'

interface PageParts {
  /** Of the window. */
  readonly title: string
  readonly style: string
  readonly header: readonly Child[]
  readonly content: readonly Part[]
  /** What made the page. */
  readonly producer: string
  /** Runs when the page is there. */
  readonly script?: string
}

/** Links to the sections. */
const contents = (content: readonly Part[]): Markup =>
  element(
    'nav',
    { 'aria-label': 'sections' },
    ...content.flatMap((part) =>
      part !== undefined && 'title' in part ? [element('a', { href: `#${part.id}` }, part.title)] : [],
    ),
  )

/** The text of the file. */
export const htmlPage = ({ title, style, header, content, producer, script }: PageParts): string => {
  const whole = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('title', {}, title),
      element('style', {}, verbatim(style)),
    ),
    element(
      'body',
      {},
      element('header', {}, ...header),
      contents(content),
      element('main', {}, ...content),
      element('footer', {}, `Made by ${producer}.`),
      script === undefined ? undefined : element('script', {}, verbatim(script)),
    ),
  )
  return `<!doctype html>\n${together([whole]).markup}\n`
}
