/** Running the frozen image encoder once per image and view: what training and evaluation read from then on. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { AnyTensor, Program } from '../../dsl/index.js'
import { input, program, sized } from '../../dsl/index.js'
import type { ClipTowers, EncodedImages } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { Executable } from '../../engines/engine.js'
import type { NamedValues } from '../../dsl/values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { explain } from '../../effects/explain.js'
import type { LabelledImage } from '../../data/data-set.js'
import { inDecodedChunks } from '../../data/decoded-chunks.js'
import type { ImageTransform, ImageView } from '../../effects/image-view.js'
import type { DecodedImages } from '../../effects/instruction.js'
import { printLine, run, withExecutable } from '../../effects/operations.js'
import { joinNamedRows, pickNamedRows, pickRows } from '../../dsl/values/rows.js'
import { bindWeights } from '../../training/weights.js'
import type { AdaptableClip } from './adaptable-clip.js'
import type { FeatureStore } from './feature-store.js'
import { featureStore } from './feature-store.js'

/** Images with what the encoder made of them: row i of every table belongs to image i. */
export interface EncodedSet {
  readonly images: readonly LabelledImage[]
  /** `feature` [N,E], `mean.0` [N,C], `deviation.0` [N,C], ...; one record per view. */
  readonly views: readonly NamedValues[]
}

/** What the encoder gives, under names. */
const encodedTensors = <B>({ feature, levels }: EncodedImages<B>): Readonly<Record<string, AnyTensor>> => ({
  feature,
  ...Object.fromEntries(
    levels.flatMap((level, i) => [
      [`mean.${i}`, level.mean],
      [`deviation.${i}`, level.deviation],
    ]),
  ),
})

/** The same as inputs of another program, under a prefix such as `source.`. */
export const encodedInputs = ({ embedding, levelWidths }: ClipTowers, prefix: string): EncodedImages<'B'> => {
  return {
    feature: input(`${prefix}feature`, ['B', embedding]),
    levels: levelWidths.map((width, i) => {
      const channels = sized('C', width)
      return {
        mean: input(`${prefix}mean.${i}`, ['B', channels]),
        deviation: input(`${prefix}deviation.${i}`, ['B', channels]),
      }
    }),
  }
}

const encodingProgram = ({ side, encodeImages }: ClipTowers): E.Either<Failure, Program> => {
  const images = input('images', ['B', 3, side, side])
  return pipe(
    program({ images }, encodedTensors(encodeImages(images))),
    E.mapLeft((fault): Failure => ({ tag: 'ProgramRejected', where: 'image encoder', fault })),
  )
}

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
              ),
            ),
            Effect.map((rows): EncodedSet => ({ images: kept, views: rows })),
          ),
    ),
  )
}

/** Sets of images, one after the other, under the same views. */
const joinSets = (sets: readonly EncodedSet[], views: readonly ImageView[]): EncodedSet => {
  const filled = sets.filter(({ images }) => images.length > 0)
  return {
    images: filled.flatMap(({ images }) => images),
    views: views.map((_, view) => joinNamedRows(filled.map((set) => set.views[view] ?? {}))),
  }
}

export interface EncodingOptions {
  readonly label: string
  /** Images per run of the encoder. */
  readonly batch: number
  readonly views: readonly ImageView[]
  /** A folder in which what the encoder gives for an image is kept, and looked for first. */
  readonly features?: string | undefined
}

/** Runs the encoder on images, a chunk at a time; broken ones are reported and left out. */
const encodeAll = (
  transform: ImageTransform,
  encoder: Program,
  frozen: NamedValues,
  images: readonly LabelledImage[],
  options: EncodingOptions,
  done: (set: EncodedSet) => Effect.Effect<unknown>,
): Effect.Effect<EncodedSet> =>
  images.length === 0
    ? Effect.of(joinSets([], options.views))
    : withExecutable(encoder, { sizes: { B: options.batch }, weights: frozen, state: [] }, (executable) =>
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
          Effect.map((chunks) => joinSets(chunks, options.views)),
        ),
      )

/** The same, of those images alone whose rows are not kept; theirs are kept then. */
const encodeMissing = (
  transform: ImageTransform,
  encoder: Program,
  frozen: NamedValues,
  images: readonly LabelledImage[],
  options: EncodingOptions,
  store: FeatureStore,
): Effect.Effect<EncodedSet> =>
  pipe(
    Effect.Do,
    Effect.bind('found', () =>
      pipe(
        images,
        Effect.traverseArray((image) => store.find(image, options.views)),
      ),
    ),
    Effect.bind('fresh', ({ found }) =>
      encodeAll(
        transform,
        encoder,
        frozen,
        images.filter((_, i) => found[i] === undefined),
        options,
        (set) =>
          pipe(
            [...set.images.entries()],
            Effect.traverseArray(([row, image]) =>
              store.keep(
                image,
                options.views,
                set.views.map((rows) => pickNamedRows(rows, [row])),
              ),
            ),
          ),
      ),
    ),
    Effect.map(({ found, fresh }) => {
      const freshRow = new Map(fresh.images.map((image, row) => [image, row]))
      const each = images.flatMap((image, i): readonly EncodedSet[] => {
        const row = freshRow.get(image)
        const views =
          found[i] ?? (row === undefined ? undefined : fresh.views.map((rows) => pickNamedRows(rows, [row])))
        return views === undefined ? [] : [{ images: [image], views }]
      })
      return joinSets(each, options.views)
    }),
  )

/**
 * Encodes images under each view. Exact for as long as weights and views stay as they are: training reads these rows
 * instead of running the encoder again. With a folder for features, so does the next training.
 *
 * Fails with `UserInput` if no image can be read.
 */
export const encodeViews = (
  { path, towers, weights, transform }: AdaptableClip,
  images: readonly LabelledImage[],
  options: EncodingOptions,
): Effect.Effect<EncodedSet> =>
  pipe(
    Effect.Do,
    Effect.bind('encoder', () => Effect.fromEither(encodingProgram(towers))),
    Effect.bind('frozen', ({ encoder }) => Effect.fromEither(bindWeights(encoder, weights, path))),
    Effect.flatMap(({ encoder, frozen }) =>
      options.features === undefined
        ? encodeAll(transform, encoder, frozen, images, options, () => Effect.unit)
        : encodeMissing(
            transform,
            encoder,
            frozen,
            images,
            options,
            featureStore(options.features, encoder, frozen, transform),
          ),
    ),
    Effect.flatMapEither((set) =>
      set.images.length === 0
        ? E.left<Failure>({
            tag: 'UserInput',
            option: options.label,
            problem: 'none of the images can be read',
            advice: 'check the files',
          })
        : E.right(set),
    ),
  )
