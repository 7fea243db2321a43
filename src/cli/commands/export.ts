/** `adclip export`: the classifier of a run as an ONNX model. */
import type { Command } from 'commander'
import { exportRun } from '../../experiments/export/export-run.js'
import { withTokenizer } from '../clip-tokenizer.js'
import type { MovedInputs } from '../options/data-set-options.js'
import { movedClipOption } from '../options/data-set-options.js'
import type { EngineChoice } from '../options/engine-option.js'
import { engineOption, loadEngine, threadsOption } from '../options/engine-option.js'
import { wholeNumber } from '../options/number-option.js'
import { overwriteOption } from '../options/start-options.js'
import { runEffect } from '../run-effect.js'
import { printResult } from '../output.js'

interface ExportOptions extends Pick<MovedInputs, 'clip'> {
  readonly run: string
  readonly out: string
  readonly batch?: number
  readonly overwrite: boolean
  readonly engine: EngineChoice
  readonly threads?: number
}

export const defineExport = (definition: Command): void => {
  definition
    .requiredOption('--run <dir>', 'the directory of a run of train')
    .requiredOption('--out <file>', 'the model, such as classifier.onnx')
    .option(
      '--batch <n>',
      'images in a run of the model, fixed (default: batches of any size)',
      wholeNumber(1),
    )
    .addOption(overwriteOption('replace a model that is at --out'))
    .addOption(movedClipOption())
    .addOption(engineOption())
    .addOption(threadsOption())
    .action(async ({ run, out, batch, engine, threads, clip, overwrite }: ExportOptions, command: Command) =>
      withTokenizer(command, async (tokenizer) =>
        runEffect(
          command,
          await loadEngine({ engine, threads }),
          exportRun(run, { tokenizer, out, batch, clip, overwrite }),
          (files) => {
            for (const { path, bytes } of files) printResult(`wrote ${path} (${(bytes / 1e6).toFixed(1)} MB)`)
          },
        ),
      ),
    )
}
