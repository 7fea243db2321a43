/** `adclip inspect`: what is in a checkpoint. */
import type { Command } from 'commander'
import { inspectCheckpoint } from '../../formats/checkpoints/inspect.js'
import { checkpointJson, checkpointText } from '../checkpoint-table.js'
import { loadEngine } from '../engine-option.js'
import { runEffect } from '../run-effect.js'

export const registerInspect = (cli: Command): void => {
  cli
    .command('inspect')
    .description('what is in a checkpoint: the CLIP that it is, its parts, its tensors')
    .argument('<file>', 'a safetensors file, the index of several, or a folder with either')
    .option('--json', 'print one JSON object instead of tables', false)
    .action(async (file: string, { json }: { json: boolean }, command: Command) =>
      runEffect(command, await loadEngine('reference'), inspectCheckpoint(file), (report) =>
        console.log(json ? checkpointJson(report) : checkpointText(report)),
      ),
    )
}
