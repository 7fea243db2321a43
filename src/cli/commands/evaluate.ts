/** `adclip evaluate`: target accuracy of a run, beside zero-shot CLIP's. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { readConfiguration } from '../../experiments/adaptation/configuration.js'
import { evaluateAdaptation } from '../../experiments/evaluation/evaluate-run.js'
import type { Precision } from '../../engines/precision.js'
import { reportPath } from '../../experiments/adaptation/run-files.js'
import { referenceEngine } from '../../engines/reference/engine.js'
import type { Failure } from '../../effects/index.js'
import type { Engine } from '../../engines/index.js'
import { Effect, interpret, nodeRuntime, silentTerminal } from '../../effects/index.js'
import { writeReport } from '../../report/write-report.js'
import { compareRun } from '../accuracy-table.js'
import { withTokenizer } from '../clip-tokenizer.js'
import { strictOption } from '../data-set-options.js'
import type { EngineChoice } from '../engine-option.js'
import { engineOption, loadEngine } from '../engine-option.js'
import { ownPrecisionOption } from '../precision-option.js'
import { runEffect } from '../run-effect.js'

interface EvaluateOptions {
  readonly run: string
  readonly strict: boolean
  readonly engine: EngineChoice
  /** The run's own, if not given. */
  readonly precision?: Precision
  readonly json: boolean
}

/** The engine, in the precision of the run unless another one is asked for. */
const engineOf = async (
  run: string,
  name: EngineChoice,
  asked: Precision | undefined,
): Promise<E.Either<Failure, Engine>> => {
  if (asked !== undefined) return loadEngine(name, asked)
  const configuration = await interpret(readConfiguration(run))(
    nodeRuntime(referenceEngine, silentTerminal),
  )()
  return E.isLeft(configuration)
    ? configuration
    : loadEngine(name, configuration.right.precision ?? 'float32')
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
    .addOption(ownPrecisionOption())
    .option('--json', 'print one JSON object instead of a table', false)
    .action(async ({ run, strict, engine, precision, json }: EvaluateOptions) =>
      withTokenizer(async (tokenizer) =>
        runEffect(
          await engineOf(run, engine, precision),
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
