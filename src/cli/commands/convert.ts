/** `adclip convert`: writes a CLIP under the names of another convention. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { convertClip } from '../../formats/checkpoints/convert.js'
import type { NamingConvention } from '../../model/index.js'
import { namingConventions, possessive } from '../../model/index.js'
import { loadEngine } from '../options/engine-option.js'
import { runEffect } from '../run-effect.js'

export const registerConvert = (cli: Command): void => {
  cli
    .command('convert')
    .description(
      'write a CLIP under the names of OpenAI, open_clip or Hugging Face, every number bit for bit',
    )
    .argument('<in>', 'the checkpoint, under any of these names')
    .addOption(
      new Option('--to <convention>', 'whose names').choices(namingConventions).makeOptionMandatory(),
    )
    .requiredOption(
      '--out <path>',
      'a .safetensors file, or a folder for model.safetensors and its config.json',
    )
    .action(async (input: string, { to, out }: { to: NamingConvention; out: string }, command: Command) =>
      runEffect(
        command,
        await loadEngine('reference'),
        convertClip(input, { convention: to, output: out }),
        ({ path, from }) => console.log(`${path}: ${possessive(to)} names, where ${possessive(from)} were`),
      ),
    )
}
