/** `adclip list`: a line for each run in folders. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { findRuns } from '../../experiments/comparison/find-runs.js'
import { exitCodes } from '../exit-codes.js'
import { withoutEngine } from '../options/engine-option.js'
import { printNotice, printResult } from '../output.js'
import { runEffect } from '../run-effect.js'
import type { ListFormat } from '../runs/run-list.js'
import { listFormats, runList } from '../runs/run-list.js'
import { skippedLines } from '../runs/skipped-lines.js'

interface ListOptions {
  readonly format: ListFormat
}

export const defineList = (definition: Command): void => {
  definition
    .argument('[folders...]', 'folders of runs and studies, at most four levels above the runs', ['runs'])
    .addOption(new Option('--format <name>', 'how the list is printed').choices(listFormats).default('table'))
    .action(async (folders: readonly string[], { format }: ListOptions, command: Command) =>
      runEffect(command, withoutEngine, findRuns(folders), ({ runs, skipped }) => {
        for (const line of skippedLines(skipped)) printNotice(line)
        if (runs.length > 0) printResult(runList(runs, format))
        else process.exitCode = exitCodes.failed
      }),
    )
}
