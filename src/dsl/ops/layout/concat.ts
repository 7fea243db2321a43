/** Joining tensors along an axis that they have, or along a new one. */
import * as b from '../../builder.js'
import { erased } from '../../erasure.js'
import { faulty } from '../../node.js'
import type { Concat, CountFits, FirstDType, FirstShape, Stackable, StackedSize } from '../../shape/concat.js'
import type { Dim } from '../../../shapes/dim.js'
import { showShape } from '../../../shapes/dim.js'
import type { Node } from '../../primitives/primitive.js'
import { frontAxis, newAxis } from '../axis.js'
import { dimOf } from '../leaf.js'
import type { InsertAxis } from '../../../shapes/axis.js'
import type { Literal, LiteralOfBoth } from '../../../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../../../shapes/dim-argument.js'
import type { AnyTensor } from '../../program.js'
import type { Tensor } from '../../tensor.js'

/**
 * Tensors one after the other along an axis, in the order of the list, as numpy's `concatenate`. They have one element
 * type, and equal dims on all other axes.
 *
 * Tensors that differ on another axis do not compile, and are a fault of a program that was not compiled.
 *
 * @example
 * const [prefix, name, suffix] = [input('p', ['K', 9, 512]), input('n', ['K', 'L', 512]), input('s', ['K', 2, 512])]
 * const prompt = concat([prefix, name, suffix], 1) // [K,'L+11',512]
 */
export const concat = <const Tensors extends readonly AnyTensor[], const I extends number>(
  tensors: Tensors & Literal<Concat<Tensors, I>>,
  axis: I,
): Tensor<Concat<Tensors, I>, FirstDType<Tensors>> => {
  const nodes = tensors.map(({ node }) => node)
  return erased(b.concat(nodes, frontAxis(axis, nodes[0]?.shape.length ?? 0)))
}

/**
 * Tensors of one shape along a new axis, which the result has at `axis`, as numpy's `stack`; -1 is the last.
 *
 * The type of a list that is made at run time does not say its length. It needs `count`: a literal, or a handle of the
 * length. A count that is not the length does not compile, or is a fault of the program where only run time knows it; so
 * are tensors of different shapes.
 *
 * @example
 * const pair = stack([input('style', ['B', 512]), input('content', ['B', 512])], 1) // [B,2,512]
 * const levels = [1, 2, 3].map((level) => input(`level${level}`, ['B', 512]))
 * const all = stack(levels, 0, { count: sized('levels', levels.length) }) // [levels,B,512]
 */
export const stack = <
  const Tensors extends readonly AnyTensor[],
  const I extends number,
  const Count extends DimLike | undefined = undefined,
>(
  tensors: Tensors & Literal<Stackable<Tensors, Count>>,
  axis: I & Literal<InsertAxis<FirstShape<Tensors>, I, StackedSize<Tensors, Count>>>,
  options?: {
    readonly count: Count & LiteralOfBoth<LiteralDim<Count>, CountFits<Tensors, DimOf<Count>>>
  },
): Tensor<InsertAxis<FirstShape<Tensors>, I, StackedSize<Tensors, Count>>, FirstDType<Tensors>> => {
  const nodes = tensors.map(({ node }) => node)
  return erased(stacked(nodes, axis, options === undefined ? nodes.length : dimOf(options.count)))
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
