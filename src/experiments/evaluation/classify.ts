/** A run's classifier and zero-shot CLIP on the same images, and their accuracies. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { zeroShot } from '../../methods/index.js'
import type { NamedValues } from '../../values/named-values.js'
import { rowsOf } from '../../values/rows-of.js'
import type { TensorValue } from '../../values/value.js'
import type { Accuracy } from '../accuracy.js'
import { accuracy, argMaxRows } from '../accuracy.js'
import { predictLogits } from '../adaptation/predict-logits.js'
import type { AdaptationTask } from '../adaptation/task.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import { pathBelow } from '../inputs/digests.js'
import type { ClassifiedImages } from './classified-images.js'
import { knownImages } from './classified-images.js'
import type { AdaptationEvaluation } from './evaluation-file.js'
import { openSetScores } from './open-set.js'

/** Both classifiers on a set of images. */
export const classify = (
  task: AdaptationTask,
  values: NamedValues,
  root: string,
  set: EncodedSet,
): Effect.Effect<ClassifiedImages> =>
  pipe(
    Effect.Do,
    Effect.bind('zeroShot', () => predictLogits({ ...task, method: zeroShot(task.clip.towers) }, {}, set)),
    Effect.bind('adapted', () => predictLogits(task, values, set)),
    Effect.map((logits) => ({
      paths: set.images.map(({ path }) => pathBelow(root, path)),
      labels: set.images.map(({ label }) => label),
      ...logits,
    })),
  )

/** Both classifiers' accuracy on images of known classes, and their scores where others are of unknown ones. */
export const accuraciesOf = (
  images: ClassifiedImages,
  classes: readonly string[],
): Pick<AdaptationEvaluation, 'zeroShot' | 'adapted'> => {
  const { labels, ...logits } = knownImages(images)
  const accuracyOf = (known: TensorValue, all: TensorValue): Accuracy => ({
    ...accuracy(argMaxRows(known.data, classes.length), labels, classes),
    ...(labels.length === images.labels.length ? {} : { openSet: openSetScores(rowsOf(all), images.labels) }),
  })
  return {
    zeroShot: accuracyOf(logits.zeroShot, images.zeroShot),
    adapted: accuracyOf(logits.adapted, images.adapted),
  }
}
