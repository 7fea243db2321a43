/**
 * What the frozen image encoder gave, kept on disk: one safetensors file for an image and a view, in a folder for the
 * encoder. Names are hashes of the content that the rows depend on, so that what is found is what would be computed: of
 * the image's file, of the view, and of the encoder's program and weights with the transform before it.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/index.js'
import { toJson } from '../../dsl/index.js'
import type { LabelledImage } from '../../data/data-set.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../dsl/values/named-values.js'
import { bytesOf } from '../../dsl/values/value.js'
import { explain } from '../../effects/explain.js'
import type { ImageTransform, ImageView } from '../../effects/image-view.js'
import { makeFolder, pathStatus, printLine, readFile, yieldControl } from '../../effects/operations.js'
import { readSafetensors, writeSafetensors } from '../../formats/safetensors/file.js'

/** Rows of images: each a record of [1,width] tables. */
export interface FeatureStore {
  /** An image's rows under each of the views, or `undefined` where one of them is not kept. */
  readonly find: (
    image: LabelledImage,
    views: readonly ImageView[],
  ) => Effect.Effect<readonly NamedValues[] | undefined>
  readonly keep: (
    image: LabelledImage,
    views: readonly ImageView[],
    rows: readonly NamedValues[],
  ) => Effect.Effect<unknown>
}

const digest = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

/** Hash of all that the rows of an image depend on, except for the image and the view. */
const encoderDigest = (encoder: Program, weights: NamedValues, transform: ImageTransform): string =>
  digest(
    JSON.stringify([toJson(encoder), transform]),
    ...Object.entries(weights)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, value]) => [JSON.stringify([name, value.dtype, value.shape]), bytesOf(value.data)]),
  )

/** The store of one encoder, below a folder that may hold those of others. */
export const featureStore = (
  root: string,
  encoder: Program,
  weights: NamedValues,
  transform: ImageTransform,
): FeatureStore => {
  const folder = join(root, encoderDigest(encoder, weights, transform))
  const wanted = Object.keys(encoder.outputs)
  const pathsOf = ({ path }: LabelledImage, views: readonly ImageView[]): Effect.Effect<readonly string[]> =>
    pipe(
      readFile(path),
      Effect.map((bytes) => {
        const image = digest(bytes)
        return views.map((view) =>
          join(folder, `${image}-${digest(JSON.stringify(view)).slice(0, 16)}.safetensors`),
        )
      }),
    )

  /** A file that is broken is as good as missing: what it held is computed again. */
  const read = (path: string): Effect.Effect<NamedValues | undefined> =>
    pipe(
      pathStatus(path),
      Effect.flatMap(({ kind }) =>
        kind === 'missing'
          ? Effect.of(undefined)
          : pipe(Effect.attempt(readSafetensors(path)), Effect.flatMap(usable)),
      ),
    )
  const usable = (
    outcome: E.Either<Parameters<typeof explain>[0], { readonly tensors: NamedValues }>,
  ): Effect.Effect<NamedValues | undefined> => {
    if (E.isLeft(outcome)) {
      return pipe(
        printLine(`encoding again: ${explain(outcome.left)}`),
        Effect.as<NamedValues | undefined>(undefined),
      )
    }
    const { tensors } = outcome.right
    return Effect.of(wanted.every((name) => tensors[name]?.shape[0] === 1) ? tensors : undefined)
  }

  return {
    find: (image, views) =>
      pipe(
        yieldControl,
        Effect.flatMap(() => Effect.attempt(pathsOf(image, views))),
        Effect.flatMap((paths) =>
          // An image that cannot be read is for the encoder to report.
          E.isLeft(paths)
            ? Effect.of<readonly (NamedValues | undefined)[]>([undefined])
            : pipe(paths.right, Effect.traverseArray(read)),
        ),
        Effect.map((rows): readonly NamedValues[] | undefined => {
          const found = rows.filter((row) => row !== undefined)
          return found.length === views.length && rows.length === views.length ? found : undefined
        }),
      ),
    keep: (image, views, rows) =>
      pipe(
        makeFolder(folder),
        Effect.flatMap(() => pathsOf(image, views)),
        Effect.flatMap((paths) =>
          pipe(
            [...paths.entries()],
            Effect.traverseArray(([view, path]) => writeSafetensors(path, rows[view] ?? {})),
          ),
        ),
      ),
  }
}
