/** `adclip report`: writes the report of a run as one page. */
import type { Command } from 'commander'
import { writeReport } from '../../report/write-report.js'
import { withTokenizer } from '../clip-tokenizer.js'
import { loadEngine } from '../options/engine-option.js'
import { runEffect } from '../run-effect.js'

export const registerReport = (cli: Command): void => {
  cli
    .command('report')
    .description('write report.html of a run that has been evaluated: one file, for any browser')
    .requiredOption('--run <dir>', 'the directory of a run of train')
    .action(async ({ run }: { readonly run: string }, command: Command) =>
      withTokenizer(command, async (tokenizer) =>
        // The report computes nothing: any engine will do.
        runEffect(command, await loadEngine('reference'), writeReport(run, tokenizer), (path) =>
          console.log(`wrote ${path}`),
        ),
      ),
    )
}
