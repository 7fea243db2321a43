/** What CLIP does to a text before it splits it into words. */
import { flow } from 'fp-ts/lib/function.js'
import { fix_text as fixText } from 'ftfy-js'
import { unescapeHtml } from './html-references.js'

/** Whitespace as Python's `\s` has it: JavaScript's `\s` includes U+FEFF and lacks U+0085. */
const collapseWhitespace = (text: string): string => text.replaceAll(/\p{White_Space}+/gu, ' ')

const strip = (text: string): string => text.replaceAll(/^ | $/g, '')

/**
 * Cleans a text as the original does (openai/CLIP, `simple_tokenizer.py`: `basic_clean`, `whitespace_clean`, `lower`):
 * `ftfy.fix_text` with its defaults (mojibake, curly quotes, ligatures, character widths, control characters, NFC),
 * HTML's character references twice, runs of whitespace to one space, none at the ends, lower case.
 *
 * Which characters are letters, and how they compose and change case, is what the running JavaScript engine's version
 * of Unicode says; for characters added since Unicode 14 another version may say otherwise.
 *
 * @example
 * cleanText('  “CAFÉ”  &amp;amp; schÃ¶n') // '"café" & schön'
 */
export const cleanText: (text: string) => string = flow(
  fixText,
  unescapeHtml,
  unescapeHtml,
  collapseWhitespace,
  strip,
  (text) => text.toLowerCase(),
)
