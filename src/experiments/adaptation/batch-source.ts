/** Where training steps get their batches: from rows that are kept, or from the image encoder in each step. */
import { pipe } from 'fp-ts/lib/function.js'
import { definitionOf } from '../../methods/index.js'
import type { RandomKey } from '../../values/random-key.js'
import { pickNamedRows } from '../../values/rows.js'
import type { NamedValues } from '../../values/named-values.js'
import * as Effect from '../../effects/effect.js'
import { decodeAllImages } from '../../effects/operations.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import type { FrozenEncoder, ReadyEncoder } from '../encoding/frozen-encoder.js'
import { encodePixels, withEncoder } from '../encoding/frozen-encoder.js'
import { encodingBatch } from '../encoding/image-encoder.js'
import type { AugmentedMethod } from '../encoding/training-views.js'
import { underTrainingViews } from '../encoding/training-views.js'
import type { FreshCrop, FreshCrops } from './batches.js'
import { drawBatches } from './batches.js'

/** The image encoder in steps that encode: how many images it takes in a run. */
export interface EncoderInSteps {
  readonly encoder: FrozenEncoder
  readonly rows: number
}

/** The images that training draws from, and how. */
export interface TrainingImages {
  readonly source: EncodedSet
  readonly target: EncodedSet
  /** How images are augmented, for which method. */
  readonly run: AugmentedMethod
  readonly key: RandomKey
  /** Images of each domain in a step. */
  readonly batch: number
}

/** Images per run of the encoder in a step of so many images: equal parts, no more than usual. */
export const encoderRows = (images: number): number => {
  return Math.ceil(images / Math.ceil(images / encodingBatch))
}

/** The positions of requests whose rows have the same prefix, for each prefix. */
const byPrefix = (crops: readonly FreshCrop[]): ReadonlyMap<string, readonly number[]> =>
  crops.reduce(
    (groups, { prefix }, position) => groups.set(prefix, [...(groups.get(prefix) ?? []), position]),
    new Map<string, readonly number[]>(),
  )

/** Decodes the crops of a step and runs the encoder on them. Fails where an image can no longer be read. */
const encodeCrops = (
  ready: ReadyEncoder,
  encoder: FrozenEncoder,
  { crops, labels, positions }: FreshCrops,
): Effect.Effect<NamedValues> =>
  pipe(
    decodeAllImages(crops, encoder.transform),
    Effect.flatMap((images) => encodePixels(ready, images, crops)),
    Effect.map((rows) =>
      [...byPrefix(crops)].reduce<NamedValues>(
        (all, [prefix, own]) => ({ ...all, ...pickNamedRows(rows, own, prefix) }),
        { labels, 'target.positions': positions },
      ),
    ),
  )

/** What training draws from, and how it gets the batches of steps. */
export interface BatchSource {
  /** The files of a step's images, those of the source first. */
  readonly files: (step: number) => readonly string[]
  /** `source.feature` [B,E], `source.mean.0` [B,C], ..., `target.*`, `target.positions` [B], and `labels` [B] of the source; strong views with `strong.` before the name. */
  readonly batch: (step: number) => Effect.Effect<NamedValues>
}

/** Gives the batches of steps to a procedure. With an encoder, each step's images are decoded and encoded anew. */
export const withBatches = <A>(
  { source, target, run, key, batch }: TrainingImages,
  inSteps: EncoderInSteps | undefined,
  use: (batches: BatchSource) => Effect.Effect<A>,
): Effect.Effect<A> => {
  const [from, to] = [underTrainingViews(run, source), underTrainingViews(run, target)]
  const { strongViews } = definitionOf(run.method).reads
  const { rows, crops, files } = drawBatches(from, to, key, { batch, strongViews })
  if (inSteps === undefined) return use({ files, batch: (step) => Effect.of(rows(step)) })
  const { encoder } = inSteps
  return withEncoder(encoder, inSteps.rows, (ready) =>
    use({ files, batch: (step) => encodeCrops(ready, encoder, crops(step)) }),
  )
}
