/** How far this library is from open_clip, transformers and Pillow: features, tokens and pixels. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { input, program } from '../../../src/dsl/index.js'
import * as Effect from '../../../src/effects/effect.js'
import type { Failure } from '../../../src/effects/failure.js'
import { programRejected } from '../../../src/engines/failure.js'
import { centreView, clipNormalisation } from '../../../src/effects/image-view.js'
import { decodeImages, run, withExecutable } from '../../../src/effects/operations.js'
import type { ClipCheckpoint } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { readSafetensors } from '../../../src/formats/safetensors/file.js'
import { clipDims, encodeImages, textEncoder, tokenEmbedding } from '../../../src/model/index.js'
import type { Tokenizer } from '../../../src/model/tokenizer/tokenizer.js'
import { explainTokenizerError } from '../../../src/model/tokenizer/tokenizer.js'
import { bindWeights } from '../../../src/training/weights.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import type { TensorValue } from '../../../src/values/value.js'
import type { Made, TokenizedText } from './made.js'

const problem = (where: string, found: string): Failure => ({
  tag: 'FileBroken',
  path: where,
  format: 'comparison',
  problem: found,
})

const named = (values: NamedValues, name: string): E.Either<Failure, TensorValue> =>
  E.fromNullable(problem(name, 'is missing'))(values[name])

const largestOf = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((largest, number) => Math.max(largest, Math.abs(number)), 0)

/** The largest difference, relative to the largest magnitude of `theirs`. Infinite where shapes differ or a number is none. */
export const relativeDistance = (ours: TensorValue, theirs: TensorValue): number => {
  if (ours.shape.join() !== theirs.shape.join() || !ours.data.every(Number.isFinite)) return Infinity
  const differences = Array.from(theirs.data, (value, i) => value - (ours.data[i] ?? Infinity))
  return largestOf(differences) / largestOf(theirs.data)
}

/** Features of images and of texts, not normalised. */
interface Features {
  readonly image: TensorValue
  readonly text: TensorValue
}

/** The features that a CLIP gives on the engine of the runtime. */
const featuresOf = (
  { architecture, weights, path }: ClipCheckpoint,
  images: TensorValue,
  tokens: TensorValue,
  ends: TensorValue,
): Effect.Effect<Features> => {
  const { side, context } = clipDims(architecture)
  const [pixels, ids] = [input('images', ['B', 3, side, side]), input('tokens', ['N', context], 'i32')]
  const positions = input('ends', ['N'], 'i32')
  const { feature } = encodeImages(architecture)(pixels)
  const text = textEncoder(architecture)(tokenEmbedding(architecture)(ids), positions)
  const sizes = { B: images.shape[0] ?? 1, N: tokens.shape[0] ?? 1 }
  return pipe(
    Effect.Do,
    Effect.bindEither('network', () =>
      E.mapLeft(programRejected(path))(
        program({ images: pixels, tokens: ids, ends: positions }, { feature, text }),
      ),
    ),
    Effect.bindEither('bound', ({ network }) => bindWeights(network, weights, path, { sizes })),
    Effect.flatMap(({ network, bound }) =>
      withExecutable(network, { sizes, weights: bound, state: [] }, (executable) =>
        run(executable, { images, tokens, ends }),
      ),
    ),
    Effect.flatMapEither((outputs) =>
      pipe(
        E.Do,
        E.bind('image', () => named(outputs, 'feature')),
        E.bind('text', () => named(outputs, 'text')),
      ),
    ),
  )
}

/** How far features are from the library's, relative to the largest of these. */
export interface FeatureDistances {
  readonly image: number
  readonly text: number
}

/** How far the features of the checkpoint at `path` are from those that the library gave for the CLIP of this name. */
export const featureDistances = (
  { folder, about }: Made,
  clip: string,
  path: string,
  tokenizer: Tokenizer,
): Effect.Effect<FeatureDistances> =>
  pipe(
    Effect.Do,
    Effect.bind('checkpoint', () => readClip(path)),
    Effect.bind('theirs', () => readSafetensors(join(folder, 'features', `${clip}.safetensors`))),
    Effect.bindEither('tokens', ({ checkpoint: { architecture } }) =>
      E.mapLeft((error: Parameters<typeof explainTokenizerError>[0]) =>
        problem(path, explainTokenizerError(error)),
      )(tokenizer.tokenizeAll(about.texts, architecture.contextLength)),
    ),
    Effect.bindEither('images', ({ theirs }) => named(theirs.tensors, 'images')),
    Effect.bind('ours', ({ checkpoint, tokens, images }) => {
      const { contextLength } = checkpoint.architecture
      const ends = Int32Array.from(about.texts, (_, row) =>
        tokens.data
          .subarray(row * contextLength, (row + 1) * contextLength)
          .indexOf(tokenizer.vocabulary.endOfText),
      )
      return featuresOf(checkpoint, images, tokens, { dtype: 'i32', shape: [ends.length], data: ends })
    }),
    Effect.flatMapEither(({ ours, theirs }) =>
      pipe(
        E.Do,
        E.bind('image', () => named(theirs.tensors, 'image_features')),
        E.bind('text', () => named(theirs.tensors, 'text_features')),
        E.map(({ image, text }) => ({
          image: relativeDistance(ours.image, image),
          text: relativeDistance(ours.text, text),
        })),
      ),
    ),
  )

/** The texts for which the tokenizer gives other ids than OpenAI's. */
export const unlikeTexts = ({ texts }: Made, tokenizer: Tokenizer): readonly TokenizedText[] =>
  texts.filter(({ text, ids }) => tokenizer.encode(text).join() !== ids.join())

/** How far the pixels of each image file are from Pillow's, in units of 1 / 255; files that cannot be decoded fail. */
export const pixelDistances = ({
  folder,
  about,
}: Made): Effect.Effect<readonly { readonly name: string; readonly distance: number }[]> => {
  const names = Object.keys(about.images)
  const { side } = about
  const area = side * side
  const { deviation } = clipNormalisation
  return pipe(
    Effect.Do,
    Effect.bind('theirs', () => readSafetensors(join(folder, 'pixels.safetensors'))),
    Effect.bind('ours', () =>
      decodeImages(
        names.map((name) => ({ path: join(folder, 'images', name), view: centreView })),
        { resolution: side, ...clipNormalisation },
      ),
    ),
    Effect.flatMapEither(({ theirs, ours: { images, failures } }) => {
      const [failed] = failures
      if (failed !== undefined) return E.left(failed.failure)
      return pipe(
        names,
        E.traverseArray((name) =>
          pipe(
            named(theirs.tensors, name),
            E.map(({ data }) => ({ name, data })),
          ),
        ),
        E.map((pixels) =>
          pixels.map(({ name, data }, row) => ({
            name,
            distance: largestOf(
              Array.from(
                data,
                (value, i) =>
                  255 *
                  (deviation[Math.floor(i / area)] ?? 1) *
                  (value - (images.data[row * 3 * area + i] ?? Infinity)),
              ),
            ),
          })),
        ),
      )
    }),
  )
}
