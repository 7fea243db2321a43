/** Logits of encoded images by a method with given weights. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/index.js'
import { programOfNodes } from '../../dsl/index.js'
import { splitInvariant } from '../../dsl/transformations/split-invariant.js'
import type { Sizes } from '../../shapes/dim.js'
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

/** A program that runs batch by batch, with the values that it reads in each of them. */
interface Classifier {
  readonly program: Program
  readonly constant: NamedValues
}

const logitsOfBatch = (
  executable: Executable,
  { program, constant }: Classifier,
  images: NamedValues,
): Effect.Effect<TensorValue> =>
  pipe(
    run(executable, readBy(program, { ...images, ...constant })),
    Effect.flatMapEither(outputOf('logits', 'prediction')),
  )

/**
 * The program of a task's method for batches of these sizes. What no image changes, such as the features of the classes' texts, is
 * computed here, once, where there are several batches: bit for bit what it would be in each of them.
 */
const classifierOf = (
  { clip, method, lengths, ...task }: AdaptationTask<PromptMethod>,
  learned: NamedValues,
  sizes: Sizes,
  batches: number,
): Effect.Effect<Classifier> => {
  const constant = classTextValues({ clip, method, lengths, ...task })
  return pipe(
    Effect.fromEither(predictionProgram(clip.towers, method, lengths)),
    Effect.flatMap((program) =>
      pipe(
        Effect.fromEither(pipe(splitInvariant(program, 'B'), E.mapLeft(programRejected('prediction')))),
        Effect.flatMap((split): Effect.Effect<Classifier> => {
          if (split === undefined || batches < 2) return Effect.of({ program, constant })
          const { once, each } = split
          return pipe(
            Effect.fromEither(bindWeights(once, { ...clip.weights, ...learned }, clip.path, { sizes })),
            Effect.flatMap((weights) =>
              withExecutable(once, { sizes, weights, state: [] }, (executable) =>
                run(executable, readBy(once, constant)),
              ),
            ),
            Effect.map((invariant) => ({ program: each, constant: { ...constant, ...invariant } })),
          )
        }),
      ),
    ),
  )
}

/** Logits [N,K] of images, some at a time. `learned` holds the method's parameters; the last batch is filled up. */
const inductiveLogits = (
  task: AdaptationTask<PromptMethod>,
  learned: NamedValues,
  set: EncodedSet,
): Effect.Effect<TensorValue> => {
  const { clip } = task
  const total = set.images.length
  const batch = Math.min(classifierBatch, total)
  const sizes = { B: batch, K: task.classes.length }
  const parts = partsOf(total, batch)
  return pipe(
    Effect.Do,
    Effect.bind('classifier', () => classifierOf(task, learned, sizes, parts.length)),
    Effect.bindEither('weights', ({ classifier: { program } }) =>
      bindWeights(program, { ...clip.weights, ...learned }, clip.path, { sizes }),
    ),
    Effect.flatMap(({ classifier, weights }) =>
      withExecutable(classifier.program, { sizes, weights, state: [] }, (executable) =>
        pipe(
          parts,
          Effect.traverseArray((part) => {
            const images = pickNamedRows(readBy(classifier.program, set.views[0] ?? {}), part.rows)
            return pipe(
              yieldControl,
              Effect.flatMap(() => logitsOfBatch(executable, classifier, images)),
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
      : transductiveLogits({ ...task, method }, learned, set),
    Effect.tapEither((logits) =>
      checkFinite({
        where: 'prediction',
        quantity: (_, [row = 0]) => `the logit of a class for ${set.images[row]?.path ?? `image ${row}`}`,
        advice: 'the classifier has no answer for it: train again at a lower learning rate, or in float32',
      })({ logits }),
    ),
  )
}
