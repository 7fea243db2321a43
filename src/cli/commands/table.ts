/** `adclip table`: all pairs of domains, methods and seeds, in the paper's form of table. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { CommandFailure } from '../explain-failure.js'
import type { Variant } from '../../experiments/study/variant.js'
import { beforeTraining, methodVariant } from '../../experiments/study/variant.js'
import type { AnyPreset, MethodName } from '../../methods/index.js'
import { definitionOf, methodNames, presetsOf } from '../../methods/index.js'
import type { MethodChoice } from '../options/method-options.js'
import { checkChoices, presetDescription, presetNames } from '../options/method-options.js'
import { failWith } from '../run-effect.js'
import type { StudyChoices } from '../options/study-options.js'
import { namesAmong } from '../options/number-option.js'
import { addStudyOptions, runStudyCommand, studyConfiguration } from '../options/study-options.js'

interface TableOptions extends StudyChoices {
  readonly methods: readonly MethodName[]
  readonly presets?: readonly AnyPreset[]
  readonly beforeTraining: boolean
  readonly compareWith?: string
}

/** What rows are compared with where nothing else is asked for. */
const usualReference: MethodName = 'zero-shot'

/** The rows of a method: one for each of the presets that it has among those asked for, or one without a preset. */
const rowsOf = (method: MethodName, presets: TableOptions['presets']): readonly MethodChoice[] => {
  const own = presetsOf([method]).filter((preset) => presets === undefined || presets.includes(preset))
  const asked = presets === undefined ? own.slice(0, 1) : own
  return asked.length === 0 ? [{ method }] : asked.map((preset) => ({ method, preset }))
}

/** The rows: a method each, or one for each of its presets; before each, if asked for, that of its initial parameters. */
const chosenVariants = (options: TableOptions): E.Either<CommandFailure, readonly Variant[]> =>
  pipe(
    checkChoices(options, options.methods, options.presets),
    E.flatMap(() =>
      pipe(
        options.methods.flatMap((method) => rowsOf(method, options.presets)),
        E.traverseArray((row) => pipe(studyConfiguration(options, row), E.map(methodVariant))),
        E.map((variants) =>
          options.beforeTraining
            ? variants.flatMap((variant) => [...beforeTraining(variant), variant])
            : variants,
        ),
      ),
    ),
  )

/** No row is compared with another. */
const noComparison = 'none'

/** The names that the row of a method may have. */
const namesOf = (method: MethodName): readonly string[] => {
  const { title, presets } = definitionOf(method)
  return [title, ...presets.map(({ name }) => `${title} (${name})`)]
}

/** The name of the row that the others are compared with: a method's, or a name as the table prints it. None where zero-shot CLIP, the usual one, is no row. */
const referenceRow = (
  { compareWith, format }: Pick<TableOptions, 'compareWith' | 'format'>,
  variants: readonly Variant[],
): E.Either<CommandFailure, string | undefined> => {
  // Programs that read the table as data are not given another one that they did not ask for.
  const forReaders = format === 'text' || format === 'markdown'
  const asked = compareWith ?? (forReaders ? usualReference : noComparison)
  if (asked === noComparison) return E.right(undefined)
  const method = methodNames.find((name) => name === asked)
  const sought = method === undefined ? [asked] : namesOf(method)
  const found = variants.find(({ name }) => sought.includes(name))
  return found !== undefined || compareWith === undefined
    ? E.right(found?.name)
    : E.left({
        tag: 'OptionRefused',
        option: '--compare-with',
        problem: `'${asked}' is no row of the table`,
        advice: `its rows are ${variants.map(({ name }) => name).join(', ')}`,
      })
}

export const defineTable = (definition: Command): void => {
  addStudyOptions(
    definition
      .option('--methods <a,b>', `rows: ${methodNames.join(', ')}`, namesAmong(methodNames), [
        'zero-shot',
        'ad-clip',
      ])
      .option(
        '--presets <a,b>',
        `${presetDescription}: rows of ${presetNames.join(', ')} (default: ${presetNames[0]})`,
        namesAmong(presetNames),
      )
      .option(
        '--before-training',
        'a row before that of each method that learns: its initial parameters, before any step',
        false,
      )
      .option(
        '--compare-with <row>',
        `row that the others are compared with, run by run: a method, or a name as the table has it; '${noComparison}' prints no comparison (default: ${usualReference}, where it is a row and tables are text or Markdown)`,
      ),
  ).action(async (options: TableOptions, command: Command) => {
    const chosen = pipe(
      E.Do,
      E.bind('variants', () => chosenVariants(options)),
      E.bind('reference', ({ variants }) => referenceRow(options, variants)),
    )
    if (E.isLeft(chosen)) failWith(command, chosen.left)
    else await runStudyCommand(command, options, () => chosen.right.variants, chosen.right.reference)
  })
}
