/** Activation functions and normalised exponentials. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import type { Node } from '../primitives/primitive.js'
import { frontAxis } from './axis.js'
import type { HasAxis } from '../../shapes/axis.js'
import type { Literal } from '../../shapes/decide.js'
import { finite } from '../setting.js'
import type { Tensor } from '../tensor.js'
import { withSetting } from './setting.js'

/** max(x, 0), with gradient 0 at 0. */
export const relu = <S>(x: Tensor<S>): Tensor<S> => erased(b.relu(x.node))
/**
 * x Φ(x), exact (Hendrycks & Gimpel 2016). With `{ approximate: 'tanh' }`, their approximation
 * x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, which GPT-2 was trained with: within 5e-4 of the exact one.
 *
 * @example
 * const hidden = gelu(input('x', ['B', 3072]), { approximate: 'tanh' })
 */
export const gelu = <S>(x: Tensor<S>, options: { readonly approximate?: 'tanh' } = {}): Tensor<S> =>
  erased(options.approximate === 'tanh' ? geluByTanh(x.node) : b.gelu(x.node))

const geluByTanh = (x: Node): Node => {
  // Below -1e6 the result is 0; at -∞ the formula would be NaN.
  const least = b.where(b.less(x, b.scalar(-1e6)), b.scalar(-1e6), x)
  const cube = b.mul(least, b.mul(least, least))
  const inner = b.scale(b.add(least, b.scale(cube, 0.044715)), Math.sqrt(2 / Math.PI))
  return b.mul(least, b.scale(b.add(b.tanh(inner), b.scalar(1)), 0.5))
}

/** x σ(1.702 x): the approximation that CLIP was trained with (Hendrycks & Gimpel 2016, sec. 2). */
export const quickGelu = <S>(x: Tensor<S>): Tensor<S> =>
  erased(b.mul(x.node, b.sigmoid(b.scale(x.node, 1.702))))
/** 1 / (1 + e⁻ˣ) */
export const sigmoid = <S>(x: Tensor<S>): Tensor<S> => erased(b.sigmoid(x.node))

/** ln σ(x) = -ln(1 + e⁻ˣ): it neither overflows nor loses digits on either side. */
export const logSigmoid = <S>(x: Tensor<S>): Tensor<S> => erased(b.neg(b.softplus(b.neg(x.node))))
/** ln(1 + eˣ), stable on both sides (Dugas et al. 2000). */
export const softplus = <S>(x: Tensor<S>): Tensor<S> => erased(b.softplus(x.node))
/** x σ(x), also called swish (Elfwing et al. 2018). NaN at -∞. */
export const silu = <S>(x: Tensor<S>): Tensor<S> => erased(b.mul(x.node, b.sigmoid(x.node)))

/**
 * x where x is above 0, else alpha (eˣ - 1); alpha is 1 where none is given (Clevert et al. 2016, eq. 15). The gradient at 0
 * is alpha. An alpha that is not finite is a fault.
 *
 * @example
 * const hidden = elu(input('x', ['B', 64]), { alpha: 0.5 })
 */
export const elu = <S>(x: Tensor<S>, { alpha = 1 }: { readonly alpha?: number } = {}): Tensor<S> => {
  const isPositive = b.less(b.scalar(0), x.node)
  // Only what is not positive is exponentiated: a gradient of infinity times 0 would be NaN.
  const below = b.expm1(b.where(isPositive, b.scalar(0), x.node))
  return erased(
    b.where(isPositive, withSetting('elu', 'alpha', alpha, finite, x.node), b.scale(below, alpha)),
  )
}

/**
 * x where x is above 0, else slope · x; the slope is 0.01 where none is given (Maas et al. 2013). The gradient at 0 is the
 * slope. A slope that is not finite is a fault.
 *
 * @example
 * const hidden = leakyRelu(input('x', ['B', 64]), { slope: 0.2 })
 */
export const leakyRelu = <S>(x: Tensor<S>, { slope = 0.01 }: { readonly slope?: number } = {}): Tensor<S> =>
  erased(
    b.where(
      b.less(b.scalar(0), x.node),
      withSetting('leakyRelu', 'slope', slope, finite, x.node),
      b.scale(x.node, slope),
    ),
  )

/** x between -1 and 1, else the nearer of the two (Collobert 2004). The gradient at -1 and 1 is 1/2, as of `clip`. */
export const hardtanh = <S>(x: Tensor<S>): Tensor<S> =>
  erased(b.minimum(b.maximum(x.node, b.scalar(-1)), b.scalar(1)))

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
