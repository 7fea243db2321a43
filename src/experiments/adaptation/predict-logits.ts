/** Logits of encoded images by a method with given weights. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/index.js'
import { programOfNodes } from '../../dsl/index.js'
import type { TensorValue } from '../../values/value.js'
import type { PromptMethod } from '../../methods/index.js'
import type { ClipTowers } from '../../model/index.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import { encodedInputs } from '../encoding/encoded-set.js'
import * as Effect from '../../effects/effect.js'
import type { Executable } from '../../engines/engine.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { run, withExecutable, yieldControl } from '../../effects/operations.js'
import { readBy } from '../../dsl/read-by.js'
import { ownRows, partsOf } from '../../values/row-parts.js'
import { checkFinite } from '../../effects/check-finite.js'
import { joinRows, pickNamedRows, pickRows } from '../../values/rows.js'
import { bindWeights } from '../../training/weights.js'
import type { AdaptationTask, PromptLengths } from './task.js'
import { classTextInputs, classTextValues } from './task.js'
import { programRejected } from '../../engines/failure.js'
import { outputOf } from '../../engines/output-of.js'
import { transductiveLogits } from './transductive-logits.js'

/** Images per run of a classifier. */
export const classifierBatch = 32

/** Encoded images to `logits` [B,K]: inputs `feature`, `mean.0`, ..., `prompts`, `zeroShot`: those that the method reads. */
export const predictionProgram = (
  towers: ClipTowers,
  method: PromptMethod,
  lengths: PromptLengths,
): E.Either<Failure, Program> =>
  pipe(
    programOfNodes({
      logits: method.predict(encodedInputs(towers, ''), classTextInputs(towers, lengths)).node,
    }),
    E.mapLeft(programRejected('prediction')),
  )

const logitsOfBatch = (
  executable: Executable,
  classifier: Program,
  classes: NamedValues,
  images: NamedValues,
): Effect.Effect<TensorValue> =>
  pipe(
    run(executable, readBy(classifier, { ...images, ...classes })),
    Effect.flatMapEither(outputOf('logits', 'prediction')),
  )

/** Logits [N,K] of images, some at a time. `learned` holds the method's parameters; the last batch is filled up. */
const inductiveLogits = (
  task: AdaptationTask<PromptMethod>,
  learned: NamedValues,
  set: EncodedSet,
): Effect.Effect<TensorValue> => {
  const { clip, method } = task
  const total = set.images.length
  const batch = Math.min(classifierBatch, total)
  const sizes = { B: batch, K: task.classes.length }
  return pipe(
    Effect.Do,
    Effect.bindEither('classifier', () => predictionProgram(clip.towers, method, task.lengths)),
    Effect.bindEither('weights', ({ classifier }) =>
      bindWeights(classifier, { ...clip.weights, ...learned }, clip.path, { sizes }),
    ),
    Effect.flatMap(({ classifier, weights }) =>
      withExecutable(classifier, { sizes, weights, state: [] }, (executable) =>
        pipe(
          partsOf(total, batch),
          Effect.traverseArray((part) => {
            const images = pickNamedRows(readBy(classifier, set.views[0] ?? {}), part.rows)
            return pipe(
              yieldControl,
              Effect.flatMap(() => logitsOfBatch(executable, classifier, classTextValues(task), images)),
              Effect.map((logits) => pickRows(logits, ownRows(part))),
            )
          }),
        ),
      ),
    ),
    Effect.map(joinRows),
  )
}

/**
 * Logits [N,K] of every image of a set under its first view, with these values of the method's parameters: image by image, or all
 * together, as the method does.
 *
 * Fails with `NotFinite` where a logit is NaN or infinite: what is not a number ranks no classes, so nothing is counted.
 */
export const predictLogits = (
  task: AdaptationTask,
  learned: NamedValues,
  set: EncodedSet,
): Effect.Effect<TensorValue> => {
  const { method } = task
  return pipe(
    method.tag === 'Inductive'
      ? inductiveLogits({ ...task, method }, learned, set)
      : transductiveLogits({ ...task, method }, set),
    Effect.tapEither((logits) =>
      checkFinite({
        where: 'prediction',
        quantity: (_, [row = 0]) => `the logit of a class for ${set.images[row]?.path ?? `image ${row}`}`,
        advice: 'the classifier has no answer for it: train again at a lower learning rate, or in float32',
      })({ logits }),
    ),
  )
}
