/** CLIP's classifier: cosines of images and texts, times CLIP's scale (Radford et al. 2021, sec. 3.1.2). */
import { einsum, l2Normalize, mul } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type { ClipTowers } from './clip-towers.js'

type Scale = Pick<ClipTowers, 'logitScale'>

/** Image features [B,E] and one text feature for every class [K,E] to logits [B,K]. Features may have any length. */
export const sharedTextLogits = <B, K, E>(
  { logitScale }: Scale,
  images: Tensor<[B, E]>,
  texts: Tensor<[K, NoInfer<E>]>,
): Tensor<[B, K]> => mul(einsum('b e, k e -> b k', l2Normalize(images), l2Normalize(texts)), logitScale)

/**
 * The same where every image has text features of its own [B,K,E]. Those have unit length already, since losses compare
 * them, too.
 */
export const ownTextLogits = <B, K, E>(
  { logitScale }: Scale,
  images: Tensor<[B, E]>,
  unitTexts: Tensor<[NoInfer<B>, K, NoInfer<E>]>,
): Tensor<[B, K]> => mul(einsum('b e, b k e -> b k', l2Normalize(images), unitTexts), logitScale)
