/** Logits of all images of a set at once, by a method that classifies them together. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program, TensorValue } from '../../dsl/index.js'
import { input, programOfNodes, sized } from '../../dsl/index.js'
import { readBy } from '../../dsl/read-by.js'
import type { TransductiveMethod } from '../../methods/index.js'
import type { ClipTowers } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { run, withExecutable, yieldControl } from '../../effects/operations.js'
import { programRejected } from '../../engines/failure.js'
import { outputOf } from '../../engines/output-of.js'
import { bindWeights } from '../../training/weights.js'
import type { NamedValues } from '../../values/named-values.js'
import { pickRows } from '../../values/rows.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import { sourceMeansParameter } from './source-means.js'
import type { AdaptationTask } from './task.js'

/**
 * Features of so many images and texts of so many classes to `logits` [N,K]: inputs `feature` and `zeroShot`, and the class means of the source
 * as a parameter, if the method reads them.
 */
const classificationProgram = (
  { embedding }: ClipTowers,
  { classify }: TransductiveMethod,
  images: number,
  classes: number,
): E.Either<Failure, Program> => {
  const feature = input('feature', [sized('N', images), embedding])
  const zeroShot = input('zeroShot', [sized('K', classes), embedding])
  return pipe(
    programOfNodes({
      logits: classify(
        { images: feature, texts: zeroShot },
        { means: sourceMeansParameter(embedding, classes) },
      ).node,
    }),
    E.mapLeft(programRejected('classification')),
  )
}

/** The positions of the rows of a table [N,E], by their numbers from the first on. Equal rows are as good as each other. */
const rowOrder = ({ shape: [rows = 0, width = 0], data }: TensorValue): readonly number[] =>
  Array.from({ length: rows }, (_, row) => row).toSorted((a, b) => {
    for (let i = 0; i < width; i += 1) {
      const difference = (data[a * width + i] ?? 0) - (data[b * width + i] ?? 0)
      if (difference !== 0) return difference
    }
    return 0
  })

/** Where each position stands in an order. */
const inverseOf = (order: readonly number[]): readonly number[] => {
  const places = Array.from(order, () => 0)
  for (const [place, position] of order.entries()) places[position] = place
  return places
}

/**
 * Logits [N,K] of the images of a set under its first view, which are classified together. `kept` is what the run keeps of its source.
 *
 * The method sees the images in the order of their features: files are listed by class, and the order of a sum changes its last
 * bits. So no bit of the logits depends on labels.
 */
export const transductiveLogits = (
  { clip, method, classes, zeroShot }: AdaptationTask<TransductiveMethod>,
  kept: NamedValues,
  set: EncodedSet,
): Effect.Effect<TensorValue> => {
  const { feature } = set.views[0] ?? {}
  const order = feature === undefined ? [] : rowOrder(feature)
  return pipe(
    Effect.Do,
    Effect.bindEither('classifier', () =>
      classificationProgram(clip.towers, method, order.length, classes.length),
    ),
    Effect.bindEither('weights', ({ classifier }) =>
      bindWeights(classifier, { ...clip.weights, ...kept }, clip.path),
    ),
    Effect.tap(() => yieldControl),
    Effect.flatMap(({ classifier, weights }) =>
      withExecutable(classifier, { sizes: {}, weights, state: [] }, (executable) =>
        run(
          executable,
          readBy(classifier, {
            ...(feature === undefined ? {} : { feature: pickRows(feature, order) }),
            zeroShot,
          }),
        ),
      ),
    ),
    Effect.flatMapEither(outputOf('logits', 'classification')),
    Effect.map((logits) => pickRows(logits, inverseOf(order))),
  )
}
