/**
 * A small CLIP in a small file: floats in half precision, and the embeddings of only those tokens that its
 * captions contain. Other tokens were never trained; their embeddings are zero when it is unpacked.
 */
import { dirname } from '../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../values/value.js'
import * as Effect from '../effects/effect.js'
import type { NamedValues } from '../values/named-values.js'
import type { Failure } from '../effects/failure.js'
import { pickRows } from '../values/rows.js'
import { openAiBlocks } from '../model/index.js'
import { recogniseClip } from '../formats/checkpoints/clip-checkpoint.js'
import { openCheckpoint } from '../formats/checkpoints/open-checkpoint.js'
import { writeConfigurations } from '../formats/checkpoints/written-configuration.js'
import { readSafetensors, writeSafetensors } from '../formats/safetensors/file.js'
import { checkTensor } from '../training/weights.js'

const embeddingName = 'token_embedding.weight'

/** Ids [U] of the tokens whose embeddings the file has. */
const tokensName = 'token_embedding.tokens'

/**
 * A CLIP's tensors without the embeddings of all tokens but these. Fails with `TensorMissing` if it has no embeddings;
 * `path` is for messages only.
 */
export const packTensors = (
  path: string,
  weights: NamedValues,
  tokens: readonly number[],
): E.Either<Failure, NamedValues> => {
  const embedding = weights[embeddingName]
  return embedding === undefined
    ? E.left({ tag: 'TensorMissing', name: embeddingName, where: path, similar: [] })
    : E.right({
        ...weights,
        [embeddingName]: pickRows(embedding, tokens),
        [tokensName]: { dtype: 'i32', shape: [tokens.length], data: Int32Array.from(tokens) },
      })
}

/** Embeddings [vocabulary,D] whose rows at the tokens are the rows [U,D]; the others are zero. */
const wholeTable = (rows: TensorValue, tokens: readonly number[], vocabulary: number): TensorValue => {
  const width = rows.shape[1] ?? 1
  const data = new Float32Array(vocabulary * width)
  tokens.forEach((token, row) => data.set(rows.data.subarray(row * width, (row + 1) * width), token * width))
  return { dtype: 'f32', shape: [vocabulary, width], data }
}

/**
 * The tensors of a CLIP with `vocabulary` tokens, from what `packTensors` kept of them.
 *
 * Fails with `TensorMissing` or `ShapeMismatch` if they are not packed, and with `FileBroken` if they name a token
 * beyond the vocabulary.
 */
export const unpackTensors = (
  path: string,
  packed: NamedValues,
  vocabulary: number,
): E.Either<Failure, NamedValues> => {
  const { [tokensName]: named, [embeddingName]: table, ...others } = packed
  const tokens = Array.from(named?.data ?? [])
  const [count, width] = [tokens.length, table?.shape[1] ?? 1]
  return pipe(
    checkTensor(packed, path, { name: tokensName, shape: [count], dtype: 'i32' }),
    E.chain(() => checkTensor(packed, path, { name: embeddingName, shape: [count, width], dtype: 'f32' })),
    E.filterOrElse(
      () => tokens.every((token) => token >= 0 && token < vocabulary),
      (): Failure => ({
        tag: 'FileBroken',
        path,
        format: 'packed CLIP',
        problem: `'${tokensName}' names a token that is not among the vocabulary's ${vocabulary}`,
      }),
    ),
    E.map((rows) => ({ ...others, [embeddingName]: wholeTable(rows, tokens, vocabulary) })),
  )
}

const halfPrecision = { floatType: 'F16' } as const

/** Packs a CLIP into a file; see `packTensors`. */
export const writePackedClip = (
  path: string,
  weights: NamedValues,
  tokens: readonly number[],
): Effect.Effect<void> =>
  pipe(
    Effect.fromEither(packTensors(path, weights, tokens)),
    Effect.flatMap((packed) => writeSafetensors(path, packed, halfPrecision)),
  )

/** Writes the configuration of a CLIP that was pretrained here next to it: it has the form of OpenAI's. */
const describeClip = (path: string): Effect.Effect<void> =>
  pipe(
    openCheckpoint(path),
    Effect.flatMap((store) => recogniseClip(store, { activation: openAiBlocks.activation })),
    Effect.flatMap((clip) => writeConfigurations(dirname(path), 'openai', { ...clip, assumed: [] })),
  )

/** Writes the CLIP of a packed file as an ordinary checkpoint under OpenAI's names, and its configuration; see `unpackTensors`. */
export const unpackClip = (packed: string, path: string, vocabulary: number): Effect.Effect<void> =>
  pipe(
    readSafetensors(packed),
    Effect.flatMapEither(({ tensors }) => unpackTensors(packed, tensors, vocabulary)),
    Effect.flatMap((weights) => writeSafetensors(path, weights, halfPrecision)),
    Effect.flatMap(() => describeClip(path)),
  )
