/** `adclip pretrain`: trains a small CLIP from scratch. */
import type { Command } from 'commander'
import type * as E from 'fp-ts/lib/Either.js'
import { join } from 'node:path'
import type { PretrainConfiguration } from '../../experiments/pretraining/configuration.js'
import { pretrainConfiguration } from '../../experiments/pretraining/configuration.js'
import type { Precision } from '../../engines/precision.js'
import { pretrainClip } from '../../experiments/pretraining/pretrain.js'
import { rehearsePretraining } from '../../experiments/pretraining/pretraining-start.js'
import type { DataSetChoices } from '../options/data-set-options.js'
import {
  classNamesOption,
  dataDescription,
  dataFields,
  layoutOption,
  strictOption,
} from '../options/data-set-options.js'
import { decodeOptions } from '../options/decode-options.js'
import type { EngineChoice } from '../options/engine-option.js'
import { engineOption, threadsOption } from '../options/engine-option.js'
import type { CommandFailure } from '../explain-failure.js'
import { amount, bytes, names, share, wholeNumber } from '../options/number-option.js'
import type { LogChoice } from '../options/log-option.js'
import { logOption, trackersOf } from '../options/log-option.js'
import { precisionField, precisionOption } from '../options/precision-option.js'
import { rehearseConfiguration, runConfiguration } from '../run-configuration.js'
import type { StartChoices } from '../options/start-options.js'
import { addStartOptions, dryRunOption, startOf } from '../options/start-options.js'
import { version } from '../version.js'
import { printResult } from '../output.js'

interface PretrainOptions
  extends
    DataSetChoices,
    StartChoices,
    LogChoice,
    Omit<
      PretrainConfiguration,
      'kind' | 'learningRate' | 'warmUpEpochs' | 'version' | 'engine' | 'precision' | 'layout' | 'classNames'
    > {
  readonly out: string
  readonly lr: number
  readonly warmUp: number
  readonly engine: EngineChoice
  readonly threads?: number
  readonly precision: Precision
  readonly dryRun: boolean
}

const configurationOf = ({
  out: _,
  resume: __,
  overwrite: ___,
  strict: ____,
  threads: _____,
  log: ______,
  dryRun: _______,
  lr,
  warmUp,
  precision,
  ...options
}: PretrainOptions): E.Either<CommandFailure, PretrainConfiguration> =>
  decodeOptions(pretrainConfiguration, {
    ...options,
    ...dataFields(options),
    kind: 'pretrain',
    learningRate: lr,
    warmUpEpochs: warmUp,
    ...precisionField(precision),
    version,
  })

const pretrain = (options: PretrainOptions, command: Command): Promise<void> => {
  const { out: directory, strict, data } = options
  if (options.dryRun) {
    const start = startOf(options)
    return rehearseConfiguration(command, configurationOf(options), (configuration) =>
      rehearsePretraining(configuration, { directory, start, strict, data }),
    )
  }
  return runConfiguration(
    command,
    options,
    configurationOf(options),
    (configuration, tokenizer) =>
      pretrainClip(configuration, {
        directory,
        tokenizer,
        start: startOf(options),
        strict,
        data,
        trackers: trackersOf(options),
      }),
    () => printResult(`wrote ${join(directory, 'clip.safetensors')}`),
  )
}

export const definePretrain = (definition: Command): void => {
  const command = definition
    .requiredOption('--data <root>', dataDescription)
    .requiredOption('--domains <a,b,c>', 'domains to train on', names)
    .requiredOption('--out <dir>', 'where the run and clip.safetensors are written')
    .option('--epochs <n>', 'passes over the images', wholeNumber(1), 30)
    .option('--batch <n>', 'images in a step', wholeNumber(1), 64)
    .option('--lr <rate>', 'peak learning rate of AdamW', amount, 2e-3)
    .option('--weight-decay <factor>', 'decoupled weight decay', amount, 0.05)
    .option(
      '--text-rate <share>',
      "learning rate of the text tower, as a share of the image tower's",
      share,
      0.05,
    )
    .option('--warm-up <epochs>', 'epochs in which the rate rises to its peak', amount, 2)
    .option('--seed <n>', 'seed of weights and batches', wholeNumber(0), 1)
    .option('--resolution <pixels>', 'side of the images', wholeNumber(8), 96)
    .option('--patch <pixels>', 'side of a patch', wholeNumber(2), 12)
    .option('--embedding <n>', 'width of the joint embedding', wholeNumber(1), 128)
    .option('--vision-width <n>', 'width of the image tower, 64 to a head', wholeNumber(64), 128)
    .option('--vision-layers <n>', 'blocks of the image tower', wholeNumber(1), 4)
    .option('--text-width <n>', 'width of the text tower, 64 to a head', wholeNumber(64), 128)
    .option('--text-layers <n>', 'blocks of the text tower', wholeNumber(1), 3)
    .option('--position-scale <factor>', "scale of the image tower's initial position embeddings", amount, 8)
    .option('--least-area <share>', 'least share of an image that a random crop keeps', share, 0.4)
    .option('--colour <share>', 'probability of a random change of colours', share, 0.5)
    .option('--edges <share>', 'probability of replacing an image by its edges', share, 0.2)
    .option(
      '--memory <size>',
      'hold no more than this while training, such as 4GiB; images that do not fit are decoded again for each step (default: 1 GiB of images is kept)',
      bytes,
    )
    .addOption(layoutOption())
    .addOption(classNamesOption())
    .addOption(strictOption())
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(precisionOption())
  addStartOptions(command).addOption(logOption()).addOption(dryRunOption()).action(pretrain)
}
