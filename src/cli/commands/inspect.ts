/** `adclip inspect`: shows what a checkpoint holds. */
import type { Command } from 'commander'
import { inspectCheckpoint } from '../../formats/checkpoints/inspect.js'
import { checkpointJson, checkpointText } from '../checkpoint-table.js'
import type { ActivationChoice } from '../options/activation-option.js'
import { activationOption } from '../options/activation-option.js'
import { withoutEngine } from '../options/engine-option.js'
import { runEffect } from '../run-effect.js'
import { printJson, printResult } from '../output.js'

interface InspectOptions extends ActivationChoice {
  readonly json: boolean
}

export const defineInspect = (definition: Command): void => {
  definition
    .argument('<file>', 'a safetensors file, the index of several, or a folder with either')
    .option('--json', 'print one JSON object instead of tables', false)
    .addOption(activationOption())
    .action(async (file: string, { json, activation }: InspectOptions, command: Command) =>
      runEffect(command, withoutEngine, inspectCheckpoint(file, { activation }), (report) =>
        json ? printJson(checkpointJson(report)) : printResult(checkpointText(report)),
      ),
    )
}
