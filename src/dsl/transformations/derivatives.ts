/** Derivatives of functions of tensors, from reverse mode (`reverse-mode.ts`) and vectorization (`vmap.ts`). */
import * as b from '../builder.js'
import { productOfDims, sameShape, showShape } from '../../shapes/dim.js'
import { erased, erasedStructure, typed, typedArguments } from '../erasure.js'
import { faulty, placeholder } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { AnyTensor } from '../program.js'
import type { ExampleCount, Examples, HoldsExamples, StackedExamples } from '../shape/vmap.js'
import type { Tensor } from '../tensor.js'
import { gradientNodes, gradients } from './reverse-mode.js'
import { substituteNodes } from './substitute.js'
import { batchNodes, vmap } from './vmap.js'

/** Σ x · y over all elements. */
const inner = (x: Node, y: Node): Node => b.sum(b.mul(x, y), [...x.shape.keys()])

/** The vector-Jacobian product: Jᵀ times the cotangent, for each of `wrt`. */
const pullBack = (y: Node, wrt: readonly Node[], cotangent: Node): readonly Node[] =>
  gradientNodes(inner(y, cotangent), wrt)

/** The Jacobian-vector product. Jᵀu is linear in u; the gradient of vᵀJᵀu with respect to u is J v, whatever u is. */
const pushForward = (y: Node, wrt: readonly Node[], tangents: readonly Node[]): Node => {
  const u = placeholder('cotangent', y.shape, y.dtype)
  const slope = pullBack(y, wrt, u)
    .map((cotangent, i) => inner(cotangent, tangents[i] ?? cotangent))
    .reduce(b.add, b.scalar(0))
  const [along = y] = gradientNodes(slope, [u])
  const [product = along] = substituteNodes([along], new Map([[u, b.zerosLike(y)]]))
  return product
}

/** What is wrong with the tensors that a derivative is made of; pairs have equal shapes. */
const misfit = (
  op: string,
  nodes: readonly Node[],
  pairs: readonly (readonly [Node, Node])[] = [],
): Node | undefined => {
  const whole = nodes.find(({ dtype }) => dtype !== 'f32')
  if (whole !== undefined)
    return faulty(op, `${op}: derivatives are of f32 tensors, got ${whole.dtype}`, nodes)
  const unlike = pairs.find(([x, v]) => !sameShape(x.shape, v.shape))
  if (unlike === undefined) return undefined
  const [x, v] = unlike
  return faulty(op, `${op}: ${showShape(v.shape)} is no direction of ${showShape(x.shape)}`, nodes)
}

/**
 * A function of leaves that stand for its arguments, and what puts the arguments in their place. So what the function uses
 * besides its arguments counts as constant.
 */
const atLeaves = (
  at: readonly Node[],
): { readonly leaves: readonly Node[]; readonly back: (root: Node) => Node } => {
  const leaves = at.map(({ shape, dtype }, i) => placeholder(`argument.${i}`, shape, dtype))
  const places = new Map(leaves.map((leaf, i) => [leaf, at[i] ?? leaf]))
  return { leaves, back: (root) => substituteNodes([root], places)[0] ?? root }
}

/**
 * The value of a function, and its derivative along tangents, which have the shapes of the primals: J v. As JAX's `jvp`.
 * What `f` uses besides its arguments counts as constant.
 *
 * It is reverse mode taken twice: Jᵀu is linear in u, and its gradient with respect to u is J v. The pass for Jᵀu is not
 * computed, because no value of it is used: for two layers of 256 with `tanh` between them, value and tangent together
 * take 2.0 times the floating-point operations of the value alone.
 *
 * Tensors other than f32, and at run time tangents of other shapes, make a fault.
 *
 * @example
 * const x = input('x', ['B', 3])
 * const [value, tangent] = jvp((at) => sum(exp(at), 1), [x], [input('direction', ['B', 3])]) // both ['B']
 */
export const jvp = <const Primals extends readonly AnyTensor[], S>(
  f: (...primals: Primals) => Tensor<S>,
  primals: Primals,
  tangents: NoInfer<Primals>,
): readonly [value: Tensor<S>, tangent: Tensor<S>] => {
  const at = primals.map(({ node }) => node)
  const along = tangents.map(({ node }) => node)
  const { leaves, back } = atLeaves(at)
  const { node: y } = f(...typedArguments<Primals>(leaves))
  const pairs = at.map((x, i) => [x, along[i] ?? b.scalar(0)] as const)
  const problem = misfit('jvp', [...at, ...along, y], pairs)
  return [typed(problem ?? back(y)), typed(problem ?? back(pushForward(y, leaves, along)))]
}

