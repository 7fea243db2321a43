/** The options that set a method's settings: one for each field of any method's settings, derived from the definitions. */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import * as R from '../../values/record.js'
import { decodeProblems } from '../../dsl/documents/decode-problems.js'
import type { CommandFailure } from '../explain-failure.js'
import type { MethodName, MethodSetting } from '../../methods/index.js'
import { methodNames, settingFieldsOf } from '../../methods/index.js'
import { assignments } from './assignments.js'
import { settingAttribute, settingFlag } from './setting-flag.js'

/** A field under the name of its option, with the methods that read it. */
interface SettingOption {
  readonly field: string
  readonly readers: readonly MethodSetting[]
}

const fieldsOf = (methods: readonly MethodName[]): readonly MethodSetting[] =>
  methods.flatMap(settingFieldsOf)

const settingOptions: readonly SettingOption[] = [
  ...new Set(fieldsOf(methodNames).map(({ field }) => field)),
].map((field) => ({
  field,
  readers: fieldsOf(methodNames).filter((reader) => reader.field === field),
}))

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const truthValues: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** A numeral as a number, `true` and `false` as such, anything else as it is. */
const readValue = (text: string): unknown =>
  truthValues.get(text) ?? (text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text))

/** A value over a default: of a table, those entries that are given. */
const over = (value: unknown, byDefault: unknown): unknown =>
  isTable(value) && isTable(byDefault) ? { ...byDefault, ...value } : value

/** Reads a value that at least one of the methods takes. */
const checked = (readers: readonly MethodSetting[], value: unknown): unknown => {
  const decoded = readers.map(({ codec, byDefault }) => codec.decode(over(value, byDefault)))
  const [refused] = decoded.flatMap((each) => (E.isLeft(each) ? [each.left] : []))
  if (refused !== undefined && decoded.every(E.isLeft)) {
    throw new InvalidArgumentError(`${decodeProblems(refused).join('; ')}.`)
  }
  return value
}

const parserOf =
  ({ readers }: SettingOption) =>
  (text: string, before: unknown): unknown => {
    const names = [
      ...new Set(readers.flatMap(({ byDefault }) => (isTable(byDefault) ? Object.keys(byDefault) : []))),
    ]
    if (names.length === 0) return checked(readers, readValue(text))
    const given = R.map(readValue)(assignments(names)(text))
    return checked(readers, isTable(before) ? { ...before, ...given } : given)
  }

const helpOf = ({ readers }: SettingOption): string =>
  readers
    .map(({ title, description, byDefault }) =>
      isTable(byDefault)
        ? `${title}: ${description}: ${Object.keys(byDefault).join(', ')}`
        : `${title}: ${description} (default: ${String(byDefault)})`,
    )
    .join('; ')

const argumentOf = ({ readers }: SettingOption): string => {
  const isPair = readers.some(({ byDefault }) => isTable(byDefault))
  return isPair ? '<name=value,...>' : '<value>'
}

/** Adds an option for every setting of the methods. */
export const addSettingOptions = (command: Command): Command =>
  settingOptions.reduce(
    (added, option) =>
      added.addOption(
        new Option(`${settingFlag(option.field)} ${argumentOf(option)}`, helpOf(option)).argParser(
          parserOf(option),
        ),
      ),
    command,
  )

/** The settings that were given as options, by field. */
export const givenSettings = (options: object): Readonly<Record<string, unknown>> => {
  const given = new Map<string, unknown>(Object.entries(options))
  return Object.fromEntries(
    settingOptions.flatMap(({ field }) => {
      const value = given.get(settingAttribute(field))
      return value === undefined ? [] : [[field, value] as const]
    }),
  )
}

/** A method's settings with those that were given in the place of its own. */
export const withGiven = (
  method: MethodName,
  settings: object,
  options: object,
): Readonly<Record<string, unknown>> => {
  const own: Readonly<Record<string, unknown>> = { ...settings }
  const read = new Set(settingFieldsOf(method).map(({ field }) => field))
  return {
    ...own,
    ...R.mapWithIndex((field: string, value: unknown) => over(value, own[field]))(
      R.filterWithIndex((field: string) => read.has(field))(givenSettings(options)),
    ),
  }
}

/**
 * Refuses options that none of the methods reads: an option without effect is a mistake. Names those that they read.
 */
export const refuseUnread = (
  options: object,
  methods: readonly MethodName[],
): E.Either<CommandFailure, void> => {
  const read = [...new Set(fieldsOf(methods).map(({ field }) => field))]
  const unread = Object.keys(givenSettings(options)).find((field) => !read.includes(field))
  if (unread === undefined) return E.right(undefined)
  const [only, ...others] = methods
  return E.left({
    tag: 'OptionRefused',
    option: settingFlag(unread),
    problem: others.length === 0 ? `${only} does not read it` : `none of ${methods.join(', ')} reads it`,
    advice:
      read.length === 0
        ? 'leave it out: no option of a method is read'
        : `${others.length === 0 ? `${only} reads` : 'they read'} ${read.map(settingFlag).join(', ')}`,
  })
}
