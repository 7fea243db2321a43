/** Matrix products, and Einstein summation, which becomes matrix products. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import { einsumNode } from '../primitives/einsum.js'
import type { MatMul } from '../../shapes/matmul.js'
import { nodeOf } from './elementwise.js'
import type { Argument } from '../../shapes/decide.js'
import type { Einsum, EinsumOfOne } from '../../shapes/einsum.js'
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
 * Einstein summation with named axes, separated by spaces: names that the result lacks are summed over. A name that is twice
 * in one operand takes the diagonal. `...` stands for any number of axes, which are the same in all operands.
 *
 * Takes two or more operands. They are contracted two at a time: those with the fewest products first, where all sizes are
 * known, else from left to right.
 *
 * @example
 * const [queries, keys] = [input('queries', ['B', 8, 77, 64]), input('keys', ['B', 8, 77, 64])]
 * const scores = einsum('b h q d, b h k d -> b h q k', queries, keys) // [B,8,77,77]
 * const mixed = einsum('... q k, ... k d -> ... q d', scores, keys) // [B,8,77,64]
 * const [x, w, y] = [input('x', ['B', 32]), parameter('w', [32, 16, 10]), input('y', ['B', 16])]
 * const bilinear = einsum('b i, i j k, b j -> b k', x, w, y) // [B,10]
 */
export const einsum = <A, B, const Spec extends string, Rest extends unknown[] = []>(
  spec: Spec,
  a: Tensor<A>,
  b: Argument<Einsum<Spec, A, B, Rest>, Tensor<B>>,
  ...rest: { readonly [Index in keyof Rest]: Tensor<Rest[Index]> }
): Tensor<Einsum<Spec, A, B, Rest>> => contraction(spec, a, b, ...rest)
const contraction = (spec: string, ...operands: readonly unknown[]): never =>
  erased(einsumNode(spec, operands.map(nodeOf)))

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
