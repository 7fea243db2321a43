/** `adclip ablate`: ablations of a method, as tables. */
import { Option } from 'commander'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { ablationVariants } from '../../experiments/study/variant.js'
import { definitionOf, methodNames } from '../../methods/index.js'
import type { MethodChoice } from '../options/method-options.js'
import { checkChoices, presetOption } from '../options/method-options.js'
import { failWith } from '../run-effect.js'
import type { StudyChoices } from '../options/study-options.js'
import {
  addStudyOptions,
  runStudyCommand,
  studyConfiguration,
  wholeNumbers,
} from '../options/study-options.js'

interface AblateOptions extends StudyChoices, MethodChoice {
  readonly over: string
  readonly values?: readonly number[]
}

const ablationNamesOf = (method: MethodChoice['method']): readonly string[] =>
  Object.keys(definitionOf(method).ablations)

/** The methods that have ablations. */
const ablated = methodNames.filter((method) => ablationNamesOf(method).length > 0)

export const defineAblate = (definition: Command): void => {
  addStudyOptions(
    definition
      .addOption(
        new Option('--over <name>', 'what the rows differ in')
          .choices([...new Set(ablated.flatMap(ablationNamesOf))])
          .makeOptionMandatory(),
      )
      .option(
        '--values <1,2,4>',
        'numbers of image tokens (default: 1,2,4,6,8) or levels (default: quarters of all)',
        wholeNumbers(1),
      )
      .addOption(new Option('--method <name>', 'the method to vary').choices(ablated).default(ablated[0]))
      .addOption(presetOption()),
  ).action(async (options: AblateOptions, command: Command) => {
    const { over, values, method, preset } = options
    const variants = pipe(
      checkChoices(options, [method], preset),
      E.flatMap(() => studyConfiguration(options, options)),
      E.flatMap((base) => ablationVariants(over, base, values)),
    )
    if (E.isLeft(variants)) failWith(command, variants.left)
    else await runStudyCommand(command, options, variants.right)
  })
}
