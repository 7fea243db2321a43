/** The gradient of each example, by vmap. */
import { gradient, input, norm, parameter, relu, matmul, linear, sum, tensor, vmap } from 'tensile'
import { computation } from 'tensile/training'

const w = parameter('w', [2, 3])
const x = input('x', ['B', 3])

// A function of one example; vmap makes it one of all of them. The program is rewritten, not repeated.
const slopes = vmap((example) => gradient(sum(relu(linear(example, w))), w), x)
export const norms = norm(slopes, [1, 2])
export const gram = matmul(x, input('other', [3, 'N']))

export const run = computation({
  outputs: { norms },
  weights: {
    w: tensor.f32([
      [1, -1, 0],
      [0, 1, 1],
    ]),
  },
  inputs: {
    x: tensor.f32([
      [1, 2, 3],
      [3, 2, 1],
      [-1, -1, -1],
    ]),
  },
})
