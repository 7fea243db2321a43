/** Attention: each token is to name the first one. */
import {
  add,
  dim,
  embedding,
  input,
  parameter,
  randomIntegers,
  randomKey,
  rearrange,
  slice,
  tensor,
  zerosLike,
} from 'tensile'
import { crossEntropy } from 'tensile/losses'
import { block, initialise, linearLayer, normal, ones, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { logMetrics, trainingRun } from 'tensile/training'

const tokens = randomIntegers(input('key', [2], 'i32'), ['B', 6], 0, 5)
const first = add(zerosLike(tokens), slice(tokens, 1, 0, 1))

const embedded = add(embedding(parameter('tokens', [5, 16]), tokens), parameter('places', [6, 16]))
const mixed = block('block', { heads: dim(2), headWidth: dim(8) })(embedded)
const logits = linearLayer('head', dim(16), dim(5))(mixed)
export const loss = crossEntropy(rearrange(logits, 'b t k -> (b t) k'), rearrange(first, 'b t -> (b t)'))

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 5e-3 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), {
    default: normal(0.2),
    rules: [
      [/bias$/, zeros],
      [/norm|ln/, ones],
    ],
  }),
  batches: (step) => ({ key: tensor.key(step) }),
  sizes: { B: 16 },
  steps: 120,
  every: { 40: logMetrics },
})
