/** Where training steps get their batches: from rows that are kept, or from the image encoder in each step. */
import { pipe } from 'fp-ts/lib/function.js'
import type { Augmentation } from '../../methods/index.js'
import type { RandomKey } from '../../values/random-key.js'
import { pickNamedRows } from '../../values/rows.js'
import type { NamedValues } from '../../values/named-values.js'
import * as Effect from '../../effects/effect.js'
import { decodeAllImages } from '../../effects/operations.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import type { FrozenEncoder, ReadyEncoder } from '../encoding/frozen-encoder.js'
import { encodePixels, withEncoder } from '../encoding/frozen-encoder.js'
import { encodingBatch } from '../encoding/image-encoder.js'
import { underTrainingViews } from '../encoding/training-views.js'
import type { FreshCrops } from './batches.js'
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
  readonly augmentation: Augmentation
  readonly key: RandomKey
  /** Images of each domain in a step. */
  readonly batch: number
}

/** Images per run of the encoder in a step of `batch` images of each domain: equal parts of both, no more than usual. */
export const encoderRows = (batch: number): number => {
  const images = 2 * batch
  return Math.ceil(images / Math.ceil(images / encodingBatch))
}

const positions = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + i)

/** Decodes the crops of a step and runs the encoder on them. Fails where an image can no longer be read. */
const encodeCrops = (
  ready: ReadyEncoder,
  encoder: FrozenEncoder,
  { source, target, labels, positions: ofTarget }: FreshCrops,
): Effect.Effect<NamedValues> => {
  const crops = [...source, ...target]
  return pipe(
    decodeAllImages(crops, encoder.transform),
    Effect.flatMap((images) => encodePixels(ready, images, crops)),
    Effect.map((rows) => ({
      ...pickNamedRows(rows, positions(0, source.length), 'source.'),
      ...pickNamedRows(rows, positions(source.length, target.length), 'target.'),
      labels,
      'target.positions': ofTarget,
    })),
  )
}

/** What training draws from, and how it gets the batches of steps. */
export interface BatchSource {
  /** The files of a step's images, those of the source first. */
  readonly files: (step: number) => readonly string[]
  /** `source.feature` [B,E], `source.mean.0` [B,C], ..., `target.*`, `target.positions` [B], and `labels` [B] of the source. */
  readonly batch: (step: number) => Effect.Effect<NamedValues>
}

/** Gives the batches of steps to a procedure. With an encoder, each step's images are decoded and encoded anew. */
export const withBatches = <A>(
  { source, target, augmentation, key, batch }: TrainingImages,
  inSteps: EncoderInSteps | undefined,
  use: (batches: BatchSource) => Effect.Effect<A>,
): Effect.Effect<A> => {
  const [from, to] = [underTrainingViews(augmentation, source), underTrainingViews(augmentation, target)]
  const { rows, crops, files } = drawBatches(from, to, key, batch)
  if (inSteps === undefined) return use({ files, batch: (step) => Effect.of(rows(step)) })
  const { encoder } = inSteps
  return withEncoder(encoder, inSteps.rows, (ready) =>
    use({ files, batch: (step) => encodeCrops(ready, encoder, crops(step)) }),
  )
}
