/** `adclip compare`: one page across runs and studies. */
import type { Command } from 'commander'
import { writeComparison } from '../../report/comparison/write-comparison.js'
import { exitCodes } from '../exit-codes.js'
import { withoutEngine } from '../options/engine-option.js'
import { overwriteOption } from '../options/start-options.js'
import { printNotice, printResult } from '../output.js'
import { runEffect } from '../run-effect.js'
import { comparisonTable } from '../runs/comparison-table.js'
import { skippedLines } from '../runs/skipped-lines.js'
import { version } from '../version.js'

interface CompareOptions {
  readonly out: string
  readonly overwrite: boolean
}

export const defineCompare = (definition: Command): void => {
  definition
    .argument('<folders...>', 'runs, studies, and folders of either')
    .option('--out <file>', 'where the page is written', 'comparison.html')
    .addOption(overwriteOption('replace a page that is there'))
    .action(async (folders: readonly string[], { out, overwrite }: CompareOptions, command: Command) =>
      runEffect(
        command,
        withoutEngine,
        writeComparison(folders, out, { overwrite, producer: `tensile ${version}` }),
        (comparison) => {
          for (const line of skippedLines(comparison.skipped)) printNotice(line)
          if (comparison.groups.length > 0) printResult(`${comparisonTable(comparison)}\n\nwrote ${out}`)
          else {
            printNotice('adclip: there is no evaluated run to compare')
            process.exitCode = exitCodes.failed
          }
        },
      ),
    )
}
