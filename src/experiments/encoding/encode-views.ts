/** Running the frozen image encoder once for each image and view. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/index.js'
import { input, program } from '../../dsl/index.js'
import type { ClipTowers } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { Executable } from '../../engines/engine.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { explain } from '../../effects/explain.js'
import type { LabelledImage } from '../../data/data-set.js'
import { inDecodedChunks } from '../../data/decoded-chunks.js'
import type { ImageTransform, ImageView } from '../../effects/image-view.js'
import type { DecodedImages } from '../../effects/instruction.js'
import { printLine, run, withExecutable } from '../../effects/operations.js'
import { pickNamedRows, pickRows } from '../../values/rows.js'
import { bindWeights } from '../../training/weights.js'
import type { AdaptableClip } from './adaptable-clip.js'
import { hashed } from './content-order.js'
import type { EncodedSet } from './encoded-set.js'
import { encodedTensors, joinSets, rowsFor, subset } from './encoded-set.js'
import type { FeatureStore } from './feature-store.js'
import { featureStore } from './feature-store.js'
import { checkFinite } from '../../effects/check-finite.js'
import { programRejected } from '../../engines/failure.js'

const encodingProgram = ({ side, encodeImages }: ClipTowers): E.Either<Failure, Program> => {
  const images = input('images', ['B', 3, side, side])
  return pipe(
    program({ images }, encodedTensors(encodeImages(images))),
    E.mapLeft(programRejected('image encoder')),
  )
}

export interface EncodingOptions {
  /** The label that progress is reported under. */
  readonly label: string
  /** Images per run of the encoder. */
  readonly batch: number
  readonly views: readonly ImageView[]
  /** A folder that keeps the encoder's outputs, where they are looked up first. */
  readonly features?: string | undefined
}

/** The frozen encoder with what it needs to run. */
interface FrozenEncoder {
  readonly program: Program
  readonly weights: NamedValues
  readonly transform: ImageTransform
}

/** Fails with `NotFinite` where the encoder gives an image a feature that is NaN or infinite. */
const checkFeatures = (images: readonly LabelledImage[]) =>
  checkFinite({
    where: 'image encoder',
    quantity: (name, [row = 0]) => `'${name}' of ${images[row]?.path ?? `image ${row}`}`,
    advice: 'the encoder overflows: check the weights of CLIP, and compute in float32',
  })

/** A chunk of the images, with their rows under each view; those that could not be decoded are reported and left out. */
const encodeChunk = (
  executable: Executable,
  { batch, views }: EncodingOptions,
  images: readonly LabelledImage[],
  decoded: DecodedImages,
): Effect.Effect<EncodedSet> => {
  const rowOf = new Map(decoded.positions.map((position, row) => [position, row]))
  const rowsOfView = (view: number): readonly number[] =>
    images.flatMap((_, i) => rowOf.get(i * views.length + view) ?? [])
  const kept = images.filter((_, i) => rowOf.has(i * views.length))
  const own = kept.map((_, row) => row)
  /** The batch is filled up to its size. */
  const filled = (rows: readonly number[]): readonly number[] =>
    Array.from({ length: batch }, (_, i) => rows[Math.min(i, rows.length - 1)] ?? 0)
  return pipe(
    decoded.failures.filter(({ position }) => position % views.length === 0),
    Effect.traverseArray(({ failure }) => printLine(`skipped: ${explain(failure)}`)),
    Effect.apSecond(
      kept.length === 0
        ? Effect.of<EncodedSet>({ images: [], views: [] })
        : pipe(
            [...views.keys()],
            Effect.traverseArray((view) =>
              pipe(
                run(executable, { images: pickRows(decoded.images, filled(rowsOfView(view))) }),
                Effect.map((outputs) => pickNamedRows(outputs, own)),
                Effect.tapEither(checkFeatures(kept)),
              ),
            ),
            Effect.map((rows): EncodedSet => ({ images: kept, views: rows })),
          ),
    ),
  )
}

