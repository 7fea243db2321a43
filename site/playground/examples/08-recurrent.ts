/** A recurrent layer adds the numbers of a sequence. */
import { dim, input, mul, randomIntegers, scope, sum, cast, tensor, randomKey } from 'tensile'
import { meanSquaredError } from 'tensile/losses'
import { gruLayer, initialise, linearLayer, uniform } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

// The data are drawn in the program itself, from a key: ten numbers, 0 or 2.
const key = input('key', [2], 'i32')
const numbers = mul(cast(randomIntegers(key, ['B', 10, 1], 0, 2), 'f32'), 2)
const total = mul(sum(numbers, 1), 0.1)

const { last } = scope('recurrent', () => gruLayer('gru', dim(1), dim(8))(numbers))
const prediction = scope('output', () => linearLayer('output', dim(8), dim(1))(last))
export const loss = meanSquaredError(prediction, total)

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 0.02 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: uniform(0.35) }),
  batches: (step) => ({ key: tensor.key(step) }),
  sizes: { B: 32 },
  steps: 150,
})