/**
 * The value of a function, and the function from a cotangent of that value to those of the arguments: Jᵀ u. As JAX's
 * `vjp`. What `f` uses besides its arguments counts as constant.
 *
 * @example
 * const [value, pullback] = vjp((x) => exp(x), input('x', ['B', 3]))
 * const [cotangent] = pullback(input('u', ['B', 3])) // ['B', 3]
 */
export const vjp = <const Primals extends readonly AnyTensor[], S>(
  f: (...primals: Primals) => Tensor<S>,
  ...primals: Primals
): readonly [value: Tensor<S>, pullback: (cotangent: Tensor<S>) => Primals] => {
  const at = primals.map(({ node }) => node)
  const { leaves, back } = atLeaves(at)
  const { node: y } = f(...typedArguments<Primals>(leaves))
  return [
    typed(back(y)),
    ({ node: u }) => {
      const problem = misfit('vjp', [...at, y, u], [[y, u]])
      const found = problem === undefined ? pullBack(y, leaves, u).map(back) : at.map(() => problem)
      return typedArguments<Primals>(found)
    },
  ]
}

/** d y / d x: one vector-Jacobian product for each element of y, all in one batch. */
const jacobianNode = (y: Node, x: Node): Node => {
  const count = productOfDims(y.shape)
  const square = [count, count]
  const basis = b.cast(b.equal(b.iota(square, 0), b.iota(square, 1)), 'f32')
  const u = placeholder('cotangent', y.shape, y.dtype)
  const examples = new Map([[u, b.reshape(basis, [count, ...y.shape])]])
  const [rows = y] = batchNodes(pullBack(y, [x], u), examples, count)
  return b.reshape(rows, [...y.shape, ...x.shape])
}

/**
 * All derivatives of a function of one tensor: [...Y, ...X] for a result [...Y] of an argument [...X]. One batch of
 * vector-Jacobian products, so its cost is that of the gradient times the number of elements of the result.
 *
 * @example
 * const slopes = jacobian((x) => softmax(x, 0), input('x', [3])) // [3, 3]
 */
export const jacobian = <X extends readonly unknown[], Y extends readonly unknown[]>(
  f: (x: Tensor<X>) => Tensor<Y>,
  x: Tensor<X>,
): Tensor<[...Y, ...X]> => {
  const { leaves, back } = atLeaves([x.node])
  const [leaf = x.node] = leaves
  const { node: y } = f(typed(leaf))
  return erased(misfit('jacobian', [x.node, y]) ?? back(jacobianNode(y, leaf)))
}

/**
 * All second derivatives of a scalar function of one tensor: [...X, ...X], the Jacobian of its gradient.
 *
 * @example
 * const curvature = hessian((x) => sum(exp(x)), input('x', [3])) // [3, 3]
 */
export const hessian = <X extends readonly unknown[]>(
  f: (x: Tensor<X>) => Tensor<[]>,
  x: Tensor<X>,
): Tensor<[...X, ...X]> => {
  const { leaves, back } = atLeaves([x.node])
  const [leaf = x.node] = leaves
  const { node: y } = f(typed(leaf))
  const [slope = y] = gradientNodes(y, [leaf])
  return erased(misfit('hessian', [x.node, y]) ?? back(jacobianNode(slope, leaf)))
}

/**
 * The gradients of each example's loss: [N, ...S] for a parameter [...S], for N examples along the first axis of the
 * batches. `vmap` of `gradients`.
 *
 * @example
 * const w = parameter('w', [3])
 * const each = perExampleGradients((x) => sum(mul(x, w)), { w }, input('xs', ['B', 3])) // each.w is ['B', 3]
 */
export const perExampleGradients = <
  const Batches extends readonly [AnyTensor, ...AnyTensor[]],
  P extends Readonly<Record<string, AnyTensor>>,
>(
  lossOfOneExample: (...examples: Examples<Batches>) => Tensor<[]>,
  parameters: P,
  ...batches: { [I in keyof Batches]: Batches[I] & HoldsExamples<Batches[I], ExampleCount<Batches>> }
): StackedExamples<P, ExampleCount<Batches>> =>
  erasedStructure(
    vmap<Batches, P>((...examples) => gradients(lossOfOneExample(...examples), parameters), ...batches),
  )
