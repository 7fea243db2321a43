/** Two moons, from nothing to test/accuracy 0.998: a network with one hidden layer learns to tell two half circles apart. */
import { dim, input, randomKey, relu, tensor } from 'tensile'
import { dataset } from 'tensile/data'
import { onnxEngine } from 'tensile/engines'
import { accuracy, crossEntropy } from 'tensile/losses'
import { heNormal, initialise, linearLayer, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { evaluateOn, logMetrics, train } from 'tensile/training'

const moons = (seed: number) => {
  const radii = [...randomKey.normal(randomKey.keyFromSeed(seed), 1000)].map((z) => 1 + z / 8)
  const classes = radii.map((_, i) => Math.floor(i / 500))
  const at = (f: (angle: number) => number) => radii.map((radius, i) => radius * f((i * Math.PI) / 500))
  const [across, up] = [at(Math.cos), at(Math.sin)]
  const points = classes.map((moon, i) => [moon + (across[i] ?? 0), moon / 2 + (up[i] ?? 0)])
  return dataset({ x: tensor.f32(points), y: tensor.i32(classes) })
}

const [x, y] = [input('x', ['B', 2]), input('y', ['B'], 'i32')]
const logits = linearLayer('output', dim(32), dim(2))(relu(linearLayer('hidden', dim(2), dim(32))(x)))
const loss = crossEntropy(logits, y)

export const run = train({
  objective: { loss },
  optimizer: adam({ learningRate: 1e-2 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: heNormal, rules: [[/bias$/, zeros]] }),
  batches: moons(1).shuffled(randomKey.keyFromSeed(2)).batches(64),
  steps: 600,
  engine: onnxEngine(),
  every: { 200: [evaluateOn(moons(3), { accuracy: accuracy(logits, y) }), logMetrics] },
})
