/** Convolution: which way the stripes of an image go. */
import { conv2d, input, maxPool2d, mean, parameter, randomKey, relu, scope, tensor } from 'tensile'
import { dataset } from 'tensile/data'
import { accuracy, crossEntropy } from 'tensile/losses'
import { dense, heNormal, initialise, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { logMetrics, trainingRun } from 'tensile/training'

const noise = randomKey.normal(randomKey.keyFromSeed(1), 200 * 64)
const classes = Array.from({ length: 200 }, (_, i) => i % 2)
const stripes = classes.map((way, i) => [
  Array.from({ length: 8 }, (_, row) =>
    Array.from(
      { length: 8 },
      (_, column) => ((way === 0 ? row : column) % 2) + 0.5 * (noise[64 * i + 8 * row + column] ?? 0),
    ),
  ),
])
const data = dataset({ images: tensor.f32(stripes), labels: tensor.i32(classes) })

const images = input('images', ['B', 1, 8, 8])
const labels = input('labels', ['B'], 'i32')
const maps = scope('convolution', () =>
  relu(conv2d(images, parameter('kernels.weight', [4, 1, 3, 3]), { padding: 'same' })),
)
const pooled = scope('pooling', () => mean(maxPool2d(maps, 2), [2, 3]))
const logits = dense(4, 2)(pooled, 'head')
export const loss = crossEntropy(logits, labels)

export const training = trainingRun({
  objective: { loss, report: { accuracy: accuracy(logits, labels) } },
  optimizer: adam({ learningRate: 0.02 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: heNormal, rules: [[/bias$/, zeros]] }),
  batches: data.shuffled(randomKey.keyFromSeed(2)).batches(40),
  steps: 100,
  every: { 25: logMetrics },
})
