/** Three clouds of points: softmax and cross entropy. */
import { dim, input, randomKey, tensor } from 'tensile'
import { dataset } from 'tensile/data'
import { accuracy, crossEntropy } from 'tensile/losses'
import { initialise, linearLayer, zeros } from 'tensile/model'
import { sgd } from 'tensile/optimizers'
import { logMetrics, trainingRun } from 'tensile/training'

const centres = [
  [0, 2],
  [2, -1],
  [-2, -1],
]
const noise = randomKey.normal(randomKey.keyFromSeed(1), 600)
const classes = Array.from({ length: 300 }, (_, i) => i % 3)
const points = classes.map((own, i) =>
  [0, 1].map((axis) => (centres[own]?.[axis] ?? 0) + (noise[2 * i + axis] ?? 0)),
)
const data = dataset({ x: tensor.f32(points), y: tensor.i32(classes) })

const x = input('x', ['B', 2])
const y = input('y', ['B'], 'i32')
const logits = linearLayer('classifier', dim(2), dim(3))(x)
export const loss = crossEntropy(logits, y)

export const training = trainingRun({
  objective: { loss, report: { accuracy: accuracy(logits, y) } },
  optimizer: sgd({ learningRate: 0.3 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: zeros }),
  batches: data.shuffled(randomKey.keyFromSeed(2)).batches(50),
  steps: 120,
  every: { 40: logMetrics },
})
