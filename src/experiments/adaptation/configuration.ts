/** `run.json`: the whole configuration of an adaptation, enough to repeat it. */
import * as t from 'io-ts'
import type { MethodName } from '../../methods/index.js'
import type { AdClipLossWeights, AdClipSwitches, PresetName } from '../../methods/index.js'
import { presetTraining, presets } from '../../methods/index.js'
import { layoutName } from '../../data/layouts.js'
import type * as Effect from '../../effects/effect.js'
import { readJson } from '../../effects/text-file.js'
import { optimizerName } from '../../optimizers/index.js'
import { halfPrecision } from '../../training/half-precision.js'
import { configurationPath } from '../../training/run-configuration.js'
import { positiveInteger, integer } from '../../dsl/documents/integer.js'

const methodName: t.Type<MethodName> = t.keyof({
  'ad-clip': null,
  coop: null,
  cocoop: null,
  dapl: null,
  'zero-shot': null,
})

const presetName: t.Type<PresetName> = t.keyof({ reference: null, paper: null, robust: null })

const switches: t.Type<AdClipSwitches> = t.type({
  mappingInput: t.keyof({ source: null, target: null }),
  entropy: t.keyof({ rows: null, batchNormalized: null, mutualInformation: null }),
  divergence: t.keyof({ batch: null, rowsAndFeatures: null }),
  imageTokens: t.keyof({ shared: null, separate: null }),
  resNetFirstLayers: t.keyof({ frozen: null, trained: null }),
  prediction: t.keyof({ targetAsSource: null, mappedStyle: null }),
  context: t.keyof({ learned: null, addedToTemplate: null }),
  pseudoLabels: t.keyof({ none: null, confidenceWeighted: null, aligned: null, distilled: null }),
  alignment: t.keyof({ none: null, halfway: null }),
  selection: t.keyof({ last: null, validated: null }),
})

const lossWeights: t.Type<AdClipLossWeights> = t.type({
  crossEntropy: t.number,
  styleMapping: t.number,
  entropy: t.number,
  divergence: t.number,
  pseudoLabels: t.number,
})

const required = t.type({
  kind: t.literal('adaptation'),
  method: methodName,
  /** Root of the data set. */
  data: t.string,
  source: t.string,
  target: t.string,
  /** CLIP's checkpoint. */
  clip: t.string,
  /** The reading of AD-CLIP that `switches` began as. */
  preset: presetName,
  switches,
  lossWeights,
  epochs: integer,
  /** Images of each domain in a step. */
  batch: positiveInteger,
  optimizer: optimizerName,
  learningRate: t.number,
  /** L2, added to the gradient. */
  weightDecay: t.number,
  /** Epochs at `warmUpRate` before the cosine begins. */
  warmUpEpochs: t.number,
  warmUpRate: t.number,
  seed: integer,
  /** AD-CLIP's `L`. */
  imageTokens: positiveInteger,
  /** AD-CLIP's `M`: how many levels of the image encoder are read, the last ones. */
  levels: t.union([positiveInteger, t.literal('all')]),
  styleHidden: positiveInteger,
  mappingHidden: positiveInteger,
  /** Learned vectors of CoOp's context, and of each of DAPL's two. */
  contextTokens: positiveInteger,
  /** How probable a guess must be for DAPL to learn from it. */
  threshold: t.number,
  /** Texts of zero-shot CLIP, averaged; the first is the one that prompts begin as. */
  templates: t.array(t.string),
  engine: t.string,
  version: t.string,
})

const optional = t.partial({
  /** Layout of the data set; without one it is detected. */
  layout: layoutName,
  /** Random crops of each image that are trained on, beside the whole image and its mirror image; none if absent. */
  crops: integer,
  /** Bytes that the process may hold while it trains; steps are taken in parts where they need more. No limit if absent. */
  memory: positiveInteger,
  /** What matrix products are computed in; float32 if absent. float16 scales the loss. */
  precision: halfPrecision,
})

export const adaptationConfiguration = t.intersection([required, optional])
export type AdaptationConfiguration = t.TypeOf<typeof adaptationConfiguration>

/** What a configuration says of its method, and not of data, CLIP or machine. */
export type MethodConfiguration = Omit<
  AdaptationConfiguration,
  'data' | 'layout' | 'source' | 'target' | 'clip' | 'engine' | 'version'
>

/** Optimizer and rate of each method: AD-CLIP's by preset, the others' as published. */
const optimizerOf = (
  method: MethodName,
  preset: PresetName,
): Pick<MethodConfiguration, 'optimizer' | 'learningRate'> => {
  switch (method) {
    case 'ad-clip':
      return { optimizer: 'adam', learningRate: presetTraining[preset].learningRate }
    case 'coop':
    case 'cocoop':
    case 'zero-shot':
      return { optimizer: 'sgd', learningRate: 0.002 }
    case 'dapl':
      return { optimizer: 'sgd', learningRate: 0.003 }
  }
}

/**
 * The configuration of a method as published, to be changed where something else is wanted. What the methods share
 * (epochs, batches, schedule) is AD-CLIP's, so that they see the same images.
 *
 * @example
 * const configuration = { ...methodConfiguration('ad-clip', 'robust'), epochs: 5 }
 */
export const methodConfiguration = (
  method: MethodName,
  preset: PresetName = 'reference',
): MethodConfiguration => ({
  kind: 'adaptation',
  method,
  preset,
  switches: presets[preset],
  lossWeights: presetTraining[preset].lossWeights,
  epochs: 50,
  batch: 16,
  ...optimizerOf(method, preset),
  weightDecay: 5e-4,
  warmUpEpochs: 1,
  warmUpRate: 1e-5,
  seed: 1,
  imageTokens: 4,
  levels: 'all',
  styleHidden: 256,
  mappingHidden: 384,
  contextTokens: 16,
  threshold: 0.6,
  templates: ['a photo of a {}.'],
})

export const readConfiguration = (directory: string): Effect.Effect<AdaptationConfiguration> =>
  readJson(configurationPath(directory), adaptationConfiguration)
