/** `adclip tokenize`: prints the token ids of CLIP's tokenizer. */
import type { Command } from 'commander'
import { pipe } from 'fp-ts/lib/function.js'
import { Effect, readText } from '../../effects/index.js'
import { withTokenizer } from '../clip-tokenizer.js'
import { withoutEngine } from '../options/engine-option.js'
import { runEffect } from '../run-effect.js'
import { printJson, printResult } from '../output.js'

const linesOf = (text: string): readonly string[] => text.replace(/\r?\n$/, '').split(/\r?\n/)

export const defineTokenize = (definition: Command): void => {
  definition
    .argument('[texts...]', 'texts to tokenize')
    .option('--file <path>', 'a file with one text a line')
    .option('--json', 'print an array of arrays of ids', false)
    .action(
      async (texts: readonly string[], { file, json }: { file?: string; json: boolean }, command: Command) =>
        withTokenizer(command, async ({ encode }) =>
          runEffect(
            command,
            withoutEngine,
            file === undefined ? Effect.of<readonly string[]>([]) : pipe(readText(file), Effect.map(linesOf)),
            (lines) => {
              const all = [...texts, ...lines].map(encode)
              if (json) printJson(all)
              else printResult(all.map((ids) => ids.join(' ')).join('\n'))
            },
          ),
        ),
    )
}
