/** `run.json`: the whole configuration of an adaptation, enough to repeat it. */
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { integer, positiveInteger, sizeUpTo } from '../../dsl/documents/integer.js'
import { literals } from '../../dsl/documents/literals.js'
import { nonNegative } from '../../dsl/documents/number-in.js'
import { layoutName } from '../../data/layouts.js'
import { targetShift } from '../../data/target-shift.js'
import { blockActivation } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import { ifMissing } from '../../effects/operations.js'
import { readJson } from '../../effects/text-file.js'
import type {
  Augmentation,
  ChosenMethod,
  MethodName,
  MethodPreset,
  TrainingDefaults,
} from '../../methods/index.js'
import { chosenMethod, definitionOf, trainingSchedules } from '../../methods/index.js'
import { optimizerName } from '../../optimizers/index.js'
import { halfPrecision } from '../../training/half-precision.js'
import { configurationPath } from '../../training/fit-plan.js'
import { checkFinished } from '../../training/run-directory.js'
import { adaptationRun } from './run-files.js'

/** What a run reads and computes with. */
const surroundings = t.intersection([
  t.type({
    /** Root of the data set. */
    data: t.string,
    source: t.string,
    target: t.string,
    /** CLIP's checkpoint. */
    clip: t.string,
    engine: t.string,
    /** Of this library. */
    version: t.string,
  }),
  t.partial({
    /** Layout of the data set; without one it is detected. */
    layout: layoutName,
    /** A file that names the classes; without one they are called as their folders. */
    classNames: t.string,
    /** The images that the target has, where it does not have all of its domain's. */
    targetShift,
    /** The activation of CLIP's blocks, where no configuration next to its weights states it. */
    activation: blockActivation,
    /** The activation was not asked for: it is assumed to be that of OpenAI's CLIPs. */
    activationAssumed: t.literal(true),
  }),
])

const augmentation: t.Type<Augmentation> = t.union([
  literals(['none', 'fresh']),
  t.type({ views: sizeUpTo(1024) }),
])

/** How a run trains, whatever its method. */
const training = t.intersection([
  t.type({
    kind: t.literal('adaptation'),
    epochs: positiveInteger,
    /** Images of each class of the source that an epoch counts. All images are trained on, whatever it is. */
    epochShots: t.union([positiveInteger, t.literal('all')]),
    /** Images of each domain in a step. */
    batch: positiveInteger,
    optimizer: optimizerName,
    /** At its peak. */
    learningRate: nonNegative,
    /** How the rate goes on from one step to the next. */
    schedule: literals(trainingSchedules),
    /** L2, added to the gradient. */
    weightDecay: nonNegative,
    /** Epochs at `warmUpRate` before the cosine begins; where it is stepped once in a batch, batches. */
    warmUpEpochs: nonNegative,
    warmUpRate: nonNegative,
    /** What training sees of an image; the views that are kept of each are as many for all. */
    augmentation,
    seed: integer,
    /** Texts of zero-shot CLIP, averaged; the first is the one that prompts begin as. */
    templates: t.array(t.string),
  }),
  t.partial({
    /** Bytes that the process may hold while it trains; steps are taken in parts where they need more. No limit if absent. */
    memory: positiveInteger,
    /** What matrix products are computed in; float32 if absent. float16 scales the loss. */
    precision: halfPrecision,
    /** No step is taken: the result is the initial parameters. */
    untrained: t.literal(true),
  }),
])

/** A method, its settings, and how it is trained; nothing of data, CLIP or machine. */
export type MethodConfiguration<N extends MethodName = MethodName> = t.TypeOf<typeof training> &
  ChosenMethod<N>

/** The whole configuration of a run: of one method, or of any. */
export type AdaptationConfiguration<N extends MethodName = MethodName> = t.TypeOf<typeof surroundings> &
  MethodConfiguration<N>

/** The codec of what a configuration says of method and training. */
export const methodConfigurationCodec: t.Type<MethodConfiguration> = t.intersection([training, chosenMethod])

/** The codec of `run.json`. The settings of a method are decoded by the method's own codec. */
export const adaptationConfiguration: t.Type<AdaptationConfiguration> = t.intersection([
  surroundings,
  training,
  chosenMethod,
])

/**
 * The configuration of a method as published: of its first preset, where it has presets and none is named.
 *
 * @example
 * const configuration = { ...methodConfiguration('ad-clip', 'robust'), epochs: 5 }
 */
