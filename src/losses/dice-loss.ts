/** The Dice loss of segmentations. */
import { add, div, mean, mul, square, sub, sum, vmap, withSignature } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { aboveZero, withSettings } from './setting.js'

/**
 * Mean over the examples of 1 - (2 Σ p t + smooth) / (Σ p + Σ t + smooth), summed over all elements of an example: one minus
 * how much prediction and target overlap, whatever the share of the foreground is (Sudre et al. 2017, sec. 2). With `squared`,
 * the denominator is Σ p² + Σ t² + smooth (Milletari et al. 2016, V-Net, sec. 3). For targets of 0 and 1 it is 0 where both
 * agree, and below 1.
 *
 * `probabilities` and `targets` are of one shape [B,...], with numbers from 0 to 1. For an overlap of each class of [B,K,H,W],
 * make examples of the classes: `rearrange(x, 'b k h w -> (b k) (h w)')`. The `smooth` keeps examples without foreground
 * finite; one that is not a finite number above 0 is a fault.
 *
 * @example
 * const loss = diceLoss(constant([1, 4], [1, 0.5, 0, 0]), constant([1, 4], [1, 1, 0, 0]), { smooth: 1 }) // 0.111111
 */
export const diceLoss = <B, Rest extends readonly unknown[]>(
  probabilities: Tensor<[B, ...Rest]>,
  targets: Tensor<NoInfer<[B, ...Rest]>>,
  { smooth = 1, squared = false }: { readonly smooth?: number; readonly squared?: boolean } = {},
): Tensor<[]> => {
  const predicted = withSignature(
    'diceLoss',
    { probabilities: [probabilities, '...shape'], targets: [targets, '...shape'] },
    probabilities,
  )
  const overlap = vmap(
    (p, t) => {
      const size = squared ? add(sum(square(p)), sum(square(t))) : add(sum(p), sum(t))
      return div(add(mul(sum(mul(p, t)), 2), smooth), add(size, smooth))
    },
    predicted,
    targets,
  )
  return withSettings('diceLoss', { smooth: [smooth, aboveZero] }, sub(1, mean(overlap)))
}
