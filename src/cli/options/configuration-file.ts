/**
 * `--config <file>`: options of a command from a file of YAML, and `--print-config`, which prints them as one. A key is an option
 * without its hyphens; what is given on the command line wins. The values are read as those of the command line are.
 */
import { readFile } from 'node:fs/promises'
import type { Command, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parseDocument, stringify } from 'yaml'
import { reasonOf } from '../../engines/reason-of.js'
import { nearest } from '../../values/nearest.js'
import type { OptionRefused } from '../explain-failure.js'
import { valueOf } from '../jobs/study-words.js'
import { printResult } from '../output.js'
import { collected } from './collected.js'

/** Options that a file does not set: those of the file itself. */
const ofFiles = ['config', 'print-config', 'help']

const nameOf = ({ long }: Option): string => (long ?? '').replace(/^--(no-)?/, '')

/** The options of a command that a file may set, by key. */
export const configurableOptions = (command: Command): ReadonlyMap<string, Option> =>
  new Map(
    command.options
      .map((option) => [nameOf(option), option] as const)
      .filter(([name, { hidden }]) => !hidden && !ofFiles.includes(name)),
  )

const refused = (option: string, problem: string, advice: string): E.Either<OptionRefused, never> =>
  E.left({ tag: 'OptionRefused', option, problem, advice })

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

/** A value as words after an option, one list of words for each time that the option is given; `undefined` if it is no value of one. */
const wordsOf = (value: unknown, { variadic }: Option): readonly (readonly string[])[] | undefined => {
  if (isScalar(value)) return [[String(value)]]
  if (Array.isArray(value) && value.every(isScalar)) {
    const words = value.map(String)
    return variadic ? [words] : [[words.join(',')]]
  }
  if (isRecord(value) && Object.values(value).every(isScalar)) {
    const pairs = Object.entries(value).map(([name, inner]) => `${name}=${String(inner)}`)
    return [[pairs.join(',')]]
  }
  return undefined
}

/** Whether an option may be given several times, each time with one text, which may hold commas. */
const isRepeated = ({ parseArg }: Option): boolean => parseArg === collected

const wordsOfKey = (
  file: string,
  key: string,
  value: unknown,
  options: ReadonlyMap<string, Option>,
): E.Either<OptionRefused, readonly string[]> => {
  const option = options.get(key)
  if (option === undefined) {
    const near = nearest(key, [...options.keys()])
    return refused(
      `--config ${file}`,
      `'${key}' is no option of the command`,
      near === undefined ? 'see its --help' : `is '${near}' meant?`,
    )
  }
  const long = option.long ?? ''
  if (option.isBoolean() || option.negate) {
    if (typeof value !== 'boolean') {
      return refused(`--config ${file}`, `'${key}' is neither true nor false`, `write ${key}: true`)
    }
    return E.right(value === option.negate ? [] : [long])
  }
  if (value === true && option.optional) return E.right([long])
  const words =
    isRepeated(option) && Array.isArray(value)
      ? value.filter(isScalar).map((text) => [String(text)])
      : wordsOf(value, option)
  return words === undefined
    ? refused(
        `--config ${file}`,
        `the value of '${key}' is neither a text, a number, a list nor names with values`,
        `write it as after ${long}`,
      )
    : E.right(words.flatMap((each) => [long, ...each]))
}

/** The options that words of a command line give, by key. */
const keysAmong = (words: readonly string[]): ReadonlySet<string> =>
  new Set(
    words.flatMap((word) => {
      const [, name] = /^--(?:no-)?([^=]+)/.exec(word) ?? []
      return name === undefined ? [] : [name]
    }),
  )

/**
 * The words of a file of options. Fails with `OptionRefused` where it is no mapping of YAML, and where a key is no option of the
 * command: the nearest one is named.
 */
