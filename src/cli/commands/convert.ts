/** `adclip convert`: writes a CLIP under the names of another convention. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { convertClip } from '../../formats/checkpoints/convert.js'
import type { NamingConvention } from '../../model/index.js'
import { namingConventions, possessive } from '../../model/index.js'
import { assumptionInWords } from '../../formats/checkpoints/completed-clip.js'
import type { ActivationChoice } from '../options/activation-option.js'
import { activationOption } from '../options/activation-option.js'
import { withoutEngine } from '../options/engine-option.js'
import { overwriteOption } from '../options/start-options.js'
import { runEffect } from '../run-effect.js'
import { printResult } from '../output.js'

interface ConvertOptions extends ActivationChoice {
  readonly to: NamingConvention
  readonly out: string
  readonly overwrite: boolean
}

export const defineConvert = (definition: Command): void => {
  definition
    .argument('<in>', 'the checkpoint, under any of these names')
    .addOption(
      new Option('--to <convention>', 'whose names').choices(namingConventions).makeOptionMandatory(),
    )
    .requiredOption(
      '--out <path>',
      'a .safetensors file, or a folder for model.safetensors and its configuration',
    )
    .addOption(overwriteOption('replace an earlier conversion at --out'))
    .addOption(activationOption())
    .action(async (input: string, { to, out, activation, overwrite }: ConvertOptions, command: Command) =>
      runEffect(
        command,
        withoutEngine,
        convertClip(input, { convention: to, output: out, activation, overwrite }),
        ({ path, from, assumed }) => {
          printResult(`${path}: ${possessive(to)} names, where ${possessive(from)} were`)
          if (assumed.length > 0)
            printResult(
              `its configuration says what is assumed: ${assumed.map(assumptionInWords).join('; ')}`,
            )
        },
      ),
    )
}
