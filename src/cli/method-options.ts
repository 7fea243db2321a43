/** Options that say which method adapts a CLIP, and how: for every command that trains. */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import * as R from 'fp-ts/lib/Record.js'
import { methodConfiguration } from '../experiments/adaptation/configuration.js'
import type { MethodName } from '../methods/index.js'
import { methodNames } from '../methods/index.js'
import type { PresetName } from '../methods/index.js'
import { presetTraining } from '../methods/index.js'
import type { OptimizerName } from '../optimizers/index.js'
import { optimizerNames } from '../optimizers/index.js'
import { assignments } from './assignments.js'
import { amount, bytes, share, wholeNumber } from './number-option.js'

/** What was asked for; what is absent stays as the method has it. */
export interface MethodChoices {
  readonly method: MethodName
  readonly preset: PresetName
  readonly switch?: Readonly<Record<string, string>>
  readonly lossWeights?: Readonly<Record<string, string>>
  readonly epochs: number
  readonly batch: number
  readonly optimizer?: OptimizerName
  readonly lr?: number
  readonly weightDecay: number
  readonly warmUp: number
  readonly crops?: number
  readonly memory?: number
  readonly imageTokens: number
  readonly levels: number | 'all'
  readonly styleHidden: number
  readonly mappingHidden: number
  readonly contextTokens: number
  readonly threshold: number
  readonly template?: readonly string[]
}

const defaults = methodConfiguration('ad-clip')

export const presetNames = ['reference', 'paper', 'robust'] as const satisfies readonly PresetName[]

const levelCount = (text: string): number | 'all' => (text === 'all' ? 'all' : wholeNumber(1)(text))

const weight = (text: string): number => {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new InvalidArgumentError(`'${text}' is not a number.`)
  return value
}

const lossWeights = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const read = assignments(Object.keys(defaults.lossWeights))(text, before)
  R.map(weight)(read)
  return read
}

const collected = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

export const presetOption = (): Option =>
  new Option('--preset <name>', 'which reading of AD-CLIP').choices(presetNames).default(defaults.preset)

/** Adds all of the options to a command. */
export const addMethodOptions = (command: Command): Command =>
  addTuningOptions(
    command
      .addOption(new Option('--method <name>', 'what adapts').choices(methodNames).default(defaults.method))
      .addOption(presetOption()),
  )

/** Adds the options that say how a method is tuned, without those that say which one. */
export const addTuningOptions = (command: Command): Command =>
  command
    .option(
      '--switch <name=value,...>',
      `AD-CLIP with another reading of one point: ${Object.keys(defaults.switches).join(', ')}`,
      assignments(Object.keys(defaults.switches)),
    )
    .option(
      '--loss-weights <name=number,...>',
      `AD-CLIP with other weights of ${Object.keys(defaults.lossWeights).join(', ')}`,
      lossWeights,
    )
    .option('--epochs <n>', 'passes over the source', wholeNumber(1), defaults.epochs)
    .option('--batch <n>', 'images of each domain in a step', wholeNumber(1), defaults.batch)
    .addOption(
      new Option('--optimizer <name>', "instead of the method's own (AD-CLIP: adam)").choices(optimizerNames),
    )
    .option(
      '--lr <rate>',
      `peak learning rate (AD-CLIP: ${presetTraining.reference.learningRate}; robust: ${presetTraining.robust.learningRate})`,
      amount,
    )
    .option('--weight-decay <factor>', 'L2, added to the gradient', amount, defaults.weightDecay)
    .option(
      '--warm-up <epochs>',
      `epochs at a rate of ${defaults.warmUpRate} before the cosine`,
      amount,
      defaults.warmUpEpochs,
    )
    .option(
      '--crops <n>',
      'random crops of each image to train on, beside the whole and its mirror image',
      wholeNumber(0),
    )
    .option(
      '--memory <size>',
      'hold no more than this while training, such as 4GiB: steps that need more are taken some images at a time, to the same result up to rounding',
      bytes,
    )
    .option('--image-tokens <n>', 'image tokens in a prompt of AD-CLIP', wholeNumber(1), defaults.imageTokens)
    .option(
      '--levels <n>',
      'levels of the image encoder that AD-CLIP reads, the last ones',
      levelCount,
      defaults.levels,
    )
    .option('--style-hidden <n>', 'hidden width of the style projector', wholeNumber(1), defaults.styleHidden)
    .option(
      '--mapping-hidden <n>',
      'hidden width of the style mapping network',
      wholeNumber(1),
      defaults.mappingHidden,
    )
    .option(
      '--context-tokens <n>',
      'learned vectors in a context of CoOp and DAPL',
      wholeNumber(1),
      defaults.contextTokens,
    )
    .option(
      '--threshold <p>',
      'how probable a guess must be for DAPL to learn from it',
      share,
      defaults.threshold,
    )
    .option(
      '--template <text>',
      `prompt of zero-shot CLIP, such as '${defaults.templates[0]}'; several are averaged`,
      collected,
    )

/** The configuration that the options ask for, to be decoded: a switch may have been given a value that it does not know. */
export const chosenMethod = (choices: MethodChoices): Readonly<Record<string, unknown>> => {
  const own = methodConfiguration(choices.method, choices.preset)
  return {
    ...own,
    switches: { ...own.switches, ...choices.switch },
    lossWeights: { ...own.lossWeights, ...R.map(weight)(choices.lossWeights ?? {}) },
    epochs: choices.epochs,
    batch: choices.batch,
    optimizer: choices.optimizer ?? own.optimizer,
    learningRate: choices.lr ?? own.learningRate,
    weightDecay: choices.weightDecay,
    warmUpEpochs: choices.warmUp,
    crops: choices.crops,
    memory: choices.memory,
    imageTokens: choices.imageTokens,
    levels: choices.levels,
    styleHidden: choices.styleHidden,
    mappingHidden: choices.mappingHidden,
    contextTokens: choices.contextTokens,
    threshold: choices.threshold,
    templates: choices.template ?? own.templates,
  }
}
