/** Two moons: a network with one hidden layer. */
import { dim, input, randomKey, relu, scope, tensor } from 'tensile'
import { dataset } from 'tensile/data'
import { accuracy, crossEntropy } from 'tensile/losses'
import { heNormal, initialise, linearLayer, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { evaluateOn, logMetrics, trainingRun } from 'tensile/training'

const moons = (seed: number) => {
  const radii = [...randomKey.normal(randomKey.keyFromSeed(seed), 400)].map((z) => 1 + z / 8)
  const classes = radii.map((_, i) => Math.floor(i / 200))
  const at = (f: (angle: number) => number) => radii.map((radius, i) => radius * f((i * Math.PI) / 200))
  const [across, up] = [at(Math.cos), at(Math.sin)]
  const points = classes.map((moon, i) => [moon + (across[i] ?? 0), moon / 2 + (up[i] ?? 0)])
  return dataset({ x: tensor.f32(points), y: tensor.i32(classes) })
}

const x = input('x', ['B', 2])
const y = input('y', ['B'], 'i32')
const hidden = scope('hidden', () => relu(linearLayer('hidden', dim(2), dim(32))(x)))
const logits = scope('output', () => linearLayer('output', dim(32), dim(2))(hidden))
export const loss = crossEntropy(logits, y)

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 1e-2 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: heNormal, rules: [[/bias$/, zeros]] }),
  batches: moons(1).shuffled(randomKey.keyFromSeed(2)).batches(64),
  steps: 300,
  every: { 100: [evaluateOn(moons(3), { accuracy: accuracy(logits, y) }), logMetrics] },
})