export const methodConfiguration = <N extends MethodName>(
  method: N,
  preset?: MethodPreset[N],
): MethodConfiguration<N> => {
  const { defaults, presets } = definitionOf(method)
  const [first] = presets
  const named = preset === undefined ? first : presets.find(({ name }) => name === preset)
  const { settings, training: own } = named ?? defaults
  const chosen: ChosenMethod<N> = {
    method,
    ...(named === undefined ? {} : { preset: named.name }),
    settings,
  }
  return { ...shared(own), ...chosen }
}

/** How many random crops of each image are kept, where features are kept and no other number is asked for. */
export const keptViewsByDefault = 4

/**
 * A configuration for runs whose image features are kept: instead of a new crop in every epoch, it keeps four of each image.
 *
 * @example
 * withKeptViews(methodConfiguration('coop')).augmentation // { views: 4 }
 */
export const withKeptViews = <A extends { readonly augmentation: Augmentation }>(configuration: A): A =>
  configuration.augmentation === 'fresh'
    ? { ...configuration, augmentation: { views: keptViewsByDefault } }
    : configuration

/** What only steps of training read. */
const ofSteps: readonly (keyof AdaptationConfiguration)[] = [
  'epochs',
  'epochShots',
  'batch',
  'optimizer',
  'learningRate',
  'schedule',
  'weightDecay',
  'warmUpEpochs',
  'warmUpRate',
  'augmentation',
]

/**
 * The fields of a configuration that make no difference to its run: a method that learns nothing depends on neither the seed nor how
 * it is trained, nor on a source that it does not read, and initial parameters on no source and no training.
 */
export const withoutEffect = ({
  method,
  untrained,
}: Pick<AdaptationConfiguration, 'method' | 'untrained'>): readonly string[] => {
  const { learns, readsSource } = definitionOf(method)
  if (!learns) return [...ofSteps, ...(readsSource ? [] : ['source']), 'seed', 'untrained']
  return untrained === true ? [...ofSteps, 'source'] : []
}

/** What a run of any method starts from. */
const shared = (own: TrainingDefaults): t.TypeOf<typeof training> => ({
  kind: 'adaptation',
  ...own,
  seed: 1,
  templates: ['a photo of a {}.'],
})

/** `run.json` of version 0.1, which held the settings of all methods side by side. */
const ofVersion01 = t.type({
  kind: t.literal('adaptation'),
  switches: t.UnknownRecord,
  contextTokens: t.number,
})

/** `run.json` of a run that adapts. */
const anyAdaptation = t.type({ kind: t.literal('adaptation') })

/** What an earlier version has written, if it is not what this one reads, and what reads it. */
const earlierRun = (run: unknown): { readonly found: string; readonly reader: string } | undefined => {
  if (ofVersion01.is(run)) {
    return { found: 'a run of version 0.1, which this version does not read', reader: 'version 0.1' }
  }
  return anyAdaptation.is(run) && !Object.hasOwn(run, 'augmentation')
    ? {
        found:
          'a run of an earlier version, which does not say what training saw of an image: `augmentation`',
        reader: 'the version that wrote it',
      }
    : undefined
}

/** Fails with `FileUnsupported` where a directory holds a run of an earlier version; holds nothing against one without a run. */
export const refuseEarlierVersion = (directory: string): Effect.Effect<void> => {
  const path = configurationPath(directory)
  return pipe(
    readJson(path, t.unknown),
    Effect.flatMap((run) => {
      const earlier = earlierRun(run)
      return earlier === undefined
        ? Effect.unit
        : Effect.left({
            tag: 'FileUnsupported',
            path,
            found: earlier.found,
            advice: `train the run again, or use ${earlier.reader}`,
          })
    }),
    ifMissing(path, Effect.unit),
  )
}

/**
 * Reads the configuration of a finished run from its directory. Fails with `RunMissing` where there is no such run, with
 * `RunIncomplete` where it is unfinished, with `FileUnsupported` where an earlier version has written it.
 */
export const readConfiguration = (directory: string): Effect.Effect<AdaptationConfiguration> =>
  pipe(
    checkFinished(directory, adaptationRun),
    Effect.apSecond(refuseEarlierVersion(directory)),
    Effect.flatMap(() => readJson(configurationPath(directory), adaptationConfiguration)),
  )
