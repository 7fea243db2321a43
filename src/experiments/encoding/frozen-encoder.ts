/** The frozen image encoder of a CLIP: its program with its weights, and running it on decoded images. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/index.js'
import { input, program } from '../../dsl/index.js'
import { checkFinite } from '../../effects/check-finite.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import type { ImageTransform } from '../../effects/image-view.js'
import { withExecutable } from '../../effects/operations.js'
import type { Executable } from '../../engines/engine.js'
import { programRejected } from '../../engines/failure.js'
import type { ImageTable } from '../../methods/index.js'
import type { ClipTowers } from '../../model/index.js'
import { bindWeights } from '../../training/weights.js'
import type { NamedValues } from '../../values/named-values.js'
import type { TensorValue } from '../../values/value.js'
import type { AdaptableClip } from './adaptable-clip.js'
import { encodedTensors } from './encoded-set.js'
import { runOnImages } from './run-on-images.js'

/** The encoder with what it needs to run. */
export interface FrozenEncoder {
  /** `images` [B,3,side,side] to `feature` [B,E], `mean.0` [B,C], ... */
  readonly program: Program
  readonly weights: NamedValues
  readonly transform: ImageTransform
}

const encodingProgram = (
  { side, encodeImages }: ClipTowers,
  tables: readonly ImageTable[],
): E.Either<Failure, Program> => {
  const images = input('images', ['B', 3, side, side])
  return pipe(
    program({ images }, encodedTensors(encodeImages(images), tables)),
    E.mapLeft(programRejected('image encoder')),
  )
}

/** The image encoder of a CLIP, with these tables among its outputs. Fails where its weights are not those of its towers. */
export const frozenEncoder = (
  { path, towers, weights, transform }: AdaptableClip,
  tables: readonly ImageTable[],
): E.Either<Failure, FrozenEncoder> =>
  pipe(
    E.Do,
    E.bind('program', () => encodingProgram(towers, tables)),
    E.bind('weights', (encoder) => bindWeights(encoder.program, weights, path)),
    E.let('transform', () => transform),
  )

/** The encoder on the engine, for `batch` images in a run. */
export interface ReadyEncoder {
  readonly executable: Executable
  readonly batch: number
}

/** Compiles the encoder for `batch` images in a run, uses it, and frees what the engine holds for it. */
export const withEncoder = <A>(
  { program: encoder, weights }: FrozenEncoder,
  batch: number,
  use: (ready: ReadyEncoder) => Effect.Effect<A>,
): Effect.Effect<A> =>
  withExecutable(encoder, { sizes: { B: batch }, weights, state: [] }, (executable) =>
    use({ executable, batch }),
  )

/**
 * What the encoder gives for images [N,3,side,side], N at least 1: tables of N rows, some images in a run. Fails with
 * `NotFinite` where it gives one of these files a feature that is NaN or infinite.
 */
export const encodePixels = (
  { executable, batch }: ReadyEncoder,
  images: TensorValue,
  files: readonly { readonly path: string }[],
): Effect.Effect<NamedValues> =>
  pipe(
    runOnImages(executable, batch, images),
    Effect.tapEither(
      checkFinite({
        where: 'image encoder',
        quantity: (name, [row = 0]) => `'${name}' of ${files[row]?.path ?? `image ${row}`}`,
        advice: 'the encoder overflows: check the weights of CLIP, and compute in float32',
      }),
    ),
  )
