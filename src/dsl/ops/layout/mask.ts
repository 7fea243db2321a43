/** Attention masks. */
import * as b from '../../builder.js'
import { erased } from '../../erasure.js'
import { dimOf } from '../leaf.js'
import type { Literal } from '../../../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../../../shapes/dim-argument.js'
import type { Tensor } from '../../tensor.js'

/**
 * 0 where a position may look (itself and earlier), -∞ where it may not: added to the scores of attention.
 *
 * @example
 * const masked = add(input('scores', ['B', 8, 77, 77]), causalMask(77))
 */
export const causalMask = <const L extends DimLike>(
  length: L & Literal<LiteralDim<L>>,
): Tensor<[DimOf<L>, DimOf<L>]> => {
  const shape = [dimOf(length), dimOf(length)]
  const future = b.less(b.iota(shape, 0), b.iota(shape, 1))
  return erased(b.where(future, b.scalar(-Infinity), b.scalar(0)))
}
