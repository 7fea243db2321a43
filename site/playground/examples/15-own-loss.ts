/** A loss of one's own: generalised cross entropy. */
import { dim, div, exp, input, logSoftmax, mean, mul, randomKey, sub, takeElement, tensor } from 'tensile'
import type { Tensor } from 'tensile'
import { dataset } from 'tensile/data'
import { accuracy } from 'tensile/losses'
import { initialise, linearLayer, zeros } from 'tensile/model'
import { sgd } from 'tensile/optimizers'
import { logMetrics, trainingRun } from 'tensile/training'

const q = 0.7

/** Zhang & Sabuncu 2018: the mean of (1 - p^q) / q, for p the probability of the right class. B and K may be any dims. */
const generalizedCrossEntropy = <B, K>(logits: Tensor<[B, K]>, labels: Tensor<[B], 'i32'>): Tensor<[]> =>
  div(mean(sub(1, exp(mul(takeElement(logSoftmax(logits, -1), labels), q))), 0), q)

const drawn = randomKey.normal(randomKey.keyFromSeed(1), 400)
const classes = Array.from({ length: 200 }, (_, i) => i % 2)
const points = classes.map((own, i) => [(drawn[2 * i] ?? 0) + 3 * own, drawn[2 * i + 1] ?? 0])
// Each fifth label is wrong.
const given = classes.map((own, i) => (i % 5 === 0 ? 1 - own : own))
const data = dataset({ x: tensor.f32(points), y: tensor.i32(given) })

const y = input('y', ['B'], 'i32')
const logits = linearLayer('classifier', dim(2), dim(2))(input('x', ['B', 2]))
export const loss = generalizedCrossEntropy(logits, y)

export const training = trainingRun({
  objective: { loss, report: { accuracy: accuracy(logits, y) } },
  optimizer: sgd({ learningRate: 0.5 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: zeros }),
  batches: data.shuffled(randomKey.keyFromSeed(2)).batches(50),
  steps: 100,
  every: { 50: logMetrics },
})