/** Runs the encoder on images, a chunk at a time, and `done` after each; broken images are reported and left out. */
const encodeAll = (
  { program: encoder, weights, transform }: FrozenEncoder,
  images: readonly LabelledImage[],
  options: EncodingOptions,
  done: (set: EncodedSet) => Effect.Effect<unknown>,
): Effect.Effect<EncodedSet> =>
  images.length === 0
    ? Effect.of(joinSets([], options.views.length))
    : withExecutable(encoder, { sizes: { B: options.batch }, weights, state: [] }, (executable) =>
        pipe(
          inDecodedChunks(
            {
              label: options.label,
              size: options.batch,
              requests: ({ path }) => options.views.map((view) => ({ path, view })),
              transform,
            },
            images,
            (chunk, decoded) => pipe(encodeChunk(executable, options, chunk, decoded), Effect.tap(done)),
          ),
          Effect.map((chunks) => joinSets(chunks, options.views.length)),
        ),
      )

/** The image with its hash; one that cannot be read stays as it is, for the encoder to report. */
const hashedIfReadable = (image: LabelledImage): Effect.Effect<LabelledImage> =>
  pipe(
    hashed(image),
    Effect.orElse((failure): Effect.Effect<LabelledImage> =>
      failure.tag === 'Interrupted' ? Effect.left(failure) : Effect.of(image),
    ),
  )

/** Encodes the images that the store does not hold, and stores them. Each file is hashed once at most. */
const encodeMissing = (
  encoder: FrozenEncoder,
  images: readonly LabelledImage[],
  options: EncodingOptions,
  store: FeatureStore,
): Effect.Effect<EncodedSet> => {
  const { views } = options
  const keep = (set: EncodedSet): Effect.Effect<unknown> =>
    pipe(
      [...set.images.keys()],
      Effect.traverseArray((row) => {
        const { images: own, views: rows } = subset(set, [row])
        const sha256 = own[0]?.sha256
        return sha256 === undefined ? Effect.unit : store.keep(sha256, views, rows)
      }),
    )
  return pipe(
    Effect.Do,
    Effect.bind('found', () =>
      pipe(
        images,
        Effect.traverseArray((one) =>
          pipe(
            Effect.Do,
            Effect.bind('image', () => hashedIfReadable(one)),
            Effect.bind('rows', ({ image: { sha256 } }) =>
              sha256 === undefined ? Effect.of(undefined) : store.find(sha256, views),
            ),
          ),
        ),
      ),
    ),
    Effect.bind('fresh', ({ found }) =>
      encodeAll(
        encoder,
        found.flatMap(({ image, rows }) => (rows === undefined ? [image] : [])),
        options,
        keep,
      ),
    ),
    Effect.map(({ found, fresh }) => {
      const stored = found.flatMap(({ image, rows }): readonly EncodedSet[] =>
        rows === undefined ? [] : [{ images: [image], views: rows }],
      )
      return rowsFor(joinSets([...stored, fresh], views.length), images)
    }),
  )
}

/**
 * Encodes images under each view. With a folder for features, rows that it holds are read, and the others are stored
 * there. Images that cannot be read are reported and left out.
 *
 * Fails with `InvalidSetting` if no image can be read, with `NotFinite` if a feature is NaN or infinite.
 */
export const encodeViews = (
  { path, towers, weights, transform }: AdaptableClip,
  images: readonly LabelledImage[],
  options: EncodingOptions,
): Effect.Effect<EncodedSet> =>
  pipe(
    Effect.Do,
    Effect.bindEither('program', () => encodingProgram(towers)),
    Effect.bindEither('weights', (encoder) => bindWeights(encoder.program, weights, path)),
    Effect.let('transform', () => transform),
    Effect.flatMap((encoder) =>
      options.features === undefined
        ? encodeAll(encoder, images, options, () => Effect.unit)
        : encodeMissing(
            encoder,
            images,
            options,
            featureStore(options.features, encoder.program, encoder.weights, transform),
          ),
    ),
    Effect.flatMapEither((set) =>
      set.images.length === 0
        ? E.left<Failure>({
            tag: 'InvalidSetting',
            field: 'data',
            at: options.label,
            problem: 'none of the images can be read',
            advice: 'check the files',
          })
        : E.right(set),
    ),
  )
