/** Exclusive or, which no line separates. */
import { dim, input, randomKey, tanh, tensor } from 'tensile'
import { binaryCrossEntropy } from 'tensile/losses'
import { initialise, linearLayer, xavierUniform, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const x = input('x', ['B', 2])
const y = input('y', ['B', 1])
const hidden = tanh(linearLayer('hidden', dim(2), dim(4))(x))
const logit = linearLayer('output', dim(4), dim(1))(hidden)
export const loss = binaryCrossEntropy(logit, y)

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 0.05 }),
  weights: initialise(loss, randomKey.keyFromSeed(1), { default: xavierUniform, rules: [[/bias$/, zeros]] }),
  batches: () => ({
    x: tensor.f32([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]),
    y: tensor.f32([[0], [1], [1], [0]]),
  }),
  steps: 300,
})
