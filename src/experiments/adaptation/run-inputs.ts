/** Inputs of a run: CLIP, data set, image encoder. */
import { pipe } from 'fp-ts/lib/function.js'
import { readClip } from '../../formats/checkpoints/clip-checkpoint.js'
import type { DataSet } from '../../data/data-set.js'
import { readDataSet } from '../../data/read-data-set.js'
import * as Effect from '../../effects/effect.js'
import type { AdaptableClip, ClipReader } from '../encoding/adaptable-clip.js'
import { adaptableClip } from '../encoding/adaptable-clip.js'
import type { ImageEncoder } from '../encoding/image-encoder.js'
import { imageEncoder } from '../encoding/image-encoder.js'
import type { ClipDigest } from '../inputs/digests.js'
import { digestOf } from '../inputs/digest-of.js'
import { sortedJson, weightParts } from '../inputs/digests.js'
import type { AdaptationConfiguration } from './configuration.js'

/** What a run is evaluated with, in memory. */
export interface EvaluationInputs {
  readonly clip: AdaptableClip
  /** The run's domains; in evaluation the source is missing where its images are gone. */
  readonly data: DataSet
  readonly encode: ImageEncoder
}

/** Inputs of a run, in memory. */
export interface RunInputs extends EvaluationInputs {
  readonly clipDigest: ClipDigest
}

/** How the inputs of a run are read. */
export interface RunInputOptions {
  /** Where the data set lies now, if it is no longer where the configuration says. */
  readonly data?: string | undefined
  /** Where CLIP lies now, if it is no longer where the configuration says. */
  readonly clip?: string | undefined
  /** Refuse images that are missing or broken, instead of going on without them. */
  readonly strict?: boolean
  /** A folder that keeps image features from run to run; without one each run computes them again. */
  readonly features?: string | undefined
  /** Reads the configuration's CLIP; a checkpoint of OpenAI's architecture if not given. */
  readonly readClip?: ClipReader
}

const readCheckpoint: ClipReader = (path, options) => pipe(readClip(path, options), Effect.map(adaptableClip))

/** Reads the CLIP of a configuration, from where it lies now. */
export const readRunClip = (
  { clip, activation }: Pick<AdaptationConfiguration, 'clip' | 'activation'>,
  { clip: now, readClip: read = readCheckpoint }: Pick<RunInputOptions, 'clip' | 'readClip'>,
): Effect.Effect<AdaptableClip> => read(now ?? clip, { activation })

/** The digests of a CLIP. */
export const digestOfClip = ({ architecture, transform, view, weights }: AdaptableClip): ClipDigest => ({
  weights: digestOf(...weightParts(weights)),
  form: digestOf(sortedJson([architecture, transform, view])),
})

/** Reads a run's CLIP and lists the images of its two domains. */
export const readRunInputs = (
  configuration: Pick<
    AdaptationConfiguration,
    'clip' | 'activation' | 'data' | 'layout' | 'classNames' | 'source' | 'target'
  >,
  options: RunInputOptions,
): Effect.Effect<RunInputs> => {
  const { data, layout, classNames, source, target } = configuration
  const { strict = false, features, data: now = data } = options
  return pipe(
    Effect.Do,
    Effect.bind('clip', () => readRunClip(configuration, options)),
    Effect.bind('data', () => readDataSet(now, { layout, classNames, domains: [source, target], strict })),
    Effect.let('clipDigest', ({ clip }) => digestOfClip(clip)),
    Effect.let('encode', () => imageEncoder(features)),
  )
}
