/** A variational autoencoder, with noise drawn in the program. */
import {
  add,
  exp,
  input,
  mean,
  mul,
  randomKey,
  randomNormal,
  relu,
  scope,
  square,
  sub,
  sum,
  tensor,
} from 'tensile'
import { dataset } from 'tensile/data'
import { dense, heNormal, initialise, sequential, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const angles = [...randomKey.uniform(randomKey.keyFromSeed(1), 400)].map((u) => 2 * Math.PI * u)
const data = dataset({ x: tensor.f32(angles.map((angle) => [3 * Math.cos(angle), 3 * Math.sin(angle)])) })

const x = input('x', ['B', 2])
const key = input('key', [2], 'i32')
const encoded = scope('encoder', () => dense(2, 32, { activation: relu })(x, 'encoder'))
const [center, logVariance] = [dense(32, 2)(encoded, 'mean'), dense(32, 2)(encoded, 'logVariance')]
const z = scope('draw', () => add(center, mul(exp(mul(logVariance, 0.5)), randomNormal(key, ['B', 2]))))
const decoded = scope('decoder', () =>
  sequential(dense(2, 32, { activation: relu }), dense(32, 2))(z, 'decoder'),
)

const reconstruction = mul(sum(square(sub(decoded, x)), 1), 5)
const divergence = mul(sum(sub(add(square(center), exp(logVariance)), add(logVariance, 1)), 1), 0.5)
export const loss = mean(add(reconstruction, divergence), 0)

export const training = trainingRun({
  objective: { loss, report: { divergence: mean(divergence, 0) } },
  optimizer: adam({ learningRate: 5e-3 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: heNormal, rules: [[/bias$/, zeros]] }),
  batches: data
    .shuffled(randomKey.keyFromSeed(2))
    .batches(50)
    .with((step) => ({ key: tensor.key(step) })),
  steps: 300,
})
