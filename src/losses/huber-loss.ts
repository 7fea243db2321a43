/** The Huber loss. */
import { clip, mean, mul, sub, withSignature } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { aboveZero, withSettings } from './setting.js'

/**
 * Mean over all elements of e² / 2 where |e| <= delta, else delta (|e| - delta / 2), with e = prediction - target (Huber 1964,
 * sec. 4): squared errors near the target, absolute ones far from it, so that outliers have gradients of size delta.
 * PyTorch's `smooth_l1_loss` with `beta` is this loss at a delta of beta, divided by beta.
 *
 * `prediction` and `target` are of one shape. A delta that is not a finite number above 0 is a fault.
 *
 * @example
 * const loss = huberLoss(constant([3], [0.5, -3, 1]), constant([3], [0, 0, 1]), { delta: 1 }) // 0.875
 */
export const huberLoss = <S>(
  prediction: Tensor<S>,
  target: Tensor<NoInfer<S>>,
  { delta = 1 }: { readonly delta?: number } = {},
): Tensor<[]> => {
  const output = withSignature(
    'huberLoss',
    { prediction: [prediction, '...shape'], target: [target, '...shape'] },
    prediction,
  )
  const error = sub(output, target)
  // c (e - c / 2), c being e clipped at ±delta, is both cases in one, and smooth at e = 0.
  const near = clip(error, { min: -delta, max: delta })
  return withSettings('huberLoss', { delta: [delta, aboveZero] }, mean(mul(near, sub(error, mul(near, 0.5)))))
}
