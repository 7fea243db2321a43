/** Random tensors of other distributions than the uniform and the normal, from a key: each made from uniform numbers. */
import * as b from '../../builder.js'
import type { Shape } from '../../../shapes/dim.js'
import { showShape } from '../../../shapes/dim.js'
import { erased } from '../../erasure.js'
import { errorFunction } from '../../evaluate/error-function.js'
import { faulty } from '../../node.js'
import { inverseErrorFunction } from '../../primitives/inverse-error-function.js'
import type { Node } from '../../primitives/primitive.js'
import type { Literal } from '../../../shapes/decide.js'
import type { DimLike, DimOf, DimsOf, LiteralDim, LiteralDims } from '../../../shapes/dim-argument.js'
import type { ArgExtreme } from '../../../shapes/indexing.js'
import type { Tensor } from '../../tensor.js'
import { frontAxis } from '../axis.js'
import { dimOf, dims } from '../leaf.js'
import type { Key } from './random.js'
import { splitKey } from './random.js'

/**
 * True with the probability that `probabilities` has at each position, independently. 0 and below is never true, 1 and above
 * always.
 *
 * @example
 * const kept = randomBernoulli(input('key', [2], 'i32'), full(['B', 16], 0.9)) // [B,16], nine tenths of it true
 */
export const randomBernoulli = <S>(key: Key, probabilities: Tensor<S>): Tensor<S, 'bool'> =>
  erased(b.less(b.randomUniform(key.node, probabilities.node.shape), probabilities.node))

/**
 * Whole numbers from `least` to `end` - 1, i32, as `randint` of JAX and PyTorch. In a range of n numbers, probabilities differ by
 * less than n / 2^32 of their value. The same on every engine.
 *
 * A fault: bounds that are not whole numbers of 32 bits, the lower one first, less than 2^31 apart.
 *
 * @example
 * const steps = randomIntegers(input('key', [2], 'i32'), ['B'], 0, 1000) // [B], i32
 */
export const randomIntegers = <const S extends DimLike[]>(
  key: Key,
  shape: readonly [...S] & Literal<LiteralDims<S>>,
  least: number,
  end: number,
): Tensor<DimsOf<S>, 'i32'> => erased(integers(key.node, dims(shape), least, end))

const integers = (key: Node, shape: Shape, least: number, end: number): Node => {
  const inRange = [least, end].every((bound) => Number.isInteger(bound) && Math.abs(bound) < 2 ** 31)
  if (!inRange || end <= least || end - least >= 2 ** 31) {
    return faulty('randomIntegers', `bounds ${least} and ${end} of ${showShape(shape)}`, [key])
  }
  const remainder = b.mod(b.randomBits(key, shape), b.scalar(end - least, 'i32'))
  return b.add(remainder, b.scalar(least, 'i32'))
}

/** -ln(-ln u). A uniform number of 0 counts as half the least step of uniform numbers, 2^-24. */
const gumbel = (key: Node, shape: Shape): Node => {
  const uniform = b.maximum(b.randomUniform(key, shape), b.scalar(2 ** -25))
  return b.neg(b.log(b.neg(b.log(uniform))))
}

/**
 * The standard Gumbel distribution, exp(-exp(-x)) (Gumbel 1935): the limit of the largest of many numbers. Its mean is Euler's
 * constant, 0.5772, its variance π²/6. Numbers lie between -2.9 and 16.7, because uniform numbers have steps of 2^-24.
 *
 * @example
 * const [logits, temperature] = [input('logits', ['B', 10]), input('temperature', [])]
 * const noise = randomGumbel(input('key', [2], 'i32'), ['B', 10])
 * const relaxed = softmax(div(add(logits, noise), temperature), 1) // Jang et al. 2017, "Gumbel-softmax"
 */
export const randomGumbel = <const S extends DimLike[]>(
  key: Key,
  shape: readonly [...S] & Literal<LiteralDims<S>>,
): Tensor<DimsOf<S>> => erased(gumbel(key.node, dims(shape)))

/**
 * An index along an axis of logits, which is dropped, drawn with the probabilities softmax(logits): the largest of logits plus
 * Gumbel noise (Gumbel 1954; Maddison et al. 2014, "A* sampling"). An index whose logit is -Infinity is never drawn, unless all
 * are. For several draws from the same logits, broadcast them first.
 *
 * @example
 * const next = randomCategorical(input('key', [2], 'i32'), input('logits', ['B', 'V']), -1) // [B], token ids
 */
export const randomCategorical = <S, const I extends number>(
  key: Key,
  logits: Tensor<S>,
  axis: I & Literal<ArgExtreme<'argMax', S, I>>,
): Tensor<ArgExtreme<'argMax', S, I>, 'i32'> => {
  const { node } = logits
  return erased(b.argMax(b.add(node, gumbel(key.node, node.shape)), frontAxis(axis, node.shape.length)))
}

/**
 * The numbers 0 to n - 1 in random order, every order as likely: [n], i32. `gather(x, randomPermutation(key, n), 0)` shuffles
 * rows. Positions are sorted by random numbers, twice, so that equal ones, which have steps of 2^-24, do not keep their order.
 *
 * @example
 * const shuffled = gather(input('x', ['N', 3]), randomPermutation(input('key', [2], 'i32'), 'N'), 0) // [N,3]
 */
export const randomPermutation = <const N extends DimLike>(
  key: Key,
  n: N & Literal<LiteralDim<N>>,
): Tensor<[DimOf<N>], 'i32'> => {
  const [first, second] = splitKey(key)
  const order = ({ node }: Key): Node => b.argSort(b.randomUniform(node, [dimOf(n)]), 0)
  return erased(b.takeAlongAxis(order(first), order(second), 0))
}

/**
 * The standard normal distribution between two bounds, -2 and 2 where none are given, by inversion. Bounds are in standard
 * deviations, finite, the lower one first; others are a fault. Uniform numbers have steps of 2^-24, so bounds beyond 4 on one
 * side, where hardly any of the distribution is left, give coarse numbers.
 *
 * @example
 * const weights = mul(randomTruncatedNormal(input('key', [2], 'i32'), [512, 768]), 0.02)
 */
export const randomTruncatedNormal = <const S extends DimLike[]>(
  key: Key,
  shape: readonly [...S] & Literal<LiteralDims<S>>,
  { lower = -2, upper = 2 }: { readonly lower?: number; readonly upper?: number } = {},
): Tensor<DimsOf<S>> => erased(truncatedNormal(key.node, dims(shape), lower, upper))

/** √2 erf⁻¹ of a uniform number between erf(lower / √2) and erf(upper / √2). */
const truncatedNormal = (key: Node, shape: Shape, lower: number, upper: number): Node => {
  if (!(Number.isFinite(lower) && Number.isFinite(upper) && lower < upper)) {
    return faulty('randomTruncatedNormal', `bounds ${lower} and ${upper} of ${showShape(shape)}`, [key])
  }
  const [from, to] = [errorFunction(lower * Math.SQRT1_2), errorFunction(upper * Math.SQRT1_2)]
  const uniform = b.randomUniform(key, shape)
  const share = b.add(b.scale(uniform, to - from), b.scalar(from))
  const inside = b.minimum(b.maximum(share, b.scalar(-1 + 2 ** -24)), b.scalar(1 - 2 ** -24))
  const normal = b.scale(inverseErrorFunction(inside), Math.SQRT2)
  return b.minimum(b.maximum(normal, b.scalar(lower)), b.scalar(upper))
}
