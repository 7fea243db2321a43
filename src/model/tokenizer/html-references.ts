/** Character references of HTML (`&eacute;`, `&#233;`), replaced as Python's `html.unescape` does. */
import { decodeHTML, replaceCodePoint } from 'entities/decode'

const reference = /&(?:#(?<decimal>[0-9]+);?|#[xX](?<hexadecimal>[0-9a-fA-F]+);?|[^\t\n\f <&#;]{1,32};?)/gu

/** Code points that HTML refuses: Python drops them. C1 controls are not among them: they mean Windows-1252. */
const refused = /[\x01-\x08\x0b\x0e-\x1f\x7f\p{Noncharacter_Code_Point}]/u

const numeric = (codePoint: number): string => {
  const character = String.fromCodePoint(replaceCodePoint(codePoint))
  return refused.test(character) ? '' : character
}

/**
 * Replaces character references, once, with or without their semicolon. Follows the HTML standard, as `html.unescape`
 * of Python 3.4 and later does, except that characters which the standard calls parse errors are dropped.
 *
 * @example
 * unescapeHtml('&lt;b&gt; &amp;amp; caf&#xe9;') // '<b> &amp; café'
 */
export const unescapeHtml = (text: string): string =>
  text.replaceAll(reference, (whole: string, decimal?: string, hexadecimal?: string) => {
    if (decimal !== undefined) return numeric(Number.parseInt(decimal, 10))
    if (hexadecimal !== undefined) return numeric(Number.parseInt(hexadecimal, 16))
    return decodeHTML(whole)
  })
