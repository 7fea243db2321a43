/** `adclip evaluate`: accuracy of a run on its target or on other images, compared with zero-shot CLIP. */
import type { Command } from 'commander'
import { Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { Effect } from '../../effects/index.js'
import { writeText } from '../../effects/text-file.js'
import type { Precision } from '../../engines/precision.js'
import type { EvaluatedImages, EvaluatedOn } from '../../experiments/evaluation/evaluate-run-on.js'
import { evaluateRunOn } from '../../experiments/evaluation/evaluate-run-on.js'
import { evaluateRun, readTrainedRun } from '../../experiments/evaluation/evaluate-run.js'
import { reportRun } from '../../report/write-report.js'
import { compareRun } from '../accuracy-table.js'
import { withTokenizer } from '../clip-tokenizer.js'
import { classifiedCsv } from '../classified-csv.js'
import type { MovedInputs } from '../options/data-set-options.js'
import { movedClipOption, movedDataOption, strictOption } from '../options/data-set-options.js'
import type { EngineChoices } from '../options/engine-option.js'
import { engineOption, loadEngine, threadsOption } from '../options/engine-option.js'
import { featuresFolder, featuresOption } from '../options/features-option.js'
import { ownPrecisionOption } from '../options/precision-option.js'
import { noReportOption, reportLine } from '../options/report-option.js'
import { printJson, printResult } from '../output.js'
import { failWith, runEffect } from '../run-effect.js'
import { runPrecision } from '../run-precision.js'

interface EvaluateOptions extends MovedInputs, EngineChoices {
  readonly run: string
  readonly target?: string
  readonly list?: string
  readonly predictions?: string
  readonly strict: boolean
  /** The run's own, if not given. */
  readonly precision?: Precision
  readonly features?: string
  readonly report: boolean
  readonly json: boolean
}

/** The images that are asked for in the place of the run's own target. */
const otherImages = ({ target, list }: EvaluateOptions): EvaluatedImages | undefined => {
  if (list !== undefined) return { tag: 'List', path: list }
  return target === undefined ? undefined : { tag: 'Domain', domain: target }
}

/** Whether a page of the run is written: one of its own target alone. */
const writesReport = (options: EvaluateOptions): boolean =>
  options.report && otherImages(options) === undefined

const evaluate = async (options: EvaluateOptions, command: Command): Promise<void> => {
  const { run, strict, json, data, clip, predictions: csv } = options
  const precision = options.precision === undefined ? await runPrecision(run) : E.right(options.precision)
  if (E.isLeft(precision)) return failWith(command, precision.left)
  const features = featuresFolder(options.features, precision.right)
  const others = otherImages(options)
  const written = writesReport(options)
  return withTokenizer(command, async (tokenizer) => {
    const own: Effect.Effect<EvaluatedOn> = pipe(
      readTrainedRun(run, tokenizer, { strict, features, data, clip }),
      Effect.flatMap(evaluateRun),
      Effect.tap((evaluated) =>
        written ? Effect.as(undefined)(reportRun(evaluated, tokenizer)) : Effect.unit,
      ),
      Effect.map(({ evaluation, predictions, run: { task } }) => ({
        evaluation,
        classified: predictions.target,
        classes: task.classes,
      })),
    )
    return runEffect(
      command,
      await loadEngine(options, precision.right),
      pipe(
        others === undefined ? own : evaluateRunOn(run, others, tokenizer, { strict, features, data, clip }),
        Effect.tap((evaluated) =>
          csv === undefined ? Effect.unit : writeText(csv, classifiedCsv(evaluated)),
        ),
      ),
      ({ evaluation }) => {
        if (json) printJson(evaluation)
        else printResult([compareRun(evaluation), ...reportLine(run, written)].join('\n\n'))
      },
    )
  })
}

export const defineEvaluate = (definition: Command): void => {
  definition
    .requiredOption('--run <dir>', 'the directory of a run of train')
    .addOption(movedDataOption())
    .addOption(movedClipOption())
    .option(
      '--target <domain>',
      "another domain of the data set, or of --data, in the place of the run's target; nothing is written into the run",
    )
    .addOption(
      new Option(
        '--list <file>',
        'the images of a list in the place of the target: on each line a path below the data set, and a class by name or number',
      ).conflicts('target'),
    )
    .option(
      '--predictions <file>',
      'write a line for each image as CSV: path, label, class and probability before and after adaptation',
    )
    .addOption(strictOption())
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(ownPrecisionOption())
    .addOption(noReportOption())
    .option('--json', 'print one JSON object instead of a table', false)
    .addOption(featuresOption())
    .action(evaluate)
}
