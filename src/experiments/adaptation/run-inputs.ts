/** What a run stands on: CLIP, the images of its two domains, and how they come to be encoded. */
import { pipe } from 'fp-ts/lib/function.js'
import { readClip } from '../../formats/checkpoints/clip-checkpoint.js'
import type { DataSet } from '../../data/data-set.js'
import { restrictTo } from '../../data/data-set.js'
import { readDataSet } from '../../data/read-data-set.js'
import * as Effect from '../../effects/effect.js'
import type { AdaptableClip, ClipReader } from '../encoding/adaptable-clip.js'
import { adaptableClip } from '../encoding/adaptable-clip.js'
import type { AdaptationConfiguration } from './configuration.js'
import type { ImageEncoder } from '../encoding/image-encoder.js'
import { encodeKeeping } from '../encoding/image-encoder.js'

export interface RunInputs {
  readonly clip: AdaptableClip
  readonly data: DataSet
  readonly encode: ImageEncoder
}

/** How the ground of a run is come by. */
export interface RunInputOptions {
  /** Refuse images that are missing or broken, instead of going on without them. */
  readonly strict?: boolean
  /** A folder in which image features are kept from run to run; without one they are computed again in every run. */
  readonly features?: string | undefined
  /** How the configuration's CLIP is read; a checkpoint of OpenAI's architecture if not given. */
  readonly readClip?: ClipReader
  /** Stand on this, which was read for several runs, instead of reading it again. */
  readonly shared?: RunInputs
}

const readCheckpoint: ClipReader = (path) => pipe(readClip(path), Effect.map(adaptableClip))

/** Reads a run's CLIP, or takes the one that is shared. */
export const readRunClip = (
  { clip }: Pick<AdaptationConfiguration, 'clip'>,
  { readClip: read = readCheckpoint, shared }: Pick<RunInputOptions, 'readClip' | 'shared'>,
): Effect.Effect<AdaptableClip> => (shared === undefined ? read(clip) : Effect.of(shared.clip))

/** Reads a run's CLIP and lists its images, or takes its part of what is shared. */
export const readRunInputs = (
  configuration: Pick<AdaptationConfiguration, 'clip' | 'data' | 'layout' | 'source' | 'target'>,
  options: RunInputOptions,
): Effect.Effect<RunInputs> => {
  const { data, layout, source, target } = configuration
  const { strict = false, features, shared } = options
  return shared === undefined
    ? pipe(
        Effect.Do,
        Effect.bind('clip', () => readRunClip(configuration, options)),
        Effect.bind('data', () => readDataSet(data, { layout, domains: [source, target], strict })),
        Effect.map((found) => ({ ...found, encode: encodeKeeping(features) })),
      )
    : Effect.of({ ...shared, data: restrictTo(shared.data, [source, target]) })
}
