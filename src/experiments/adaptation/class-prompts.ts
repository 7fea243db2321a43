/** The texts of classes as token rows: `X ... X name.` with room for learned vectors, or a template's words and the name. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../../values/value.js'
import { explainTokenizerError } from '../../model/tokenizer/tokenizer.js'
import type { Failure } from '../../effects/failure.js'
import { largest } from '../../values/extremes.js'

/** As much of a tokenizer as writing prompts takes. */
export interface PromptTokenizer {
  readonly vocabulary: { readonly startOfText: number; readonly endOfText: number }
  /** The ids of a text, without start and end. */
  readonly encode: (text: string) => readonly number[]
}

/** Token rows [K,X], with zeros after the end of each text, and the number of tokens of each text. */
export interface WrittenPrompts {
  readonly rows: TensorValue
  readonly lengths: readonly number[]
}

/** A class's folder name as a person would say it: `Alarm_Clock` is "Alarm Clock". */
export const spokenName = (className: string): string => className.replaceAll(/[_\s]+/g, ' ').trim()

/**
 * Token rows of texts, as long as the longest needs: a text tower reads nothing after the end of a text, or adds
 * its own padding. `placeholders` stand between start and text.
 */
export const tokenRows = (
  { vocabulary, encode }: PromptTokenizer,
  texts: readonly string[],
  contextLength: number,
  placeholders: readonly number[] = [],
): E.Either<Failure, WrittenPrompts> => {
  const { startOfText, endOfText } = vocabulary
  const rows = texts.map((text) => [startOfText, ...placeholders, ...encode(text), endOfText])
  const lengths = rows.map((row) => row.length)
  const longest = largest(lengths)
  const tooLong = texts.find((_, i) => (lengths[i] ?? 0) > contextLength)
  if (tooLong !== undefined) {
    return E.left({
      tag: 'InvalidSetting',
      field: 'classes',
      problem: explainTokenizerError({ tag: 'TextTooLong', text: tooLong, tokens: longest, contextLength }),
      advice: 'shorten the name of the class, or take fewer learned tokens',
    })
  }
  const data = new Int32Array(rows.length * longest)
  rows.forEach((row, i) => data.set(row, i * longest))
  return E.right({ rows: { dtype: 'i32', shape: [rows.length, longest], data }, lengths })
}

/** Prompts with a context of their own: `contextTokens` times the first token of X stand where the learned vectors go. */
export const placeholderPrompts = (
  tokenizer: PromptTokenizer,
  classes: readonly string[],
  contextTokens: number,
  contextLength: number,
): E.Either<Failure, WrittenPrompts> =>
  tokenRows(
    tokenizer,
    classes.map((name) => `${spokenName(name)}.`),
    contextLength,
    Array.from({ length: contextTokens }, () => tokenizer.encode('X')[0] ?? 0),
  )

/** A template with the name in the place of `{}`. */
export const fillTemplate = (template: string, className: string): string =>
  template.replaceAll('{}', () => spokenName(className))

/** How many tokens a template has before the name. A template without a place for the name is words only. */
export const templateTokens = ({ encode }: PromptTokenizer, template: string): number =>
  encode(template.split('{}')[0] ?? '').length

/** Prompts of zero-shot CLIP, such as "a photo of a {}." */
export const templatePrompts = (
  tokenizer: PromptTokenizer,
  classes: readonly string[],
  template: string,
  contextLength: number,
): E.Either<Failure, WrittenPrompts> =>
  pipe(
    template.includes('{}')
      ? E.right(classes.map((name) => fillTemplate(template, name)))
      : E.left<Failure>({
          tag: 'InvalidSetting',
          field: 'templates',
          problem: `'${template}' has no place for the name of a class`,
          advice: "write {} where it goes, as in 'a photo of a {}.'",
        }),
    E.chain((texts) => tokenRows(tokenizer, texts, contextLength)),
  )
