/** Two towers, as in CLIP: pairs are drawn together. */
import { input, l2Normalize, randomKey, relu, scalar, scope, tensor } from 'tensile'
import { dataset } from 'tensile/data'
import { clipContrastive } from 'tensile/losses'
import { dense, heNormal, initialise, sequential, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

// A picture is a point, its caption the same point turned by a right angle and stretched.
const drawn = randomKey.normal(randomKey.keyFromSeed(1), 256)
const points = Array.from({ length: 128 }, (_, i) => [drawn[2 * i] ?? 0, drawn[2 * i + 1] ?? 0])
const data = dataset({
  image: tensor.f32(points),
  text: tensor.f32(points.map(([a = 0, b = 0]) => [-2 * b, 2 * a, a])),
})

const imageTower = sequential(dense(2, 16, { activation: relu }), dense(16, 4))
const textTower = sequential(dense(3, 16, { activation: relu }), dense(16, 4))
const images = scope('image tower', () => l2Normalize(imageTower(input('image', ['B', 2]), 'image')))
const texts = scope('text tower', () => l2Normalize(textTower(input('text', ['B', 3]), 'text')))
export const loss = clipContrastive(images, texts, scalar(10))

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 0.01 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: heNormal, rules: [[/bias$/, zeros]] }),
  batches: data.shuffled(randomKey.keyFromSeed(2)).batches(32),
  steps: 200,
})
