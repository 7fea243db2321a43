/** A whole training step, as a program: forward pass, gradient, clipping, Adam, an average of weights. */
import { dim, input, randomKey, relu, scope, tensor } from 'tensile'
import { crossEntropy } from 'tensile/losses'
import { initialise, linearLayer, normal } from 'tensile/model'
import { adam, chain, clipByGlobalNorm, ema, trainStep } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const x = input('x', ['B', 4])
const labels = input('labels', ['B'], 'i32')
const hidden = scope('hidden', () => relu(linearLayer('hidden', dim(4), dim(8))(x)))
const logits = scope('output', () => linearLayer('output', dim(8), dim(3))(hidden))
export const loss = crossEntropy(logits, labels)

// Choose `step` on the right: its text holds everything that a run does.
const optimizer = chain(clipByGlobalNorm(1), adam({ learningRate: 0.03 }), ema(0.99))
export const step = trainStep({ loss }, optimizer)

const rows = Array.from({ length: 12 }, (_, i) => [0, 1, 2, 3].map((axis) => Number(axis === i % 3)))
export const training = trainingRun({
  step,
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: normal(0.3) }),
  batches: () => ({ x: tensor.f32(rows), labels: tensor.i32(rows.map((_, i) => i % 3)) }),
  steps: 100,
})
