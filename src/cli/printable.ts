/** Text of a file as a terminal can print it: whatever it holds, it moves no cursor, changes no colour and stays short. */

/** Control characters, and those that change the direction or the joining of what follows. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Characters of a text that are shown at most. */
const shownAtMost = 200

/**
 * A text without characters that a terminal would act on, which are written by their numbers, cut after 200 characters.
 *
 * @example
 * printable('a\u001B[31mb') // 'a\\u{1b}[31mb'
 */
export const printable = (text: string): string => {
  const characters = Array.from(text.slice(0, 2 * shownAtMost + 1))
  const shown = characters.slice(0, shownAtMost).join('')
  const safe = shown.replaceAll(
    unprintable,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
  return characters.length > shownAtMost ? `${safe}…` : safe
}
