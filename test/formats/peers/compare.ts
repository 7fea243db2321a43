/** How far features and tokens are from those of open_clip, transformers and OpenAI. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { input, program } from '../../../src/dsl/index.js'
import * as Effect from '../../../src/effects/effect.js'
import type { Failure } from '../../../src/effects/failure.js'
import { programRejected } from '../../../src/engines/failure.js'
import { run, withExecutable } from '../../../src/effects/operations.js'
import type { ClipCheckpoint } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { readSafetensors } from '../../../src/formats/safetensors/file.js'
import { clipDims, encodeImages, textEncoder, tokenEmbedding } from '../../../src/model/index.js'
import type { Tokenizer } from '../../../src/model/tokenizer/tokenizer.js'
import { explainTokenizerError } from '../../../src/model/tokenizer/tokenizer.js'
import { bindWeights } from '../../../src/training/weights.js'
import type { TensorValue } from '../../../src/values/value.js'
import { largestOf, named } from './made-tensors.js'
import type { Made, TokenizedText } from './made.js'

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
        E.bind('image', () => named(outputs, path, 'feature')),
        E.bind('text', () => named(outputs, path, 'text')),
      ),
    ),
  )
}

/** How far features are from the library's, relative to the largest of these. */
export interface FeatureDistances {
  readonly image: number
  readonly text: number
}

/** Rows of tokens, and the position of each text's end. */
const tokenized = (
  { about }: Made,
  { vocabulary, tokenizeAll }: Tokenizer,
  contextLength: number,
): E.Either<Failure, { readonly tokens: TensorValue; readonly ends: TensorValue }> =>
  pipe(
    tokenizeAll(about.texts, contextLength),
    E.bimap(
      (error): Failure => ({
        tag: 'FileUnsupported',
        path: 'about.json',
        found: `a list of texts that cannot be compared: ${explainTokenizerError(error)}`,
        advice: 'list shorter ones',
      }),
      (tokens) => {
        const ends = Int32Array.from(about.texts, (_, row) =>
          tokens.data.subarray(row * contextLength, (row + 1) * contextLength).indexOf(vocabulary.endOfText),
        )
        return { tokens, ends: { dtype: 'i32', shape: [ends.length], data: ends } }
      },
    ),
  )

/** How far the features of the checkpoint at `path` are from those that the library gave for the CLIP of this name. */
export const featureDistances = (
  made: Made,
  clip: string,
  path: string,
  tokenizer: Tokenizer,
): Effect.Effect<FeatureDistances> => {
  const expected = join(made.folder, 'features', `${clip}.safetensors`)
  return pipe(
    Effect.Do,
    Effect.bind('checkpoint', () => readClip(path)),
    Effect.bind('theirs', () => readSafetensors(expected)),
    Effect.bindEither('images', ({ theirs }) => named(theirs.tensors, expected, 'images')),
    Effect.bindEither('image', ({ theirs }) => named(theirs.tensors, expected, 'image_features')),
    Effect.bindEither('text', ({ theirs }) => named(theirs.tensors, expected, 'text_features')),
    Effect.bindEither('texts', ({ checkpoint }) =>
      tokenized(made, tokenizer, checkpoint.architecture.contextLength),
    ),
    Effect.bind('ours', ({ checkpoint, images, texts: { tokens, ends } }) =>
      featuresOf(checkpoint, images, tokens, ends),
    ),
    Effect.map(({ ours, image, text }) => ({
      image: relativeDistance(ours.image, image),
      text: relativeDistance(ours.text, text),
    })),
  )
}

/** The texts for which the tokenizer gives other ids than OpenAI's. */
export const unlikeTexts = ({ texts }: Made, tokenizer: Tokenizer): readonly TokenizedText[] =>
  texts.filter(({ text, ids }) => tokenizer.encode(text).join() !== ids.join())
