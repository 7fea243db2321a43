/** A line through points. */
import { input, linear, parameter, tensor } from 'tensile'
import { meanSquaredError } from 'tensile/losses'
import { sgd } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const x = input('x', ['B', 2])
const y = input('y', ['B', 1])

// A dim is a number or a name. Change a 2 into a 3, and read what the compiler says.
const prediction = linear(x, parameter('weight', [1, 2]), parameter('bias', [1]))
export const loss = meanSquaredError(prediction, y)

// Four points of y = 3a - 2b + 1
const points = {
  x: tensor.f32([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]),
  y: tensor.f32([[1], [4], [-1], [2]]),
}

export const training = trainingRun({
  objective: { loss },
  optimizer: sgd({ learningRate: 0.1 }),
  weights: { weight: tensor.f32([[0, 0]]), bias: tensor.f32([0]) },
  batches: () => points,
  steps: 200,
})
