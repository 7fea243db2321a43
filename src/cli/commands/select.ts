/** `adclip select`: ranks runs by a validator that reads no label of the target. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { selectRun } from '../../experiments/validators/select-run.js'
import type { ValidatorName } from '../../experiments/validators/validator.js'
import { validatorNames } from '../../experiments/validators/validator.js'
import { withoutEngine } from '../options/engine-option.js'
import { printJson, printResult } from '../output.js'
import { runEffect } from '../run-effect.js'
import { selectionTable } from '../runs/selection-table.js'

interface SelectOptions {
  readonly by: ValidatorName
  readonly json: boolean
}

export const defineSelect = (definition: Command): void => {
  definition
    .argument('<runs...>', 'directories of runs of train or table that have been evaluated')
    .addOption(
      new Option('--by <validator>', 'what ranks them').choices(validatorNames).default('mutual-information'),
    )
    .option('--json', 'print one JSON object instead of a table', false)
    .action(async (runs: readonly string[], { by, json }: SelectOptions, command: Command) =>
      runEffect(
        command,
        // The scores are computed in double precision, without an engine.
        withoutEngine,
        selectRun(runs, by),
        (selection) => (json ? printJson(selection) : printResult(selectionTable(selection))),
      ),
    )
}
