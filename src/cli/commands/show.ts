/** `adclip show`: one run in plain words. */
import type { Command } from 'commander'
import { runDetails } from '../../experiments/comparison/run-details.js'
import { withoutEngine } from '../options/engine-option.js'
import { printJson, printResult } from '../output.js'
import { runEffect } from '../run-effect.js'
import { runDetailsText } from '../runs/run-details-text.js'

interface ShowOptions {
  readonly json: boolean
}

export const defineShow = (definition: Command): void => {
  definition
    .argument('<run>', 'the directory of a run of train, table, ablate or pretrain')
    .option('--json', 'print one JSON object instead of text', false)
    .action(async (run: string, { json }: ShowOptions, command: Command) =>
      runEffect(command, withoutEngine, runDetails(run), (details) =>
        json ? printJson(details) : printResult(runDetailsText(details)),
      ),
    )
}
