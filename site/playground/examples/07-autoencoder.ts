/** An autoencoder: points on a circle through one number. */
import { input, randomKey, tanh, tensor } from 'tensile'
import { dataset } from 'tensile/data'
import { meanSquaredError } from 'tensile/losses'
import { dense, initialise, sequential, xavierNormal, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const angles = [...randomKey.uniform(randomKey.keyFromSeed(1), 200)].map((u) => 5 * u)
const data = dataset({ x: tensor.f32(angles.map((angle) => [Math.cos(angle), Math.sin(angle)])) })

const x = input('x', ['B', 2])
const code = sequential(dense(2, 16, { activation: tanh }), dense(16, 1))(x, 'encoder')
const decoded = sequential(dense(1, 16, { activation: tanh }), dense(16, 2))(code, 'decoder')
export const loss = meanSquaredError(decoded, x)

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 0.01 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: xavierNormal, rules: [[/bias$/, zeros]] }),
  batches: data.shuffled(randomKey.keyFromSeed(2)).batches(50),
  steps: 400,
})
