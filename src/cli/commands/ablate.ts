/** `adclip ablate`: the paper's ablations of AD-CLIP, as tables. */
import { Option } from 'commander'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { Ablation } from '../../experiments/study/variant.js'
import { ablations, ablationVariants } from '../../experiments/study/variant.js'
import type { PresetName } from '../../methods/index.js'
import { presetOption } from '../method-options.js'
import { failWith } from '../run-effect.js'
import type { StudyChoices } from '../study-options.js'
import { addStudyOptions, runStudyCommand, studyConfiguration, wholeNumbers } from '../study-options.js'

interface AblateOptions extends StudyChoices {
  readonly over: Ablation
  readonly values?: readonly number[]
  readonly preset: PresetName
}

export const registerAblate = (cli: Command): void => {
  addStudyOptions(
    cli
      .command('ablate')
      .description(
        'what the terms of the loss, the image tokens, the levels or the remedies (--preset robust) of AD-CLIP are worth',
      )
      .addOption(
        new Option('--over <name>', 'what the rows differ in').choices(ablations).makeOptionMandatory(),
      )
      .option(
        '--values <1,2,4>',
        'numbers of image tokens (default: 1,2,4,6,8) or levels (default: quarters of all)',
        wholeNumbers(1),
      )
      .addOption(presetOption()),
  ).action(async (options: AblateOptions, command: Command) => {
    const base = studyConfiguration(options, { method: 'ad-clip', preset: options.preset })
    const { over, values } = options
    if (E.isLeft(base)) failWith(command, base.left)
    else if (values !== undefined && over !== 'imageTokens' && over !== 'levels') {
      failWith(command, {
        tag: 'OptionRefused',
        option: '--values',
        problem: `an ablation over ${over} has none`,
        advice: 'leave it out',
      })
    } else
      await runStudyCommand(command, options, (levels) =>
        ablationVariants(over, base.right, { values, levels }),
      )
  })
}
