/** The words of a study's command, and what a job adds to them. Pure. */
import { catalogue, engineNames } from '../../engines/catalogue.js'

/**
 * The value that words give an option; undefined where they do not give it.
 *
 * @example
 * valueOf(['table', '--seeds', '1,2', '--out=runs/table'], '--out') // 'runs/table'
 */
export const valueOf = (words: readonly string[], option: string): string | undefined => {
  const at = words.findLastIndex((word) => word === option || word.startsWith(`${option}=`))
  const word = words[at]
  return word === option ? words[at + 1] : word?.slice(option.length + 1)
}

/** The words without an option and its values. */
export const withoutOption = (words: readonly string[], option: string): readonly string[] =>
  words.filter((word, i) => word !== option && words[i - 1] !== option && !word.startsWith(`${option}=`))

/** The words with an option that they do not have yet. */
export const withOption = (words: readonly string[], option: string, value: string): readonly string[] =>
  valueOf(words, option) === undefined ? [...words, option, value] : words

/** Whether the engine that the words name takes a number of threads: `onnx`, if they name none. */
const takesThreads = (words: readonly string[]): boolean => {
  const named = valueOf(words, '--engine') ?? 'onnx'
  return named === 'auto' || engineNames.some((name) => name === named && catalogue[name].takesThreads)
}

/** The words with as many threads as a process may use: more would wait for each other's cores. */
export const withThreads = (words: readonly string[], threads: number): readonly string[] =>
  takesThreads(words) ? withOption(words, '--threads', String(threads)) : words
