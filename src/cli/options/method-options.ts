/** Options that say which method adapts a CLIP, and how: for every command that trains. */
import { collected } from './collected.js'
import type { Command } from 'commander'
import { Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { CommandFailure } from '../explain-failure.js'
import type { MethodConfiguration } from '../../experiments/index.js'
import { methodConfiguration, withKeptViews } from '../../experiments/index.js'
import type { AnyPreset, MethodName, TrainingDefaults, TrainingSchedule } from '../../methods/index.js'
import { definitionOf, methodNames, presetsOf, sharedBudget, trainingSchedules } from '../../methods/index.js'
import type { OptimizerName } from '../../optimizers/index.js'
import { optimizerNames } from '../../optimizers/index.js'
import type { AugmentationChoices } from './augmentation-options.js'
import {
  augmentationName,
  augmentationOption,
  checkAugmentation,
  chosenAugmentation,
  viewsOption,
} from './augmentation-options.js'
import { amount, bytes, wholeNumber, wholeNumberOr } from './number-option.js'
import { addSettingOptions, refuseUnread, withGiven } from './setting-options.js'

/** How training was asked for; what is absent stays as the method has it. */
export interface TrainingChoices extends AugmentationChoices {
  readonly sameBudget?: boolean
  readonly epochs?: number
  readonly epochShots?: number | 'all'
  readonly batch?: number
  readonly optimizer?: OptimizerName
  readonly lr?: number
  readonly schedule?: TrainingSchedule
  readonly weightDecay?: number
  readonly warmUp?: number
  readonly memory?: number
  readonly template?: readonly string[]
}

/** Which method was asked for. Its settings are among the other options. */
export interface MethodChoice {
  readonly method: MethodName
  readonly preset?: AnyPreset
}

export interface MethodChoices extends TrainingChoices, MethodChoice {}

/** Every method that learns, and every preset of a method after its first, with how it is trained. */
const trainings: readonly (readonly [title: string, training: TrainingDefaults])[] = methodNames.flatMap(
  (method) => {
    const { title, learns, defaults, presets } = definitionOf(method)
    if (!learns) return []
    return [
      [title, defaults.training] as const,
      ...presets.slice(1).map(({ name, training }) => [`${title} ${name}`, training] as const),
    ]
  },
)

/** `default: 50` where all methods have the same; else the most frequent value, and who has another. */
const defaultOf = <A>(of: (training: TrainingDefaults) => A): string => {
  const values = [...new Set(trainings.map(([, training]) => of(training)))]
  const [only, ...others] = values
  if (others.length === 0) return `default: ${String(only)}`
  return values
    .map((value) => {
      const titles = trainings.filter(([, training]) => of(training) === value).map(([title]) => title)
      return `${titles.join(', ')}: ${String(value)}`
    })
    .join('; ')
}

/** The names of presets, with the methods that have them. */
export const presetNames = presetsOf(methodNames)
const withPresets = methodNames.filter((name) => definitionOf(name).presets.length > 0)
const titles = (methods: readonly MethodName[]): string =>
  methods.map((name) => definitionOf(name).title).join(', ')

export const presetDescription = `of ${titles(withPresets)}: which reading`

export const presetOption = (): Option =>
  new Option('--preset <name>', `${presetDescription} (default: ${presetNames[0]})`).choices(presetNames)

export const methodOption = (): Option =>
  new Option('--method <name>', 'what adapts').choices(methodNames).default(methodNames[0])

/** Adds all of the options to a command. */
export const addMethodOptions = (command: Command): Command =>
  addTuningOptions(command.addOption(methodOption()).addOption(presetOption()))

/** Adds the options that say how a method is trained and set, without those that say which one. */
export const addTuningOptions = (command: Command): Command =>
  addSettingOptions(
    command
      .option(
        '--same-budget',
        `train every method as long and on as many images: ${sharedBudget.epochs} epochs over the source, batches of ${sharedBudget.batch}, ${sharedBudget.warmUpEpochs} epoch of warm-up, a ${sharedBudget.schedule} schedule; optimizer and rate stay the method's own`,
      )
      .option('--epochs <n>', `epochs of training (${defaultOf(({ epochs }) => epochs)})`, wholeNumber(1))
      .option(
        '--epoch-shots <n>',
        `images of each class of the source that an epoch counts, or 'all'; all images are trained on in any case (${defaultOf(({ epochShots }) => epochShots)})`,
        wholeNumberOr('all', 1),
      )
      .option(
        '--batch <n>',
        `images of each domain in a step (${defaultOf(({ batch }) => batch)})`,
        wholeNumber(1),
      )
      .addOption(
        new Option(
          '--optimizer <name>',
          `instead of the method's own (${defaultOf(({ optimizer }) => optimizer)})`,
        ).choices(optimizerNames),
      )
      .option('--lr <rate>', `peak learning rate (${defaultOf(({ learningRate }) => learningRate)})`, amount)
      .addOption(
        new Option(
          '--schedule <name>',
          `how the rate goes on: a cosine that is stepped once per batch (it swings, with as many batches to half a period as there are epochs), once per epoch, or a continuous fall to 0; or the peak times (1 + 10 p)^-0.75 at the share p of the training, or (1 + i / 1000)^-0.75 at step i (${defaultOf(({ schedule }) => schedule)})`,
        ).choices(trainingSchedules),
      )
      .option(
        '--weight-decay <factor>',
        `L2, added to the gradient (${defaultOf(({ weightDecay }) => weightDecay)})`,
        amount,
      )
      .option(
        '--warm-up <epochs>',
        `epochs at the warm-up rate before the cosine; with a schedule per batch, batches (${defaultOf(({ warmUpEpochs }) => warmUpEpochs)}; the rate: ${defaultOf(({ warmUpRate }) => warmUpRate)})`,
        amount,
      )
      .addOption(augmentationOption(defaultOf(({ augmentation }) => augmentationName(augmentation))))
      .addOption(viewsOption())
      .option(
        '--memory <size>',
        'hold no more than this while training, such as 4GiB: steps that need more are taken some images at a time, to the same result up to rounding',
        bytes,
      )
      .option(
        '--template <text>',
        "prompt of zero-shot CLIP, such as 'a photo of a {}.'; several are averaged",
        collected,
      ),
  )

/** Refuses presets that none of these methods has, and settings that none of them reads. */
export const checkChoices = (
  options: object & AugmentationChoices,
  methods: readonly MethodName[],
  asked: AnyPreset | readonly AnyPreset[] = [],
): E.Either<CommandFailure, void> => {
  const known = presetsOf(methods)
  const unknown = [asked].flat().find((preset) => !known.includes(preset))
  return unknown === undefined
    ? pipe(
        refuseUnread(options, methods),
        E.flatMap(() => checkAugmentation(options)),
      )
    : E.left({
        tag: 'OptionRefused',
        option: '--preset',
        problem: `${methods.join(', ')}: no preset ${unknown}`,
        advice: `presets are those of ${withPresets.join(', ')}`,
      })
}

/** A method's configuration with what the options ask for, to be decoded. */
export const withChoices = (
  published: MethodConfiguration,
  options: TrainingChoices,
): Readonly<Record<string, unknown>> => {
  const own = options.sameBudget === true ? { ...published, ...sharedBudget } : published
  return {
    ...own,
    epochs: options.epochs ?? own.epochs,
    epochShots: options.epochShots ?? own.epochShots,
    batch: options.batch ?? own.batch,
    optimizer: options.optimizer ?? own.optimizer,
    learningRate: options.lr ?? own.learningRate,
    schedule: options.schedule ?? own.schedule,
    weightDecay: options.weightDecay ?? own.weightDecay,
    warmUpEpochs: options.warmUp ?? own.warmUpEpochs,
    augmentation: chosenAugmentation(own.augmentation, options),
    memory: options.memory,
    templates: options.template ?? own.templates,
    settings: withGiven(own.method, own.settings, options),
  }
}

/**
 * The configuration that the options ask for, to be decoded. Where image features are kept in a folder, views are kept by
 * default. Refuses options that the method does not read.
 */
export const chosenConfiguration = (
  options: MethodChoices & { readonly features?: string },
): E.Either<CommandFailure, Readonly<Record<string, unknown>>> =>
  pipe(
    checkChoices(options, [options.method], options.preset),
    E.map(() => {
      const own = methodConfiguration(options.method, options.preset)
      return withChoices(options.features === undefined ? own : withKeptViews(own), options)
    }),
  )
