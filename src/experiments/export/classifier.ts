/** An adapted classifier as one program from pixels to probabilities, with the prompts of its classes as weights. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/index.js'
import { input, parameter, program, sized, softmax } from '../../dsl/index.js'
import type { TensorValue } from '../../values/value.js'
import type { ClassTexts } from '../../methods/index.js'
import type { ClipTowers } from '../../model/index.js'
import type { AdaptableClip } from '../encoding/adaptable-clip.js'
import type { FinishedRun } from '../adaptation/finished-run.js'
import { inductiveMethod } from '../adaptation/task.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { bindWeights } from '../../training/weights.js'
import { usedTokens } from './used-tokens.js'
import { programRejected } from '../../engines/failure.js'

export interface Classifier {
  /** `images` [B,3,R,R], normalised, to `logits` and `probabilities` [B,K]. */
  readonly program: Program
  /** Values of all its parameters. */
  readonly weights: NamedValues
  /** Sizes of its symbols; without B, the model takes batches of any size. */
  readonly sizes: Readonly<Record<string, number>>
}

/** The classes as parameters: they are fixed in an exported model, and inputs in a run's programs. */
const classTexts = ({ embedding }: ClipTowers, prompts: TensorValue): ClassTexts => ({
  prompts: { tokens: parameter('prompts', ['K', sized('X', prompts.shape[1] ?? 0)], 'i32') },
  zeroShot: parameter('zero_shot', ['K', embedding]),
})

/** CLIP and prompts without unused tokens, if the towers allow a smaller vocabulary. */
const withUsedTokens = (
  { towers, weights }: AdaptableClip,
  prompts: TensorValue,
): { readonly prompts: TensorValue; readonly embedding: NamedValues; readonly towers: ClipTowers } => {
  const { embeddingTable } = towers.text
  const whole = weights[embeddingTable]
  if (whole === undefined || towers.withVocabulary === undefined) return { prompts, embedding: {}, towers }
  const used = usedTokens(prompts, whole)
  return {
    prompts: used.prompts,
    embedding: { [embeddingTable]: used.embedding },
    towers: towers.withVocabulary(used.embedding.shape[0] ?? 0),
  }
}

/**
 * The classifier of a finished run, for batches of a size or of any.
 *
 * Fails with `InvalidSetting` for a method that classifies all images of a target at once, with `TensorMissing` or `ShapeMismatch` if weights and architecture do not fit.
 */
export const classifierOf = (
  { configuration, task, trained }: FinishedRun,
  templateTokens: number,
  batch: number | undefined,
): E.Either<Failure, Classifier> => {
  const { clip } = task
  const { prompts, embedding, towers } = withUsedTokens(clip, task.prompts)
  const sizes = { ...(batch === undefined ? {} : { B: batch }), K: task.classes.length }
  const images = input('images', ['B', 3, towers.side, towers.side])
  return pipe(
    E.Do,
    E.bind('method', () => inductiveMethod(configuration, towers, templateTokens)),
    E.bindW('program', ({ method }) => {
      const logits = method.predict(towers.encodeImages(images), classTexts(towers, prompts))
      return pipe(
        program({ images }, { logits, probabilities: softmax(logits, -1) }),
        E.mapLeft(programRejected('classifier')),
      )
    }),
    E.bind('weights', ({ program: of }) =>
      bindWeights(
        of,
        { ...clip.weights, ...embedding, ...trained.values, prompts, zero_shot: task.zeroShot },
        clip.path,
        { sizes },
      ),
    ),
    E.map(({ program: of, weights }) => ({ program: of, weights, sizes })),
  )
}
