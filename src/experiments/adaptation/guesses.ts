/** What zero-shot CLIP guesses of a domain's images, and how often it predicts each class. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../../dsl/index.js'
import { evaluate, input, maximum, mean, program, softmax } from '../../dsl/index.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { programRejected } from '../../engines/failure.js'
import type { GuessedImages } from '../../methods/index.js'
import { zeroShot } from '../../methods/index.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import { predictLogits } from './predict-logits.js'
import type { AdaptationTask } from './task.js'

/** The smallest rate, so that every rate has a logarithm. */
const least = 1e-12

/** The guesses of a domain, and the mean probability [K] of each class. */
export interface DomainGuesses extends GuessedImages {
  readonly classPrior: TensorValue
}

const inFloat32 = ({ shape, data }: TensorValue): TensorValue => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(data),
})

/** The probabilities of logits [N,K], and their mean over images [K], in float32. */
const probabilitiesOf = (
  logits: TensorValue,
): E.Either<Failure, Pick<DomainGuesses, 'probabilities' | 'classPrior'>> => {
  const rows = input('logits', ['N', 'K'])
  const probabilities = softmax(rows, -1)
  return pipe(
    program({ logits: rows }, { probabilities, rates: maximum(mean(probabilities, 0), least) }),
    E.chainW((guesses) => evaluate(guesses, { logits })),
    E.bimap(programRejected('class prior'), (outputs) => ({
      probabilities: inFloat32(outputs.probabilities),
      classPrior: inFloat32(outputs.rates),
    })),
  )
}

/** What zero-shot CLIP guesses of the images of a set under its first view. No label is read. */
export const guessesOf = (task: AdaptationTask, images: EncodedSet): Effect.Effect<DomainGuesses> =>
  pipe(
    predictLogits({ ...task, method: zeroShot(task.clip.towers) }, {}, images),
    Effect.flatMapEither(probabilitiesOf),
    Effect.map((guesses) => ({
      ...guesses,
      features: images.views[0]?.['feature'] ?? { dtype: 'f32', shape: [0, 0], data: new Float32Array() },
    })),
  )
