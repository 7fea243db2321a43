/** `adclip evaluate`: target accuracy of a run, compared with zero-shot CLIP. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { readConfiguration } from '../../experiments/adaptation/configuration.js'
import { evaluateRun, readTrainedRun } from '../../experiments/evaluation/evaluate-run.js'
import type { Precision } from '../../engines/precision.js'
import { reportPath } from '../../experiments/adaptation/run-files.js'
import { referenceEngine } from '../../engines/reference/engine.js'
import type { Failure } from '../../effects/index.js'
import { Effect, interpret, nodeRuntime, silentTerminal } from '../../effects/index.js'
import { reportRun } from '../../report/write-report.js'
import { compareRun } from '../accuracy-table.js'
import { withTokenizer } from '../clip-tokenizer.js'
import type { MovedInputs } from '../options/data-set-options.js'
import { movedClipOption, movedDataOption, strictOption } from '../options/data-set-options.js'
import type { EngineChoice } from '../options/engine-option.js'
import { engineOption, loadEngine, threadsOption } from '../options/engine-option.js'
import { featuresFolder, featuresOption } from '../options/features-option.js'
import { ownPrecisionOption } from '../options/precision-option.js'
import { failWith, runEffect } from '../run-effect.js'
import { printJson, printResult } from '../output.js'

interface EvaluateOptions extends MovedInputs {
  readonly run: string
  readonly strict: boolean
  readonly engine: EngineChoice
  readonly threads?: number
  /** The run's own, if not given. */
  readonly precision?: Precision
  readonly features?: string
  readonly json: boolean
}

/** The precision that is asked for, or that the run was trained in. */
const precisionOf = async (
  run: string,
  asked: Precision | undefined,
): Promise<E.Either<Failure, Precision>> =>
  asked === undefined
    ? pipe(
        await interpret(readConfiguration(run))(nodeRuntime(referenceEngine, silentTerminal))(),
        E.map(({ precision }): Precision => precision ?? 'float32'),
      )
    : E.right(asked)

const evaluate = async (options: EvaluateOptions, command: Command): Promise<void> => {
  const { run, strict, json, data, clip } = options
  const precision = await precisionOf(run, options.precision)
  if (E.isLeft(precision)) return failWith(command, precision.left)
  const features = featuresFolder(options.features, precision.right)
  return withTokenizer(command, async (tokenizer) =>
    runEffect(
      command,
      await loadEngine(options, precision.right),
      pipe(
        readTrainedRun(run, tokenizer, { strict, features, data, clip }),
        Effect.flatMap(evaluateRun),
        Effect.tap((evaluated) => reportRun(evaluated, tokenizer)),
      ),
      ({ evaluation }) =>
        json ? printJson(evaluation) : printResult(`${compareRun(evaluation)}\n\nreport: ${reportPath(run)}`),
    ),
  )
}

export const defineEvaluate = (definition: Command): void => {
  definition
    .requiredOption('--run <dir>', 'the directory of a run of train')
    .addOption(movedDataOption())
    .addOption(movedClipOption())
    .addOption(strictOption())
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(ownPrecisionOption())
    .option('--json', 'print one JSON object instead of a table', false)
    .addOption(featuresOption())
    .action(evaluate)
}
