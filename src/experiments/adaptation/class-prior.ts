/** How often zero-shot CLIP predicts each class of a domain. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../../dsl/index.js'
import { evaluate, input, maximum, mean, program, softmax } from '../../dsl/index.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { programRejected } from '../../engines/failure.js'
import { zeroShot } from '../../methods/index.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import { predictLogits } from './predict-logits.js'
import type { AdaptationTask } from './task.js'

/** The smallest rate, so that every rate has a logarithm. */
const least = 1e-12

/** The mean over images of the probabilities of logits [N,K], as [K] in float32. */
const meanProbabilities = (logits: TensorValue): E.Either<Failure, TensorValue> => {
  const rows = input('logits', ['N', 'K'])
  return pipe(
    program({ logits: rows }, { rates: maximum(mean(softmax(rows, -1), 0), least) }),
    E.chainW((rates) => evaluate(rates, { logits })),
    E.bimap(programRejected('class prior'), ({ rates: { shape, data } }) => ({
      dtype: 'f32',
      shape,
      data: Float32Array.from(data),
    })),
  )
}

/** The mean over images of the probabilities [K] that zero-shot CLIP gives the classes. No label is read. */
export const estimateClassPrior = (task: AdaptationTask, images: EncodedSet): Effect.Effect<TensorValue> =>
  pipe(
    predictLogits({ ...task, method: zeroShot(task.clip.towers) }, {}, images),
    Effect.flatMapEither(meanProbabilities),
  )
