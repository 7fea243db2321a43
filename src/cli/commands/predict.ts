/** `adclip predict`: classes of images, by a run or by an exported model. */
import type { Command } from 'commander'
import { Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { counted } from '../../effects/counted.js'
import { openModel } from '../../engines/onnx/open-model.js'
import { predictWithModel } from '../../experiments/prediction/predict-model.js'
import { predictWithRun } from '../../experiments/prediction/predict-run.js'
import type { PredictedImages } from '../../experiments/prediction/predicted-images.js'
import { withTokenizer } from '../clip-tokenizer.js'
import { exitCodes } from '../exit-codes.js'
import { movedClipOption } from '../options/data-set-options.js'
import type { EngineChoices } from '../options/engine-option.js'
import { engineOption, loadEngine, threadsOption, withoutEngine } from '../options/engine-option.js'
import { featuresFolder, featuresOption } from '../options/features-option.js'
import { wholeNumber } from '../options/number-option.js'
import { printNotice, printResult } from '../output.js'
import type { PredictionFormat } from '../prediction-lines.js'
import { predictionFormats, predictionLines } from '../prediction-lines.js'
import { runPrecision } from '../run-precision.js'
import { failWith, runEffect } from '../run-effect.js'

interface PredictOptions extends EngineChoices {
  readonly run?: string
  readonly model?: string
  readonly clip?: string
  readonly features?: string
  readonly format: PredictionFormat
  readonly top: number
}

const show = (predicted: PredictedImages, options: PredictOptions): void => {
  printResult(predictionLines(predicted, options).join('\n'))
  const { skipped } = predicted
  if (skipped.length === 0) return
  printNotice(`${counted(skipped.length, 'image')} could not be read`)
  process.exitCode = exitCodes.checkFailed
}

const byModel = async (
  model: string,
  paths: readonly string[],
  options: PredictOptions,
  command: Command,
): Promise<void> => {
  const opened = await openModel(model, options)()
  if (E.isLeft(opened)) return failWith(command, opened.left)
  const { executable } = opened.right
  await runEffect(command, withoutEngine, predictWithModel(model, opened.right, paths), (predicted) =>
    show(predicted, options),
  )
  const closed = await executable.dispose()()
  if (E.isLeft(closed)) failWith(command, closed.left)
}

const byRun = async (
  run: string,
  paths: readonly string[],
  options: PredictOptions,
  command: Command,
): Promise<void> => {
  const precision = await runPrecision(run)
  if (E.isLeft(precision)) return failWith(command, precision.left)
  const { clip } = options
  const features = featuresFolder(options.features, precision.right)
  return withTokenizer(command, async (tokenizer) =>
    runEffect(
      command,
      await loadEngine(options, precision.right),
      predictWithRun(run, paths, tokenizer, { clip, features }),
      (predicted) => show(predicted, options),
    ),
  )
}

export const definePredict = (definition: Command): void => {
  definition
    .argument('<images...>', 'images, or folders of images')
    .addOption(new Option('--run <dir>', 'the directory of a run of train').conflicts('model'))
    .addOption(
      new Option('--model <file>', 'a model that export wrote, with its description next to it').conflicts([
        'clip',
        'features',
      ]),
    )
    .addOption(
      new Option('--format <name>', 'comma-separated values, or a JSON object on each line')
        .choices(predictionFormats)
        .default('csv'),
    )
    .option('--top <n>', 'classes of each image, the likeliest first', wholeNumber(1), 1)
    .addOption(movedClipOption())
    .addOption(featuresOption())
    .addOption(engineOption())
    .addOption(threadsOption())
    .action(async (paths: readonly string[], options: PredictOptions, command: Command) => {
      const { run, model } = options
      if (run !== undefined) return byRun(run, paths, options, command)
      if (model !== undefined) return byModel(model, paths, options, command)
      return failWith(command, {
        tag: 'OptionRefused',
        option: '--run',
        problem: 'there is nothing to classify by',
        advice: 'give --run or --model',
      })
    })
}
