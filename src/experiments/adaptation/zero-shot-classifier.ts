/** CLIP's own classifier as a table: what it makes of the classes' texts, averaged over templates. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/index.js'
import { input, l2Normalize, program, sized } from '../../dsl/index.js'
import type { TensorValue } from '../../values/value.js'
import type { TextTower } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { run, withExecutable } from '../../effects/operations.js'
import { bindWeights } from '../../training/weights.js'
import type { AdaptableClip } from '../encoding/adaptable-clip.js'
import type { PromptTokenizer } from './class-prompts.js'
import { templatePrompts } from './class-prompts.js'
import { checkFinite } from '../../effects/check-finite.js'
import { programRejected } from '../../engines/failure.js'
import { outputOf } from '../../engines/output-of.js'

/** Token rows [K,X] to features [K,E] of unit length. */
const textProgram = ({ embed, endsOf, encode }: TextTower, length: number): E.Either<Failure, Program> => {
  const texts = input('texts', ['K', sized('X', length)], 'i32')
  const encoded = encode(embed(texts), endsOf(texts))
  return pipe(
    program({ texts }, { features: l2Normalize(encoded) }),
    E.mapLeft(programRejected('zero-shot CLIP')),
  )
}

/** The directions of the sums of rows: [K,E] each, of unit length in and out. */
export const averageDirections = (tables: readonly TensorValue[]): TensorValue => {
  const [first] = tables
  const [rows = 0, width = 0] = first?.shape ?? []
  const sums = Float64Array.from({ length: rows * width }, (_, i) =>
    tables.reduce((total, { data }) => total + (data[i] ?? 0), 0),
  )
  const norms = Array.from({ length: rows }, (_, row) =>
    Math.hypot(...sums.subarray(row * width, (row + 1) * width)),
  )
  const data = Float32Array.from(sums, (sum, i) => sum / (norms[Math.floor(i / width)] ?? 1))
  return { dtype: 'f32', shape: [rows, width], data }
}

const textFeatures = (
  { towers, weights, path }: AdaptableClip,
  texts: TensorValue,
): Effect.Effect<TensorValue> => {
  const [classes = 0, length = 0] = texts.shape
  return pipe(
    Effect.Do,
    Effect.bindEither('encoder', () => textProgram(towers.text, length)),
    Effect.bindEither('frozen', ({ encoder }) => bindWeights(encoder, weights, path)),
    Effect.flatMap(({ encoder, frozen }) =>
      withExecutable(encoder, { sizes: { K: classes }, weights: frozen, state: [] }, (executable) =>
        run(executable, { texts }),
      ),
    ),
    Effect.flatMapEither(outputOf('features', 'zero-shot CLIP')),
  )
}

/**
 * The features [K,E] of classes by templates with `{}` in the place of the name (Radford et al. 2021, sec. 3.1.4):
 * unit features of each template's texts, averaged, and of unit length again.
 *
 * Fails with `NotFinite` where a feature is NaN or infinite.
 */
export const zeroShotClassifier = (
  clip: AdaptableClip,
  tokenizer: PromptTokenizer,
  classes: readonly string[],
  templates: readonly string[],
): Effect.Effect<TensorValue> =>
  pipe(
    templates,
    Effect.traverseArray((template) =>
      pipe(
        Effect.fromEither(templatePrompts(tokenizer, classes, template, clip.towers.text.contextLength)),
        Effect.flatMap(({ rows }) => textFeatures(clip, rows)),
      ),
    ),
    Effect.map(averageDirections),
    Effect.tapEither((features) =>
      checkFinite({
        where: 'zero-shot CLIP',
        quantity: (_, [row = 0]) => `the feature of class '${classes[row] ?? row}'`,
        advice: 'the text encoder overflows: check the weights of CLIP, and compute in float32',
      })({ features }),
    ),
  )
