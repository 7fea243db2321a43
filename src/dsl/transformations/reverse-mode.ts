/**
 * Reverse-mode differentiation: from nodes to nodes that compute the gradient (Griewank & Walther, Evaluating
 * Derivatives, ch. 3). The rules are in `primitives/gradient-rules.ts`; this file walks the graph.
 */
import * as R from '../../values/record.js'
import * as b from '../builder.js'
import type { Shape } from '../../shapes/dim.js'
import { typed, typedRecord } from '../erasure.js'
import { loopsAmong } from '../primitives/loop.js'
import { gradientRules } from '../primitives/gradient-rules.js'
import { dispatch } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { AnyTensor } from '../program.js'
import type { Tensor } from '../tensor.js'
import type { DType } from '../../values/value.js'
import { inPlaceOf } from '../written.js'
import { topologicalOrder } from '../walk.js'
import { ownCotangents } from './own-gradient.js'
import type { Seed } from './scan-gradient.js'
import { scanCotangents } from './scan-gradient.js'
import type { SlicePart } from './slice-cotangents.js'
import { joinedCotangents } from './slice-cotangents.js'

/** Sums a cotangent over the axes along which its operand was broadcast. */
const sumTo = (cotangent: Node, shape: Shape): Node => {
  const extra = cotangent.shape.length - shape.length
  const leading = Array.from({ length: Math.max(extra, 0) }, (_, axis) => axis)
  const stretched = shape.flatMap((dim, axis) =>
    dim === 1 && cotangent.shape[axis + extra] !== 1 ? [axis + extra] : [],
  )
  return b.reshape(b.sum(cotangent, [...leading, ...stretched]), shape)
}

/** Nodes that depend differentiably on one of `wrt`. Only their cotangents are needed. */
const dependents = (order: readonly Node[], wrt: readonly Node[]): ReadonlySet<Node> => {
  const found = new Set<Node>(wrt.filter(({ dtype }) => dtype === 'f32'))
  for (const node of order) {
    const differentiable = node.dtype === 'f32' && node.op !== 'stopGradient'
    if (differentiable && node.operands.some((operand) => found.has(operand))) found.add(node)
  }
  return found
}

/**
 * Cotangents of nodes from those of other nodes, the seeds: the vector-Jacobian product. Undefined where no seed depends
 * differentiably on the node.
 */
export const pullBack = (seeds: readonly Seed[], wrt: readonly Node[]): readonly (Node | undefined)[] => {
  const order = topologicalOrder(seeds.map(([node]) => node))
  const wanted = dependents(order, wrt)
  const loops = loopsAmong(order)
  const cotangents = new Map<Node, Node>()
  const slices = new Map<Node, SlicePart[]>()
  const contribute = (operand: Node | undefined, cotangent: () => Node | undefined): void => {
    if (operand === undefined || !wanted.has(operand)) return
    const made = cotangent()
    if (made === undefined) return
    const contribution = sumTo(made, operand.shape)
    const sofar = cotangents.get(operand)
    cotangents.set(operand, sofar === undefined ? contribution : b.add(sofar, contribution))
  }
  /** The cotangent of a node all of whose uses have been visited. */
  const cotangentOf = (node: Node): Node | undefined => {
    const parts = slices.get(node) ?? []
    slices.delete(node)
    // Uses are visited from the last to the first.
    for (const joined of joinedCotangents(node, parts.toReversed())) contribute(node, () => joined)
    return cotangents.get(node)
  }
  for (const [node, cotangent] of seeds) contribute(node, () => cotangent)
  const visit = (node: Node): void => {
    if (node.op === 'scan') {
      // All that uses the results of a loop comes after the first of them: there, all their cotangents are known.
      const results = loops.get(node) ?? []
      if (results[0] !== node || results.every((result) => cotangentOf(result) === undefined)) return
      const ofOperands = scanCotangents(results, cotangentOf, (operand) => wanted.has(operand), {
        pullBack,
        dependents,
      })
      node.operands.forEach((operand, i) => contribute(operand, () => ofOperands[i]))
      return
    }
    const dy = cotangentOf(node)
    if (dy === undefined || !wanted.has(node)) return
    if (node.op === 'withGradient') {
      ownCotangents(node, dy).forEach((cotangent, i) => contribute(node.operands[i + 1], cotangent))
      return
    }
    if (node.op === 'slice') {
      const [whole] = node.operands
      const parts = slices.get(whole)
      if (parts === undefined) slices.set(whole, [{ slice: node, cotangent: dy }])
      else parts.push({ slice: node, cotangent: dy })
      return
    }
    for (const [i, cotangent] of dispatch(gradientRules, node, dy).entries()) {
      contribute(node.operands[i], () => cotangent?.())
    }
  }
  // What computes the gradient of an operation is in the scope of the operation, and at its line.
  for (const node of order.toReversed()) inPlaceOf(node, () => visit(node))
  return wrt.map(cotangentOf)
}

/**
 * Gradients of a scalar with respect to nodes anywhere in its graph; zeros where the scalar does not depend on a node. If
 * `output` has more than one element, every gradient carries that fault.
 */
export const gradientNodes = (output: Node, wrt: readonly Node[]): readonly Node[] => {
  const scalar = b.reshape(output, [])
  const found = pullBack([[scalar, b.scalar(1)]], wrt)
  return wrt.map((node, i) => (scalar.fault !== undefined ? scalar : (found[i] ?? b.zerosLike(node))))
}

/** Gradients of a scalar with respect to named nodes, under their names. */
export const namedGradients = (
  output: Node,
  wrt: Readonly<Record<string, Node>>,
): Readonly<Record<string, Node>> => {
  const nodes = gradientNodes(output, Object.values(wrt))
  return Object.fromEntries(Object.keys(wrt).map((name, i) => [name, nodes[i] ?? output]))
}

/**
 * The gradient of a scalar with respect to one tensor: a tensor of the same shape, and a program like any other,
 * so that it can be differentiated again.
 *
 * @example
 * const x = input('x', [3])
 * const slope = gradient(sum(mul(x, x)), x) // Tensor<[3]>: 2x
 */
export const gradient = <S, D extends DType>(loss: Tensor<[]>, wrt: Tensor<S, D>): Tensor<S, D> =>
  gradients(loss, { wrt }).wrt

/**
 * Gradients of a scalar with respect to a record of tensors, under the same names and of the same shapes.
 *
 * @example
 * const [w, bias] = [parameter('w', [3]), parameter('bias', [3])]
 * const slopes = gradients(sum(mul(w, bias)), { w, bias }) // slopes.w is Tensor<[3]>: bias
 */
export const gradients = <P extends Readonly<Record<string, AnyTensor>>>(loss: Tensor<[]>, wrt: P): P =>
  typedRecord<P>(
    R.map((node: Node) => typed(node))(namedGradients(loss.node, R.map(({ node }: AnyTensor) => node)(wrt))),
  )
