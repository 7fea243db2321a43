/** Joining tensors along an axis that exists, or along a new one. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Concat, ConcatAll, FirstDType, FirstShape, Stackable } from '../shape/concat.js'
import type { Dim } from '../dim.js'
import { showShape } from '../dim.js'
import type { Node } from '../primitives/primitive.js'
import type { DType } from '../values/value.js'
import { frontAxis, newAxis } from './axis.js'
import { nodeOf } from './elementwise.js'
import { dimOf } from './leaf.js'
import type { InsertAxis } from '../shape/axis.js'
import type { Argument, Literal } from '../shape/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../shape/dim-argument.js'
import type { AnyTensor } from '../program.js'
import type { Tensor } from '../tensor.js'

/**
 * Two tensors one after the other along an axis; the other dims are equal.
 *
 * @example
 * const tokens = concat(input('first', ['B', 1, 768]), input('rest', ['B', 196, 768]), 1) // [B,197,768]
 */
export const concat = <A, B, D extends DType, const I extends number>(
  a: Tensor<A, D>,
  b: Argument<Concat<A, B, I>, Tensor<B, D>>,
  axis: I,
): Tensor<Concat<A, B, I>, D> => join(a, b, axis)
const join = (a: unknown, z: unknown, axis: number): never => {
  const [first, second] = [nodeOf(a), nodeOf(z)]
  return erased(b.concat([first, second], frontAxis(axis, first.shape.length)))
}

/**
 * A list of tensors one after the other along an axis; the other dims are equal.
 *
 * @example
 * const [prefix, name, suffix] = [input('p', ['K', 9, 512]), input('n', ['K', 'L', 512]), input('s', ['K', 2, 512])]
 * const prompt = concatAll([prefix, name, suffix], 1) // [K,'L+11',512]
 */
export const concatAll = <const Tensors extends readonly AnyTensor[], const I extends number>(
  tensors: Tensors & Literal<ConcatAll<Tensors, I>>,
  axis: I,
): Tensor<ConcatAll<Tensors, I>, FirstDType<Tensors>> => {
  const nodes = tensors.map(({ node }) => node)
  return erased(b.concat(nodes, frontAxis(axis, nodes[0]?.shape.length ?? 0)))
}

/**
 * Tensors of one shape along a new axis, which ends up at `axis`. The count is a literal, or a handle where it is
 * known only at run time; a list of another length does not compile, or is a fault where only run time knows it.
 *
 * @example
 * const pair = stack([input('style', ['B', 512]), input('content', ['B', 512])], 1, 2) // [B,2,512]
 */
export const stack = <
  const Tensors extends readonly AnyTensor[],
  const I extends number,
  const Count extends DimLike,
>(
  tensors: Tensors & Literal<Stackable<Tensors, DimOf<Count>>>,
  axis: I & Literal<InsertAxis<FirstShape<Tensors>, I, DimOf<Count>>>,
  count: Count & Literal<LiteralDim<Count>>,
): Tensor<InsertAxis<FirstShape<Tensors>, I, DimOf<Count>>, FirstDType<Tensors>> => {
  const nodes = tensors.map(({ node }) => node)
  return erased(stacked(nodes, axis, dimOf(count)))
}

const stacked = (nodes: readonly Node[], axis: number, count: Dim): Node => {
  const problem = unstackable(nodes, count)
  if (problem !== undefined) return faulty('stack', problem, nodes)
  const at = newAxis(axis, nodes[0]?.shape ?? [])
  if (typeof at === 'string') return faulty('stack', at, nodes)
  const rows = nodes.map((node) => b.expandDims(node, at))
  return b.concat(rows, at)
}

/** What keeps tensors from being stacked. */
const unstackable = ([head, ...rest]: readonly Node[], count: Dim): string | undefined => {
  if (head === undefined) return 'stack: needs at least one tensor'
  const [shape, ...others] = [head, ...rest].map((node) => showShape(node.shape))
  const other = others.find((one) => one !== shape)
  if (other !== undefined) return `stack: ${shape} and ${other} differ`
  return count === others.length + 1 ? undefined : `stack: ${others.length + 1} tensors are not ${count}`
}