export const configuredWords = (
  file: string,
  text: string,
  command: Command,
  given: readonly string[],
): E.Either<OptionRefused, readonly string[]> => {
  const document = parseDocument(text)
  const [problem] = document.errors
  if (problem !== undefined) return refused(`--config ${file}`, problem.message, 'mend the file')
  const content: unknown = document.toJS()
  if (content === null) return E.right([])
  if (!isRecord(content)) {
    return refused(
      `--config ${file}`,
      'it is no list of options with values',
      'write lines such as seeds: [1, 2, 3]',
    )
  }
  const [options, known] = [configurableOptions(command), keysAmong(given)]
  return pipe(
    Object.entries(content).filter(([key]) => !known.has(key)),
    E.traverseArray(([key, value]) => wordsOfKey(file, key, value, options)),
    E.map((words) => words.flat()),
  )
}

/** Adds `--config` and `--print-config` to a command, after all of its other options. */
export const addConfigurationFile = (command: Command): void => {
  /** What is given for each option, as text: a list where it is given several times. */
  const given = new Map<string, string | true | readonly string[]>()
  for (const [key, option] of configurableOptions(command)) {
    command.on(`option:${option.name()}`, (text?: string | null) => {
      const before = given.get(key)
      const earlier = typeof before === 'string' ? [before] : (before ?? [])
      if (typeof text !== 'string') given.set(key, true)
      else given.set(key, isRepeated(option) && earlier !== true ? [...earlier, text] : text)
    })
  }
  command
    .option(
      '--config <file>',
      'options from a file of YAML, by their names without hyphens; options that are given win',
    )
    .option('--print-config', 'print the options as such a file, and do nothing')
    .hook('preAction', (definition) => {
      if (definition.opts()['printConfig'] === undefined) return
      printResult(configurationText(definition.options, given).trimEnd())
      process.exit(0)
    })
}

/** A text as it is written in a file: a number without quotes. */
const written = (text: string): string | number => (String(Number(text)) === text ? Number(text) : text)

/** A default as it is written in a file; undefined where it is no value that can be. */
const writtenDefault = (usual: unknown): string | number | boolean | undefined => {
  if (isScalar(usual) || typeof usual === 'boolean') return usual
  return Array.isArray(usual) && usual.length > 0 && usual.every(isScalar)
    ? written(usual.join(','))
    : undefined
}

/** Options that are given, and those that have a default which can be written, as YAML. */
const configurationText = (
  options: readonly Option[],
  given: ReadonlyMap<string, string | true | readonly string[]>,
): string => {
  const entries = options.flatMap((option): readonly (readonly [string, unknown])[] => {
    const key = nameOf(option)
    if (ofFiles.includes(key) || option.hidden) return []
    const value = given.get(key)
    if (value === true) return [[key, !option.negate]]
    if (value !== undefined) return [[key, typeof value === 'string' ? written(value) : value]]
    const usual = writtenDefault(option.defaultValue)
    return usual === undefined ? [] : [[key, usual]]
  })
  return stringify(Object.fromEntries(entries), { lineWidth: 0 })
}

/** The words of a command itself: those after two hyphens are another's. */
const ownWords = (words: readonly string[]): readonly string[] => {
  const end = words.indexOf('--')
  return end < 0 ? words : words.slice(0, end)
}

/** The file that `--config` names among the words of a command line; undefined where none is named. */
export const configurationFileIn = (words: readonly string[]): string | undefined =>
  valueOf(ownWords(words), '--config')

/**
 * The words of a command line with those of the file that `--config` names, right after the name of the command. Fails with
 * `OptionRefused` where the file cannot be read or is refused.
 */
export const withConfigurationFile = async (
  words: readonly string[],
  file: string,
  command: Command,
): Promise<E.Either<OptionRefused, readonly string[]>> => {
  const after = words.indexOf(command.name()) + 1
  const text = await readFile(file, 'utf8').then(
    (content): E.Either<OptionRefused, string> => E.right(content),
    (error: unknown): E.Either<OptionRefused, string> =>
      refused(`--config ${file}`, reasonOf(error), 'name a file that can be read'),
  )
  return pipe(
    text,
    E.chain((content) => configuredWords(file, content, command, ownWords(words))),
    E.map((more) => [...words.slice(0, after), ...more, ...words.slice(after)]),
  )
}
