/** A line through points, some of which are wrong: the Huber loss. */
import { input, linear, parameter, randomKey, tensor } from 'tensile'
import { huberLoss } from 'tensile/losses'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const places = Array.from({ length: 60 }, (_, i) => i / 30 - 1)
const noise = randomKey.normal(randomKey.keyFromSeed(3), 60)
// y = 2x - 1, and each tenth point is 20 too high. Write meanSquaredError for huberLoss to see what they do to it.
const heights = places.map((at, i) => 2 * at - 1 + 0.1 * (noise[i] ?? 0) + (i % 10 === 0 ? 20 : 0))

const prediction = linear(input('x', ['B', 1]), parameter('slope', [1, 1]), parameter('offset', [1]))
export const loss = huberLoss(prediction, input('y', ['B', 1]), { delta: 0.5 })

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 0.05 }),
  weights: { slope: tensor.f32([[0]]), offset: tensor.f32([0]) },
  batches: () => ({ x: tensor.f32(places.map((at) => [at])), y: tensor.f32(heights.map((at) => [at])) }),
  steps: 300,
})
