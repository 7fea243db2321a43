/** Running the frozen image encoder once for each image and view. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { explain } from '../../effects/explain.js'
import type { LabelledImage } from '../../data/data-set.js'
import { inDecodedChunks } from '../../data/decoded-chunks.js'
import type { ImageTable } from '../../methods/index.js'
import type { ImageView } from '../../effects/image-view.js'
import type { DecodedImages } from '../../effects/instruction.js'
import { printLine } from '../../effects/operations.js'
import { join } from '../../effects/paths.js'
import { pickRows } from '../../values/rows.js'
import type { AdaptableClip } from './adaptable-clip.js'
import type { HashedImage } from './content-order.js'
import { hashed } from './content-order.js'
import type { EncodedSet } from './encoded-set.js'
import { joinSets, rowsFor } from './encoded-set.js'
import { encoderDigest } from './encoder-digest.js'
import type { FeatureStore, ViewsOfImage } from './feature-store.js'
import { featureStore } from './feature-store.js'
import type { FrozenEncoder, ReadyEncoder } from './frozen-encoder.js'
import { encodePixels, frozenEncoder, withEncoder } from './frozen-encoder.js'
import type { KeptView } from './training-views.js'
import { isDrawn, drawnView } from './training-views.js'

export interface EncodingOptions {
  /** The label that progress is reported under. */
  readonly label: string
  /** Images per run of the encoder. */
  readonly batch: number
  readonly views: readonly KeptView[]
  /** Tables that are kept in addition to features and moments of levels. */
  readonly tables: readonly ImageTable[]
  /** A folder that keeps the encoder's outputs, where they are looked up first. */
  readonly features?: string | undefined
}

/** An image with the views that are wanted of it; all images have as many. */
interface ViewedImage<I extends LabelledImage = LabelledImage> {
  readonly image: I
  readonly views: readonly ImageView[]
}

const reportSkipped = (failure: Failure): Effect.Effect<void> => printLine(`skipped: ${explain(failure)}`)

/** A chunk of the images, with their rows under each view; those that could not be decoded are reported and left out. */
const encodeChunk = (
  encoder: ReadyEncoder,
  count: number,
  images: readonly LabelledImage[],
  decoded: DecodedImages,
): Effect.Effect<EncodedSet> => {
  const rowOf = new Map(decoded.positions.map((position, row) => [position, row]))
  const rowsOfView = (view: number): readonly number[] =>
    images.flatMap((_, i) => rowOf.get(i * count + view) ?? [])
  const kept = images.filter((_, i) => rowOf.has(i * count))
  return pipe(
    decoded.failures.filter(({ position }) => position % count === 0),
    Effect.traverseArray(({ failure }) => reportSkipped(failure)),
    Effect.apSecond(
      kept.length === 0
        ? Effect.of<EncodedSet>({ images: [], views: [] })
        : pipe(
            Array.from({ length: count }, (_, view) => view),
            Effect.traverseArray((view) =>
              encodePixels(encoder, pickRows(decoded.images, rowsOfView(view)), kept),
            ),
            Effect.map((rows): EncodedSet => ({ images: kept, views: rows })),
          ),
    ),
  )
}

/** Runs the encoder on images, a chunk at a time, and `done` after each; broken images are reported and left out. */
const encodeAll = (
  encoder: FrozenEncoder,
  viewed: readonly ViewedImage[],
  { label, batch, views }: EncodingOptions,
  done: (set: EncodedSet) => Effect.Effect<unknown>,
): Effect.Effect<EncodedSet> =>
  viewed.length === 0
    ? Effect.of(joinSets([], views.length))
    : withEncoder(encoder, batch, (ready) =>
        pipe(
          inDecodedChunks(
            {
              label,
              size: batch,
              requests: ({ image, views: own }) => own.map((view) => ({ path: image.path, view })),
              transform: encoder.transform,
            },
            viewed,
            (chunk, decoded) =>
              pipe(
                encodeChunk(
                  ready,
                  views.length,
                  chunk.map(({ image }) => image),
                  decoded,
                ),
                Effect.tap(done),
              ),
          ),
          Effect.map((chunks) => joinSets(chunks, views.length)),
        ),
      )

