/** `adclip train`: adapts a CLIP from a labelled domain to an unlabelled one. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { AdaptationConfiguration } from '../../experiments/adaptation/configuration.js'
import { adaptationConfiguration } from '../../experiments/adaptation/configuration.js'
import { evaluateRun } from '../../experiments/evaluation/evaluate-run.js'
import type { Precision } from '../../engines/precision.js'
import { rehearseAdaptation, trainAdaptation } from '../../experiments/adaptation/train.js'
import { reportRun } from '../../report/write-report.js'
import type { CommandFailure } from '../explain-failure.js'
import { Effect } from '../../effects/index.js'
import { decodeOptions } from '../options/decode-options.js'
import { compareRun } from '../accuracy-table.js'
import type { ActivationChoice } from '../options/activation-option.js'
import { activationOption } from '../options/activation-option.js'
import type { DataSetChoices } from '../options/data-set-options.js'
import {
  classNamesOption,
  dataDescription,
  dataFields,
  layoutOption,
  strictOption,
} from '../options/data-set-options.js'
import type { EngineChoice } from '../options/engine-option.js'
import { engineOption, threadsOption } from '../options/engine-option.js'
import type { MethodChoices } from '../options/method-options.js'
import { addMethodOptions, chosenConfiguration } from '../options/method-options.js'
import { wholeNumber } from '../options/number-option.js'
import { featuresFolder, featuresOption } from '../options/features-option.js'
import { precisionField, precisionOption } from '../options/precision-option.js'
import type { LogChoice } from '../options/log-option.js'
import { logOption, trackersOf } from '../options/log-option.js'
import { noReportOption, reportLine } from '../options/report-option.js'
import { rehearseConfiguration, runConfiguration } from '../run-configuration.js'
import type { StartChoices } from '../options/start-options.js'
import { addStartOptions, dryRunOption, startOf } from '../options/start-options.js'
import { version } from '../version.js'
import { printResult } from '../output.js'

interface TrainOptions extends DataSetChoices, MethodChoices, ActivationChoice, StartChoices, LogChoice {
  readonly data: string
  readonly source: string
  readonly target: string
  readonly clip: string
  readonly out: string
  readonly seed: number
  readonly engine: EngineChoice
  readonly threads?: number
  readonly precision: Precision
  readonly detectAnomalies: boolean
  readonly features?: string
  readonly report: boolean
  readonly dryRun: boolean
}

const configurationOf = (options: TrainOptions): E.Either<CommandFailure, AdaptationConfiguration> =>
  pipe(
    chosenConfiguration(options),
    E.flatMap((method) =>
      decodeOptions(adaptationConfiguration, {
        ...method,
        ...dataFields(options),
        source: options.source,
        target: options.target,
        clip: resolve(options.clip),
        activation: options.activation,
        seed: options.seed,
        engine: options.engine,
        ...precisionField(options.precision),
        version,
      }),
    ),
  )

const train = (options: TrainOptions, command: Command): Promise<void> => {
  const { out: directory, strict, data, clip, detectAnomalies, report } = options
  if (options.dryRun) {
    const start = startOf(options)
    return rehearseConfiguration(command, configurationOf(options), (configuration) =>
      rehearseAdaptation(configuration, { directory, start, strict, data, clip }),
    )
  }
  const features = featuresFolder(options.features, options.precision)
  return runConfiguration(
    command,
    options,
    configurationOf(options),
    (configuration, tokenizer) =>
      pipe(
        trainAdaptation(configuration, {
          directory,
          tokenizer,
          start: startOf(options),
          strict,
          features,
          data,
          clip,
          detectAnomalies,
          trackers: trackersOf(options),
        }),
        Effect.flatMap(evaluateRun),
        Effect.tap((evaluated) =>
          report ? Effect.as(undefined)(reportRun(evaluated, tokenizer)) : Effect.unit,
        ),
      ),
    ({ evaluation }) => printResult([compareRun(evaluation), ...reportLine(directory, report)].join('\n\n')),
  )
}

export const defineTrain = (definition: Command): void => {
  const command = addMethodOptions(
    definition
      .requiredOption('--data <root>', dataDescription)
      .requiredOption('--source <domain>', 'the labelled domain')
      .requiredOption(
        '--target <domain>',
        'the domain to adapt to; its labels are used for nothing but the evaluation',
      )
      .requiredOption(
        '--clip <file>',
        "CLIP's weights (safetensors), or a folder with them and their configuration",
      )
      .addOption(activationOption())
      .requiredOption('--out <dir>', 'where the run is written'),
  )
    .option('--seed <n>', 'seed of weights and batches', wholeNumber(0), 1)
    .addOption(layoutOption())
    .addOption(classNamesOption())
    .addOption(strictOption())
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(precisionOption())
    .addOption(featuresOption())
  addStartOptions(command)
    .addOption(logOption())
    .addOption(noReportOption())
    .addOption(dryRunOption())
    .option(
      '--detect-anomalies',
      'look at every operation of every step, and stop at the first that makes a NaN; slower',
      false,
    )
    .action(train)
}
