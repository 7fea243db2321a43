/** What defines a method: its settings with codec, defaults and descriptions, what it needs of a run, and its making. */
import { identity } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { keysOf, literals } from '../dsl/documents/literals.js'
import type { AnyTensor } from '../dsl/index.js'
import type { ClipTowers, EncodedImages } from '../model/index.js'
import type { Ablation } from './ablation.js'
import type { TrainingDefaults } from './training-defaults.js'
import type { AdaptationMethod } from './transductive-method.js'

/** A codec of settings, whose fields can be decoded one by one, too. */
export interface SettingsCodec<S> extends t.Type<S> {
  readonly props: { readonly [K in keyof S]: t.Type<S[K]> }
}

/** What a run of a method starts from. */
export interface Defaults<S> {
  readonly settings: S
  readonly training: TrainingDefaults
}

/** Other defaults, under a name. */
export interface Preset<P, S> extends Defaults<S> {
  readonly name: P
  /** Which of it was chosen by looking at labels of a target, where any of it was: to be said with every figure. */
  readonly chosenOnLabels?: string
}

/** Why settings do not fit a CLIP. */
export interface Misfit {
  /** The name of the setting. */
  readonly setting: string
  readonly problem: string
  readonly advice: string
}

/** A table of rows that an image encoder can give of each image: tokens [T,E] in the joint embedding, and the image itself. */
export type ImageTable = 'tokens' | 'pixels'

/** What a method reads of images in addition to the feature and the moments of levels. */
export interface ImageReading {
  readonly tables: readonly ImageTable[]
  /** Whether a step sees each image under a second, strongly changed view, too. */
  readonly strongViews: boolean
}

/** Facts about the template that a method's prompts may start as. */
export interface TemplateFacts {
  /** Tokens of the template before the class's name. */
  readonly templateTokens: number
}

/**
 * A method as the registry lists it. `S` are its settings, `P` the names of its presets, and `M` says whether it classifies image
 * by image or all images of a target at once. Options of commands, `run.json` and tables are derived from it.
 */
export interface MethodDefinition<N extends string, S, P extends string, M extends AdaptationMethod> {
  /** As `run.json` and options have it. */
  readonly name: N
  /** As tables have it. */
  readonly title: string
  readonly settings: SettingsCodec<S>
  /** What each setting is, in a line. */
  readonly descriptions: { readonly [K in keyof S]: string }
  /** Those of the first preset, where there are presets. */
  readonly defaults: Defaults<S>
  readonly presets: readonly Preset<P, S>[]
  /** Whether it learns anything. What learns nothing depends on no seed, and on no source that it does not read. */
  readonly learns: boolean
  /** Whether it reads labelled images of the source without learning from them: the means of their classes, which a run keeps. */
  readonly readsSource: boolean
  /** Whether images of the source are held out, to choose the weights that do best on them. */
  readonly holdsOut: (settings: S) => boolean
  /**
   * Whether it takes classes to be about equally frequent in a target, so that it may be worse than zero-shot CLIP where some are
   * absent.
   */
  readonly takesClassesAsEven: (settings: S) => boolean
  /** What of these settings a CLIP does not allow; nothing if all fit. */
  readonly misfit: (settings: S, towers: ClipTowers) => Misfit | undefined
  /** Nothing further, if it is not given. */
  readonly reads: ImageReading
  /** The method on a CLIP, whose settings fit it. */
  readonly on: (towers: ClipTowers, settings: S, template: TemplateFacts) => M
  /** The settings, with those that are `released` at the values that were released for a CLIP. */
  readonly resolvedFor: (settings: S, towers: ClipTowers) => S
  /** What it makes of encoded images before the text tower reads them, where the cost of that is counted. */
  readonly promptLearner?: (
    towers: ClipTowers,
    settings: S,
    images: EncodedImages<'B'>,
  ) => Readonly<Record<string, AnyTensor>>
  readonly ablations: Readonly<Record<string, Ablation<S>>>
}

/** A method with its settings, as a configuration names it. */
export type Chosen<N, S, P> = {
  readonly method: N
  /** The preset that the settings started as, where the method has presets. */
  readonly preset?: P
  readonly settings: S
}

/** A setting of a method, whichever: for those that list settings. */
export interface MethodSetting {
  /** The method's. */
  readonly title: string
  readonly field: string
  readonly description: string
  readonly codec: t.Decoder<unknown, unknown>
  readonly byDefault: unknown
}

/** A definition with what is derived from it. */
export interface Method<
  N extends string,
  S,
  P extends string,
  M extends AdaptationMethod,
> extends MethodDefinition<N, S, P, M> {
  /** The codec of the method with its settings. */
  readonly chosen: t.Type<Chosen<N, S, P>>
  readonly fields: readonly MethodSetting[]
}

/** What most definitions leave out. */
type Optional =
  | 'presets'
  | 'reads'
  | 'readsSource'
  | 'holdsOut'
  | 'takesClassesAsEven'
  | 'misfit'
  | 'resolvedFor'
  | 'ablations'

/**
 * A method for the registry.
 *
 * @example
 * const onlyCosines = defineMethod({
 *   name: 'cosines',
 *   title: 'Cosines',
 *   settings: t.type({}),
 *   descriptions: {},
 *   defaults: { settings: {}, training: { ...sharedBudget, ...releasedTraining, optimizer: 'sgd', learningRate: 0.002 } },
 *   learns: false,
 *   on: zeroShot,
 * })
 */
export const defineMethod = <
  const N extends string,
  S,
  M extends AdaptationMethod,
  const P extends string = never,
>(
  definition: Omit<MethodDefinition<N, S, P, M>, Optional> &
    Partial<Pick<MethodDefinition<N, S, P, M>, Optional>>,
): Method<N, S, P, M> => {
  const { name, title, settings, descriptions, defaults, presets = [] } = definition
  return {
    reads: { tables: [], strongViews: false },
    readsSource: false,
    holdsOut: () => false,
    takesClassesAsEven: () => false,
    misfit: () => undefined,
    resolvedFor: identity,
    ablations: {},
    ...definition,
    presets,
    fields: keysOf(descriptions).map((field) => ({
      title,
      field,
      description: descriptions[field],
      codec: settings.props[field],
      byDefault: defaults.settings[field],
    })),
    chosen: t.intersection([
      t.type({ method: t.literal(name), settings }),
      t.partial({ preset: literals(presets.map((preset) => preset.name)) }),
    ]),
  }
}
