/** `adclip report`: writes the report of a run as one page. */
import type { Command } from 'commander'
import { writeReport } from '../../report/write-report.js'
import { withTokenizer } from '../clip-tokenizer.js'
import type { MovedInputs } from '../options/data-set-options.js'
import { movedClipOption, movedDataOption } from '../options/data-set-options.js'
import { withoutEngine } from '../options/engine-option.js'
import { runEffect } from '../run-effect.js'
import { printResult } from '../output.js'

interface ReportChoices extends MovedInputs {
  readonly run: string
}

export const defineReport = (definition: Command): void => {
  definition
    .requiredOption('--run <dir>', 'the directory of a run of train')
    .addOption(movedDataOption())
    .addOption(movedClipOption())
    .action(async ({ run, data, clip }: ReportChoices, command: Command) =>
      withTokenizer(command, async (tokenizer) =>
        // The report computes nothing: any engine will do.
        runEffect(command, withoutEngine, writeReport(run, tokenizer, { data, clip }), (path) =>
          printResult(`wrote ${path}`),
        ),
      ),
    )
}
