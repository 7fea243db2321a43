/** Cumulative sums, products and maxima along an axis, and linear recurrences: each element from all before it. */
import * as b from '../../builder.js'
import { erased } from '../../erasure.js'
import type { Node } from '../../primitives/primitive.js'
import { previous } from '../../primitives/cumulative-gradients.js'
import type { HasAxis } from '../../../shapes/axis.js'
import type { Literal } from '../../../shapes/decide.js'
import type { Tensor } from '../../tensor.js'
import { frontAxis } from '../axis.js'
import { checked } from '../signature.js'

/** From which end of an axis to begin. */
export interface CumulativeDirection {
  /** Begin at the last position: each element is computed from those after it. */
  readonly reverse?: boolean
}

/** From which end to begin, and whether each element counts for its own position. */
export interface CumulativeOptions extends CumulativeDirection {
  /** Leave out a position's own element: the first one has the empty sum 0, or the empty product 1. */
  readonly exclusive?: boolean
}

const at = ({ node }: { readonly node: Node }, axis: number): number => frontAxis(axis, node.shape.length)

/**
 * The sums of the elements along an axis up to each position, as numpy's `cumsum`. The shape stays. i32 sums wrap around.
 *
 * @example
 * const lengths = cumsum(constant([3], [1, 2, 3]), 0) // 1, 3, 6
 * const starts = cumsum(constant([3], [1, 2, 3]), 0, { exclusive: true }) // 0, 1, 3
 */
export const cumsum = <S, D extends 'f32' | 'i32', const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  options: CumulativeOptions = {},
): Tensor<S, D> => erased(b.cumsum(x.node, at(x, axis), options))

/**
 * The products of the elements along an axis up to each position, as numpy's `cumprod`. The shape stays. Gradients hold for
 * zeros, too: no product is divided by an element.
 *
 * @example
 * const alphaBar = cumprod(sub(scalar(1), input('beta', [1000])), 0) // [1000], of a diffusion's schedule
 */
export const cumprod = <S, const I extends number>(
  x: Tensor<S>,
  axis: I & Literal<HasAxis<S, I>>,
  options: CumulativeOptions = {},
): Tensor<S> => erased(products(x.node, at(x, axis), options))

/** h_t = x_t h_{t-1} from a first h of 1, in an axis of one position more. */
const products = (x: Node, axis: number, { exclusive = false, reverse = false }: CumulativeOptions): Node => {
  const [before, after] = reverse ? [0, 1] : [1, 0]
  const factors = b.pad(x, axis, before, after)
  const first = b.pad(b.zerosLike(x), axis, before, after, 1)
  const start = exclusive === reverse ? 1 : 0
  return factors.fault === undefined
    ? b.slice(b.linearRecurrence(factors, first, axis, reverse), axis, start, x.shape[axis] ?? 1)
    : factors
}

/**
 * The largest element along an axis up to each position. The shape stays. From the first NaN on all are NaN. A gradient goes
 * to the element that is the maximum, the latest one of several that are equal.
 *
 * @example
 * const best = cummax(input('accuracy', ['epochs']), 0) // [epochs]: the best so far
 */
export const cummax = <S, D extends 'f32' | 'i32', const I extends number>(
  x: Tensor<S, D>,
  axis: I & Literal<HasAxis<S, I>>,
  { reverse = false }: CumulativeDirection = {},
): Tensor<S, D> => erased(b.cummax(x.node, at(x, axis), reverse))

/**
 * ln Σ eˣ over the elements along an axis up to each position. The shape stays. Each sum is taken relative to the largest
 * element so far, so that nothing overflows, and small elements before a large one keep their sums.
 *
 * @example
 * const survival = logCumSumExp(input('risk', ['N']), 0, { reverse: true }) // [N], as in Cox' partial likelihood
 */
export const logCumSumExp = <S, const I extends number>(
  x: Tensor<S>,
  axis: I & Literal<HasAxis<S, I>>,
  { reverse = false }: CumulativeDirection = {},
): Tensor<S> => erased(logSums(x.node, at(x, axis), reverse))

/** m_t + ln s_t with m the largest so far and s_t = e^(m_{t-1} - m_t) s_{t-1} + e^(x_t - m_t). The result does not depend on m. */
const logSums = (x: Node, axis: number, reverse: boolean): Node => {
  const largest = b.stopGradient(b.cummax(x, axis, reverse))
  if (largest.fault !== undefined) return largest
  const zero = b.scalar(0)
  const shift = b.where(b.less(b.abs(largest), b.scalar(Infinity)), largest, zero)
  const decay = b.exp(b.minimum(b.sub(previous(shift, axis, reverse), shift), zero))
  const sums = b.linearRecurrence(decay, b.exp(b.sub(x, shift)), axis, reverse)
  const nothing = b.equal(sums, zero)
  const logarithm = b.log(b.where(nothing, b.scalar(1), sums))
  return b.add(b.where(nothing, b.scalar(-Infinity), logarithm), shift)
}

/**
 * h_t = a_t h_{t-1} + x_t along an axis, from h = 0: `linearRecurrence(a, x, axis)`. The shape is that of `x`, which `a`
 * has, too. It is the layer of linear state-space models (Gu & Dao 2023, "Mamba", equation 2a), exponential averages with
 * any decay, discounted returns with `reverse`.
 *
 * Engines compute all positions in log2(n) steps (Blelloch 1990, "Prefix sums and their applications").
 *
 * @example
 * const [decay, x] = [input('decay', ['B', 'T', 16]), input('x', ['B', 'T', 16])]
 * const states = linearRecurrence(decay, x, 1) // [B,T,16]
 */
export const linearRecurrence = <S, const I extends number>(
  decay: Tensor<S>,
  x: Tensor<NoInfer<S>>,
  axis: I & Literal<HasAxis<S, I>>,
  { reverse = false }: CumulativeDirection = {},
): Tensor<S> =>
  erased(
    checked(
      'linearRecurrence',
      { decay: [decay, '...s'], x: [x, '...s'] },
      b.linearRecurrence(decay.node, x.node, at(x, axis), reverse),
    ),
  )
