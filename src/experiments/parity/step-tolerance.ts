/** How far weights may be from the expected ones after steps of Adam: what the rounding of gradients can change, entry by entry. */
import type { FixtureConfiguration } from './fixture.js'
import { largestMagnitude } from './comparison.js'

/**
 * The rounding error of a gradient in float32, as a part of the largest magnitude of its tensor. Measured: 4.9e-6 at most,
 * over all tensors of both released fixtures, on ONNX Runtime (native with one thread and with two, and WebAssembly) and on
 * TensorFlow.js.
 */
const gradientRounding = 1e-5

/**
 * How far a later step may move a weight from the expected one, in learning rates. Adam's later steps depend smoothly on
 * gradients as long as the first was not rounding alone. Measured: 0.04 after five steps, where the first step had turned two
 * other weights.
 */
const drift = 0.25

/** A tensor before the first step, and the gradient of the loss there, as the fixture has them. */
interface FirstStep {
  readonly weight: ArrayLike<number>
  readonly gradient: ArrayLike<number>
}

/**
 * The largest difference that is allowed for each entry of a weight after so many steps, apart from the rounding of the weight
 * itself.
 *
 * Adam's first step is `rate * d / (|d| + epsilon)`, where `d` is the gradient with weight decay. It depends on the sign of `d`
 * and hardly on its size. So an entry whose `d` is well above the rounding error of its gradient must be as expected, and one
 * whose `d` is below it may go either way: by two learning rates at most. In the fixture `vit-tiny`, three of 85,371 entries are
 * of this kind: a gradient of -1.32e-5 and a decay of 1.32e-5 leave -6e-9 in float64, and 1.3e-8 in float32.
 */
export const stepAllowances = (
  steps: number,
  { weight, gradient }: FirstStep,
  { lr, eps, weight_decay: decay }: FixtureConfiguration['optimizer'],
): readonly number[] => {
  const rounding = gradientRounding * largestMagnitude(gradient)
  const direction = (d: number): number => d / (Math.abs(d) + eps)
  return Array.from(weight, (value, i) => {
    const d = (gradient[i] ?? Number.NaN) + decay * value
    const turned = Math.max(
      Math.abs(direction(d + rounding) - direction(d)),
      Math.abs(direction(d - rounding) - direction(d)),
    )
    return lr * (turned + (steps > 1 ? drift : 0))
  })
}
