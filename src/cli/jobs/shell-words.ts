/** Words of a command as a shell reads them. */

/** A word that a POSIX shell reads as it is. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.split("'").join(String.raw`'\''`)}'`

/**
 * Words as a command line.
 *
 * @example
 * shellWords(['echo', "it's"]) // `echo 'it'\''s'`
 */
export const shellWords = (words: readonly string[]): string => words.map(quoted).join(' ')
