/**
 * The frozen image encoder's outputs on disk: one safetensors file for each image and view, in a folder for the encoder.
 * File names are hashes of all that the rows depend on: the image's file, the view, and the encoder's program and weights
 * with the transform of images. So rows that are found are those that would be computed.
 */
import { join } from '../../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/index.js'
import { canonicalJson } from '../../dsl/index.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import { digestOf } from '../inputs/digest-of.js'
import { weightParts } from '../inputs/digests.js'
import { explain } from '../../effects/explain.js'
import type { ImageTransform, ImageView } from '../../effects/image-view.js'
import { checkFinite } from '../../effects/check-finite.js'
import { makeFolder, ifThere, printLine } from '../../effects/operations.js'
import { readSafetensors, writeSafetensors } from '../../formats/safetensors/file.js'

/** Rows of images: each a record of [1,width] tables. Images are named by the SHA-256 of their files. */
export interface FeatureStore {
  /** An image's rows under each of the views, or `undefined` where one of them is missing. */
  readonly find: (
    sha256: string,
    views: readonly ImageView[],
  ) => Effect.Effect<readonly NamedValues[] | undefined>
  readonly keep: (
    sha256: string,
    views: readonly ImageView[],
    rows: readonly NamedValues[],
  ) => Effect.Effect<unknown>
}

/** What a program computes: all but the scopes of its nodes, and whatever else the process made before it. */
const meaningOf = (program: Program): unknown => {
  const document = canonicalJson(program)
  return {
    ...document,
    nodes: document.nodes.map(({ op, attributes, operands }) => ({ op, attributes, operands })),
  }
}

/** Hash of all that the rows of an image depend on, except for the image and the view. */
const encoderDigest = (encoder: Program, weights: NamedValues, transform: ImageTransform): string =>
  digestOf(JSON.stringify([meaningOf(encoder), transform]), ...weightParts(weights))

/** The store of one encoder, below a folder that may hold those of others. */
export const featureStore = (
  root: string,
  encoder: Program,
  weights: NamedValues,
  transform: ImageTransform,
): FeatureStore => {
  const folder = join(root, encoderDigest(encoder, weights, transform))
  const wanted = Object.keys(encoder.outputs)
  const pathOf = (sha256: string, view: ImageView): string =>
    join(folder, `${sha256}-${digestOf(JSON.stringify(view)).slice(0, 16)}.safetensors`)

  /** A broken file, or one with numbers that are not finite, counts as missing: its rows are computed again. */
  const read = (path: string): Effect.Effect<NamedValues | undefined> =>
    pipe(
      readSafetensors(path),
      Effect.tapEither(({ tensors }) =>
        checkFinite({ where: path, advice: 'it was written by an encoder that overflowed' })(tensors),
      ),
      Effect.attempt,
      Effect.flatMap(usable),
      ifThere(path),
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
    find: (sha256, views) =>
      pipe(
        views,
        Effect.traverseArray((view) => read(pathOf(sha256, view))),
        Effect.map((rows): readonly NamedValues[] | undefined => {
          const found = rows.filter((row) => row !== undefined)
          return found.length === views.length ? found : undefined
        }),
      ),
    keep: (sha256, views, rows) =>
      pipe(
        makeFolder(folder),
        Effect.flatMap(() =>
          pipe(
            views,
            Effect.traverseArrayWithIndex((i, view) => writeSafetensors(pathOf(sha256, view), rows[i] ?? {})),
          ),
        ),
      ),
  }
}
