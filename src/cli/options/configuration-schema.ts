/** JSON Schemas of files of options, for editors, made of the options themselves. */
import type { Command, Option } from 'commander'
import { configurableOptions } from './configuration-file.js'

/** A schema of the values of one option. */
type ValueSchema = Readonly<Record<string, unknown>>

export interface ConfigurationSchema {
  readonly $schema: string
  readonly title: string
  readonly type: 'object'
  readonly additionalProperties: false
  readonly properties: Readonly<Record<string, ValueSchema>>
}

const scalar = { type: ['string', 'number'] } as const

/** A text or a number, a list of them, or names with values: what the parser of the option reads. */
const written = {
  anyOf: [scalar, { type: 'array', items: scalar }, { type: 'object', additionalProperties: scalar }],
} as const

const isPlain = (value: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) && value.every((item) => ['string', 'number'].includes(typeof item)))

const valuesOf = (option: Option): ValueSchema => {
  if (option.isBoolean() || option.negate) return { type: 'boolean' }
  if (option.argChoices !== undefined)
    return { enum: [...option.argChoices, ...(option.optional ? [true] : [])] }
  return typeof option.defaultValue === 'number' ? scalar : written
}

/**
 * The schema of the files that `--config` reads for a command. It holds whether a key is known and what kinds of values it takes; what
 * they mean is checked by the command.
 */
export const configurationSchema = (command: Command): ConfigurationSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: `options of adclip ${command.name()}`,
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    [...configurableOptions(command)].map(([key, option]) => [
      key,
      {
        description: option.description,
        ...valuesOf(option),
        ...(isPlain(option.defaultValue) ? { default: option.defaultValue } : {}),
      },
    ]),
  ),
})
