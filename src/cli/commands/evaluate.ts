/** `adclip evaluate`: target accuracy of a run, beside zero-shot CLIP's. */
import type { Command } from 'commander'
import { pipe } from 'fp-ts/lib/function.js'
import { evaluateAdaptation } from '../../effects/adaptation/evaluate.js'
import type { Precision } from '../../effects/engines/precision.js'
import { reportPath } from '../../effects/adaptation/run-files.js'
import { Effect } from '../../effects/index.js'
import { writeReport } from '../../effects/report/write-report.js'
import { compareRun } from '../accuracy-table.js'
import { withTokenizer } from '../clip-tokenizer.js'
import { strictOption } from '../data-set-options.js'
import type { EngineName } from '../engine-option.js'
import { engineOption, loadEngine } from '../engine-option.js'
import { precisionOption } from '../precision-option.js'
import { runEffect } from '../run-effect.js'

interface EvaluateOptions {
  readonly run: string
  readonly strict: boolean
  readonly engine: EngineName
  readonly precision: Precision
  readonly json: boolean
}

export const registerEvaluate = (cli: Command): void => {
  cli
    .command('evaluate')
    .description(
      'target accuracy of a run beside zero-shot CLIP: overall, balanced and per class; and its report.html',
    )
    .requiredOption('--run <dir>', 'the directory of a run of train')
    .addOption(strictOption())
    .addOption(engineOption())
    .addOption(precisionOption())
    .option('--json', 'print one JSON object instead of a table', false)
    .action(async ({ run, strict, engine, precision, json }: EvaluateOptions) =>
      withTokenizer(async (tokenizer) =>
        runEffect(
          await loadEngine(engine, precision),
          pipe(
            evaluateAdaptation(run, tokenizer, { strict }),
            Effect.tap(() => writeReport(run, tokenizer)),
          ),
          (evaluation) =>
            console.log(
              json ? JSON.stringify(evaluation) : `${compareRun(evaluation)}\n\nreport: ${reportPath(run)}`,
            ),
        ),
      ),
    )
}
