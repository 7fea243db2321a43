/** Text of a user, a file or a hub as a terminal can print it: whatever it holds, it moves no cursor and changes no colour. */

/** Control characters, and those that change the direction or the joining of what follows. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** The same, except for the end of a line. */
const unprintableInLines = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Characters of a text that are shown at most. */
const shownAtMost = 200

const byNumber = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/**
 * A text in one line, without characters that a terminal would act on: these are written by their numbers.
 *
 * @example
 * inert('cat\u001B[2J\n') // 'cat\\u{1b}[2J\\u{a}'
 */
export const inert = (text: string): string =>
  text.replaceAll(unprintable, (character) => byNumber(character))

/** Lines of text, of which each is `inert`. */
export const inertLines = (text: string): string =>
  text.replaceAll(unprintableInLines, (character) => byNumber(character))

/**
 * A text without characters that a terminal would act on, which are written by their numbers, cut after 200 characters.
 *
 * @example
 * printable('a\u001B[31mb') // 'a\\u{1b}[31mb'
 */
export const printable = (text: string): string => {
  const characters = Array.from(text.slice(0, 2 * shownAtMost + 1))
  const safe = inert(characters.slice(0, shownAtMost).join(''))
  return characters.length > shownAtMost ? `${safe}…` : safe
}

/**
 * A value as JSON in which every character that a terminal would act on is escaped: it is read again as the same value.
 *
 * @example
 * inertJson({ name: 'a\u202Eb' }) // '{"name":"a\\u202eb"}'
 */
export const inertJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replaceAll(unprintableInLines, (character) =>
    Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  )