/** The image with its hash and its views; one that cannot be read is reported, and gives nothing. */
const viewedByContent =
  (views: readonly KeptView[]) =>
  (image: LabelledImage): Effect.Effect<readonly ViewedImage<HashedImage>[]> =>
    pipe(
      hashed(image),
      Effect.map((known) => [{ image: known, views: views.map(drawnView(known)) }]),
      Effect.orElse((failure): Effect.Effect<readonly ViewedImage<HashedImage>[]> =>
        failure.tag === 'Interrupted'
          ? Effect.left(failure)
          : pipe(reportSkipped(failure), Effect.as<readonly ViewedImage<HashedImage>[]>([])),
      ),
    )

/** Encodes the images that the store does not hold, and stores them. */
const encodeMissing = (
  encoder: FrozenEncoder,
  viewed: readonly ViewedImage<HashedImage>[],
  options: EncodingOptions,
  store: FeatureStore,
): Effect.Effect<EncodedSet> => {
  const known = new Map(viewed.map((each) => [each.image.path, each]))
  const contentsOf = (images: readonly LabelledImage[]): readonly ViewsOfImage[] =>
    images.flatMap(({ path }) => {
      const own = known.get(path)
      return own === undefined ? [] : [{ sha256: own.image.sha256, views: own.views }]
    })
  const all = viewed.map(({ image }) => image)
  return pipe(
    Effect.Do,
    Effect.bind('found', () => store.find(contentsOf(all))),
    Effect.let('missing', ({ found: { positions } }) => {
      const present = new Set(positions)
      return viewed.filter((_, position) => !present.has(position))
    }),
    Effect.tap(({ found: { damaged }, missing }) => Effect.when(missing.length > 0)(store.discard(damaged))),
    Effect.bind('fresh', ({ missing }) =>
      encodeAll(encoder, missing, options, ({ images, views }) => store.keep(contentsOf(images), views)),
    ),
    Effect.let('set', ({ found, missing, fresh }): EncodedSet => {
      const stored = {
        images: found.positions.flatMap((position) => all[position] ?? []),
        views: found.views,
      }
      return missing.length === 0 ? stored : rowsFor(joinSets([stored, fresh], options.views.length), all)
    }),
    Effect.tap(({ found, missing, set: { images, views } }) =>
      Effect.when(missing.length > 0 || found.scattered)(store.gather(contentsOf(images), views)),
    ),
    Effect.map(({ set }) => set),
  )
}

/** Encodes images of which views or stored features depend on their content. Each file is hashed once at most. */
const encodeByContent = (
  encoder: FrozenEncoder,
  images: readonly LabelledImage[],
  options: EncodingOptions,
): Effect.Effect<EncodedSet> =>
  pipe(
    images,
    Effect.traverseArray(viewedByContent(options.views)),
    Effect.map((viewed) => viewed.flat()),
    Effect.flatMap((viewed) =>
      options.features === undefined
        ? encodeAll(encoder, viewed, options, () => Effect.unit)
        : encodeMissing(
            encoder,
            viewed,
            options,
            featureStore(
              join(options.features, encoderDigest(encoder)),
              Object.keys(encoder.program.outputs),
            ),
          ),
    ),
  )

/**
 * Encodes images under each view. With a folder for features, rows that it holds are read, and the others are stored
 * there. Images that cannot be read are reported and left out.
 *
 * Fails with `InvalidSetting` if no image can be read, with `NotFinite` if a feature is NaN or infinite.
 */
export const encodeViews = (
  clip: AdaptableClip,
  images: readonly LabelledImage[],
  options: EncodingOptions,
): Effect.Effect<EncodedSet> => {
  const { features, label } = options
  const same = options.views.flatMap((view) => (isDrawn(view) ? [] : [view]))
  return pipe(
    Effect.fromEither(frozenEncoder(clip, options.tables)),
    Effect.flatMap((encoder) =>
      features === undefined && same.length === options.views.length
        ? encodeAll(
            encoder,
            images.map((image) => ({ image, views: same })),
            options,
            () => Effect.unit,
          )
        : encodeByContent(encoder, images, options),
    ),
    Effect.flatMapEither((set) =>
      set.images.length === 0
        ? E.left<Failure>({
            tag: 'InvalidSetting',
            field: 'data',
            at: label,
            problem: 'none of the images can be read',
            advice: 'check the files',
          })
        : E.right(set),
    ),
  )
}
