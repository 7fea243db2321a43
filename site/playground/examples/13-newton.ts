/** Newton's method: the Hessian is a program, too. */
import { add, gradient, hessian, mul, parameter, reshape, solve, square, sub, sum, tensor } from 'tensile'
import type { Tensor } from 'tensile'
import { computation } from 'tensile/training'

const valley = (x: Tensor<[2]>): Tensor<[]> => sum(add(square(sub(x, 1)), mul(square(square(x)), 0.1)))

export const at = parameter('at', [2])
export const height = valley(at)
export const slope = gradient(height, at)
export const curvature = hessian(valley, at)
export const next = sub(at, reshape(solve(curvature, reshape(slope, [2, 1])), [2]))

// Nothing is trained here: Run computes the exported tensors once.
export const newton = computation({
  outputs: { height, slope, curvature, next, 'height after the step': valley(next) },
  weights: { at: tensor.f32([2, -1]) },
})
