/** Matrix products, and Einstein summation, which becomes matrix products. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import { einsumNode } from '../primitives/named-axes.js'
import type { MatMul } from '../shape/matmul.js'
import { nodeOf } from './elementwise.js'
import type { Argument } from '../shape/decide.js'
import type { Einsum, EinsumOfOne } from '../shape/einsum.js'
import type { Tensor } from '../tensor.js'

/**
 * Matrix product over the last two axes; leading axes broadcast.
 *
 * @example
 * const y = matmul(input('x', ['B', 77, 512]), parameter('w', [512, 768])) // [B,77,768]
 */
export const matmul = <A, B>(a: Tensor<A>, b: Argument<MatMul<A, B>, Tensor<B>>): Tensor<MatMul<A, B>> =>
  product(a, b)
const product = (a: unknown, z: unknown): never => erased(b.matmul(nodeOf(a), nodeOf(z)))

/**
 * Einstein summation with named axes, separated by spaces: names that the result lacks are summed over.
 *
 * @example
 * const [queries, keys] = [input('queries', ['B', 8, 77, 64]), input('keys', ['B', 8, 77, 64])]
 * const scores = einsum('b h q d, b h k d -> b h q k', queries, keys) // [B,8,77,77]
 */
export const einsum = <A, B, const Spec extends string>(
  spec: Spec,
  a: Tensor<A>,
  b: Argument<Einsum<Spec, A, B>, Tensor<B>>,
): Tensor<Einsum<Spec, A, B>> => contraction(spec, a, b)
const contraction = (spec: string, a: unknown, z: unknown): never =>
  erased(einsumNode(spec, [nodeOf(a), nodeOf(z)]))

/**
 * Einstein summation of one tensor: permutes, sums, takes diagonals.
 *
 * @example
 * const traces = einsumOne('b i i -> b', input('matrices', ['B', 3, 3])) // [B]
 */
export const einsumOne = <A, const Spec extends string>(
  spec: Spec,
  a: Argument<EinsumOfOne<Spec, A>, Tensor<A>>,
): Tensor<EinsumOfOne<Spec, A>> => single(spec, a)
const single = (spec: string, a: unknown): never => erased(einsumNode(spec, [nodeOf(a)]))
