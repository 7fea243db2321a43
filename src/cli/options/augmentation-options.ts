/** `--augmentation` and `--views`: what training sees of an image. */
import { Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { keptViewsByDefault } from '../../experiments/adaptation/configuration.js'
import type { Augmentation } from '../../methods/index.js'
import type { CommandFailure } from '../explain-failure.js'
import { wholeNumber } from './number-option.js'

const augmentations = ['none', 'fresh', 'views'] as const

export interface AugmentationChoices {
  readonly augmentation?: (typeof augmentations)[number]
  /** How many crops are kept of each image; `--augmentation views` without it keeps the default number. */
  readonly views?: number
}

/** The name that the option has for an augmentation. */
export const augmentationName = (augmentation: Augmentation): string =>
  typeof augmentation === 'string' ? augmentation : 'views'

/** The option of the augmentation. `defaults` says which method has which one. */
export const augmentationOption = (defaults: string): Option =>
  new Option(
    '--augmentation <name>',
    `what training sees of an image; none: the whole and its mirror image; fresh: a new random crop in every epoch; views: random crops that are kept (${defaults}; views instead of fresh where features are kept)`,
  ).choices(augmentations)

export const viewsOption = (): Option =>
  new Option(
    '--views <n>',
    `random crops that are kept of each image (default: ${keptViewsByDefault})`,
  ).argParser(wholeNumber(1))

/** The augmentation that is asked for, or else the method's own. */
export const chosenAugmentation = (
  own: Augmentation,
  { augmentation, views }: AugmentationChoices,
): Augmentation => {
  if (augmentation === 'none' || augmentation === 'fresh') return augmentation
  return augmentation === 'views' || views !== undefined ? { views: views ?? keptViewsByDefault } : own
}

/** Refuses a number of views next to an augmentation that keeps none. */
export const checkAugmentation = ({
  augmentation,
  views,
}: AugmentationChoices): E.Either<CommandFailure, void> =>
  views === undefined || augmentation === undefined || augmentation === 'views'
    ? E.right(undefined)
    : E.left({
        tag: 'OptionRefused',
        option: `--views ${views}`,
        problem: `--augmentation ${augmentation} keeps no random crops`,
        advice: 'leave one of them out, or give --augmentation views',
      })
