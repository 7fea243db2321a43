/** `adclip table`: all pairs of domains, methods and seeds, in the paper's form of table. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../../effects/index.js'
import type { Variant } from '../../experiments/study/variant.js'
import { methodVariant } from '../../experiments/study/variant.js'
import type { MethodName } from '../../methods/index.js'
import { methodNames } from '../../methods/index.js'
import type { PresetName } from '../../methods/index.js'
import { presetNames } from '../method-options.js'
import { failWith } from '../run-effect.js'
import type { StudyChoices } from '../study-options.js'
import { addStudyOptions, namesAmong, runStudyCommand, studyConfiguration } from '../study-options.js'

interface TableOptions extends StudyChoices {
  readonly methods: readonly MethodName[]
  readonly presets: readonly PresetName[]
}

/** The rows: a method each, AD-CLIP with a row for each preset. */
const chosenVariants = (options: TableOptions): E.Either<Failure, readonly Variant[]> =>
  pipe(
    options.methods.flatMap((method) =>
      (method === 'ad-clip' ? options.presets : options.presets.slice(0, 1)).map((preset) => ({
        method,
        preset,
      })),
    ),
    E.traverseArray((row) => pipe(studyConfiguration(options, row), E.map(methodVariant))),
  )

export const registerTable = (cli: Command): void => {
  addStudyOptions(
    cli
      .command('table')
      .description(
        'adapt over all pairs of domains and seeds by several methods, and print the table; Office-Home beside the published rows',
      )
      .option('--methods <a,b>', `rows: ${methodNames.join(', ')}`, namesAmong(methodNames), [
        'zero-shot',
        'ad-clip',
      ])
      .option('--presets <a,b>', `rows of AD-CLIP: ${presetNames.join(', ')}`, namesAmong(presetNames), [
        'reference',
      ]),
  ).action(async (options: TableOptions, command: Command) => {
    const variants = chosenVariants(options)
    if (E.isLeft(variants)) failWith(command, variants.left)
    else await runStudyCommand(command, options, () => variants.right)
  })
}
