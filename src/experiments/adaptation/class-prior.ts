/** How often zero-shot CLIP guesses each class of a domain. */
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../../dsl/values/value.js'
import { zeroShot } from '../../methods/index.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import * as Effect from '../../effects/effect.js'
import { softmaxRows } from '../evaluation/softmax-rows.js'
import { predictLogits } from './predict-logits.js'
import type { AdaptationTask } from './task.js'

/** Rates are no smaller, so that they have a logarithm. */
const least = 1e-12

/** The mean over images of the probabilities [K] that zero-shot CLIP gives the classes. No label is read. */
export const estimateClassPrior = (task: AdaptationTask, images: EncodedSet): Effect.Effect<TensorValue> =>
  pipe(
    predictLogits({ ...task, method: zeroShot(task.clip.towers) }, {}, images),
    Effect.map((logits) => {
      const rows = softmaxRows(logits)
      const data = Float32Array.from(task.classes, (_, k) =>
        Math.max(rows.reduce((sum, row) => sum + (row[k] ?? 0), 0) / rows.length, least),
      )
      return { dtype: 'f32', shape: [task.classes.length], data }
    }),
  )
