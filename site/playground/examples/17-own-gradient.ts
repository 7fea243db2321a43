/** A gradient of one's own: weights that are rounded, trained straight through. */
import { input, linear, parameter, round, tensor, withGradient } from 'tensile'
import { meanSquaredError } from 'tensile/losses'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const weight = parameter('weight', [1, 2])
// Rounding has a slope of 0; its gradient is taken to be that of the identity (Bengio et al. 2013).
const whole = withGradient(round(weight), [weight], (cotangent) => [cotangent])
export const prediction = linear(input('x', ['B', 2]), whole)
export const loss = meanSquaredError(prediction, input('y', ['B', 1]))

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 0.1 }),
  weights: { weight: tensor.f32([[0, 0]]) },
  batches: () => ({
    x: tensor.f32([
      [1, 0],
      [0, 1],
      [1, 1],
    ]),
    y: tensor.f32([[3], [-2], [1]]),
  }),
  steps: 120,
})
