/** Activation functions and normalised exponentials. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import { frontAxis } from './axis.js'
import type { HasAxis } from '../shape/axis.js'
import type { Literal } from '../shape/decide.js'
import type { Tensor } from '../tensor.js'

/** max(x, 0), with gradient 0 at 0. */
export const relu = <S>(x: Tensor<S>): Tensor<S> => erased(b.relu(x.node))
/** x Φ(x), exact (Hendrycks & Gimpel 2016). */
export const gelu = <S>(x: Tensor<S>): Tensor<S> => erased(b.gelu(x.node))
/** x σ(1.702 x): the approximation that CLIP was trained with (Hendrycks & Gimpel 2016, sec. 2). */
export const quickGelu = <S>(x: Tensor<S>): Tensor<S> =>
  erased(b.mul(x.node, b.sigmoid(b.scale(x.node, 1.702))))
/** 1 / (1 + e⁻ˣ) */
export const sigmoid = <S>(x: Tensor<S>): Tensor<S> => erased(b.sigmoid(x.node))

/**
 * eˣ / Σ eˣ along an axis.
 *
 * @example
 * const probabilities = softmax(logits, -1)
 */
export const softmax = <S, const I extends number>(
  x: Tensor<S>,
  axis: I & Literal<HasAxis<S, I>>,
): Tensor<S> => erased(b.softmax(x.node, frontAxis(axis, x.node.shape.length)))

/** ln softmax(x), stable for large x. */
export const logSoftmax = <S, const I extends number>(
  x: Tensor<S>,
  axis: I & Literal<HasAxis<S, I>>,
): Tensor<S> => erased(b.logSoftmax(x.node, frontAxis(axis, x.node.shape.length)))
