/**
 * Cholesky factors and linear systems of square matrices: the last two axes of a tensor, the others are a batch. Each is a loop
 * over the columns of a matrix; gradients are those of closed formulas, so no step of a loop is kept for them.
 */
import * as b from '../builder.js'
import { sameShape, showShape } from '../../shapes/dim.js'
import type { Argument } from '../../shapes/decide.js'
import type { Diagonal, RightSide } from '../../shapes/matrix.js'
import { erased, typed } from '../erasure.js'
import { faulty, placeholder } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import { expectType, first } from '../primitives/shape-checks.js'
import type { Tensor } from '../tensor.js'
import { withOwnGradient } from '../transformations/own-gradient.js'
import { nodeOf } from './elementwise.js'
import { membersOf } from './layout/structure.js'
import { untypedScan } from './scan.js'

type Nodes = Readonly<Record<string, Node>>

/** A loop over an axis of sequences; gives the last carry, and outputs along the same axis. */
const loop = (
  {
    carry,
    sequences,
    axis,
    reverse = false,
  }: { carry: Nodes; sequences: Nodes; axis: number; reverse?: boolean },
  step: (carry: Nodes, at: Nodes) => { readonly carry: Nodes; readonly outputs: Nodes },
): { readonly carry: Nodes; readonly outputs: Nodes } => {
  const tensors = (of: Nodes) =>
    Object.fromEntries(Object.entries(of).map(([name, node]) => [name, typed(node)]))
  const found = untypedScan(
    { carry: tensors(carry), sequences: tensors(sequences), axis, reverse },
    (now, at) => {
      const next = step(Object.fromEntries(membersOf(now)), Object.fromEntries(membersOf(at)))
      return { carry: tensors(next.carry), outputs: tensors(next.outputs) }
    },
  )
  return {
    carry: Object.fromEntries(membersOf(found.carry)),
    outputs: Object.fromEntries(membersOf(found.outputs)),
  }
}

/** 1 where a row and a column of a square matrix are so related, else 0. */
const marked = (x: Node, related: (row: Node, column: Node) => Node): Node => {
  const size = x.shape.at(-2) ?? 1
  return b.cast(related(b.iota([size, size], 0), b.iota([size, size], 1)), 'f32')
}
const identity = (x: Node): Node => marked(x, b.equal)
const onOrBelow = (x: Node): Node => marked(x, (row, column) => b.lessEqual(column, row))

const last = ({ shape }: Node): number => shape.length - 1
const sumLast = (x: Node): Node => b.sum(x, [last(x)])
const column = (x: Node): Node => b.expandDims(x, x.shape.length)
const row = (x: Node): Node => b.expandDims(x, last(x))

/** What is wrong with a square matrix, and with the right side of a system of it. */
const misfit = (op: string, a: Node, right?: Node): string | undefined => {
  const [rows, columns] = a.shape.slice(-2)
  return first(
    a.shape.length < 2 ? `${op}: ${showShape(a.shape)} needs rank >= 2` : undefined,
    rows === columns ? undefined : `${op}: ${showShape(a.shape)} is not square`,
    expectType(op, a, 'f32'),
    right && expectType(op, right, 'f32'),
    right === undefined || sameShape(a.shape.slice(0, -1), right.shape.slice(0, -1))
      ? undefined
      : `${op}: ${showShape(a.shape)} times a matrix is never ${showShape(right.shape)}`,
  )
}

/** The result with a gradient of its own, given the cotangent; the fault where the operands do not fit. */
const differentiated = (
  op: string,
  operands: readonly Node[],
  compute: () => Node,
  cotangents: (result: Node, cotangent: Node) => readonly Node[],
): Node => {
  const [a, right] = operands
  const inherited = operands.find(({ fault }) => fault !== undefined)
  const problem = a && misfit(op, a, right)
  if (inherited !== undefined || problem !== undefined) return faulty(op, problem ?? '', operands)
  const result = compute()
  const cotangent = placeholder('cotangent', result.shape, result.dtype)
  return withOwnGradient(result, operands, cotangent, cotangents(result, cotangent))
}

/** Column by column: each is that of what is left of the matrix, whose product with itself is then taken away. */
const factor = (a: Node): Node => {
  const { outputs } = loop(
    { carry: { rest: a }, sequences: { at: identity(a), from: onOrBelow(a) }, axis: -1 },
    ({ rest = a }, { at = a, from = a }) => {
      const under = b.mul(sumLast(b.mul(rest, at)), from)
      const root = b.sqrt(sumLast(b.mul(under, at)))
      const next = b.div(under, column(root))
      return { carry: { rest: b.sub(rest, b.mul(column(next), row(next))) }, outputs: { next } }
    },
  )
  return outputs['next'] ?? a
}

/** Row by row, each from those before it; from the last row for an upper triangle. */
const substituted = (a: Node, right: Node, lower: boolean): Node => {
  const { outputs } = loop(
    {
      carry: { x: b.zerosLike(right) },
      sequences: { ofA: a, ofRight: right, at: identity(a) },
      axis: -2,
      reverse: !lower,
    },
    ({ x = right }, { ofA = a, ofRight = right, at = a }) => {
      const known = b.dropAxis(b.matmul(row(ofA), x), last(x) - 1)
      const next = b.div(b.sub(ofRight, known), column(sumLast(b.mul(ofA, at))))
      return { carry: { x: b.add(x, b.mul(column(at), row(next))) }, outputs: { next } }
    },
  )
  return outputs['next'] ?? right
}

/**
 * Gauss-Jordan elimination with partial pivoting: at each column, the largest element of a row that was no pivot yet. Rows stay
 * where they are; `chosen` [..., row, column] says which row has which unknown.
 */
const eliminated = (a: Node, right: Node): Node => {
  const size = a.shape.at(-1) ?? 1
  const whole = b.concat([a, right], last(a))
  const columns = right.shape.at(-1) ?? 1
  const places = b.concat([identity(a), b.full([size, columns], 0)], 1)
  const { carry, outputs } = loop(
    {
      carry: { whole, open: b.full(a.shape.slice(0, -1), 1) },
      sequences: { at: places },
      axis: 0,
    },
    ({ whole: now = whole, open = whole }, { at = places }) => {
      const here = sumLast(b.mul(now, at))
      const candidates = b.where(b.less(b.scalar(0), open), b.abs(here), b.scalar(-1))
      const pivot = b.argMax(candidates, last(candidates))
      const chosen = b.cast(b.equal(b.iota([size], 0), b.expandDims(pivot, pivot.shape.length)), 'f32')
      const ofPivot = b.sum(b.mul(now, column(chosen)), [last(now) - 1], true)
      const scaled = b.div(ofPivot, b.expandDims(sumLast(b.mul(ofPivot, at)), last(ofPivot)))
      const reduced = b.sub(now, b.mul(column(here), scaled))
      return {
        carry: {
          whole: b.where(b.less(b.scalar(0), column(chosen)), scaled, reduced),
          open: b.sub(open, chosen),
        },
        outputs: { chosen },
      }
    },
  )
  const { whole: reduced = whole } = carry
  const { chosen = a } = outputs
  const order = b.transpose(chosen, [...chosen.shape.slice(1, -1).map((_, i) => i + 1), 0, last(chosen)])
  return b.matmul(order, b.slice(reduced, last(reduced), size, columns))
}

/** Half of the diagonal and all below it. */
const halvedTriangle = (x: Node): Node => b.mul(x, b.sub(onOrBelow(x), b.scale(identity(x), 0.5)))

/**
 * The lower triangle L with A = L Lᵀ, of symmetric positive definite matrices A, batched. Of a matrix that is not symmetric,
 * the factor is that of (A + Aᵀ)/2, as in JAX. NaN for a matrix that is not positive definite.
 *
 * The gradient is L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, made symmetric, where Φ takes the lower triangle with half of the diagonal (Murray 2016,
 * "Differentiation of the Cholesky decomposition", eq. 10).
 *
 * A matrix that is not square does not compile, and is a fault at run time.
 *
 * @example
 * const factors = cholesky(input('covariance', ['B', 3, 3])) // [B,3,3]
 */
export const cholesky = <S>(a: Argument<Diagonal<'cholesky', S>, Tensor<S>>): Tensor<S> => {
  const node = nodeOf(a)
  const symmetric =
    misfit('cholesky', node) === undefined ? b.scale(b.add(node, b.transposeLast(node)), 0.5) : node
  return erased(
    differentiated(
      'cholesky',
      [symmetric],
      () => factor(symmetric),
      (result, cotangent) => {
        const inner = halvedTriangle(b.matmul(b.transposeLast(result), cotangent))
        const upper = b.transposeLast(result)
        const left = substituted(upper, inner, false)
        const both = b.transposeLast(substituted(upper, b.transposeLast(left), false))
        return [b.scale(b.add(both, b.transposeLast(both)), 0.5)]
      },
    ),
  )
}

/** Whether a triangle is the lower one. */
export interface TriangularSolveOptions {
  /** So by default. The other triangle is not read. */
  readonly lower?: boolean
}

/**
 * The solution X of A X = B for triangular matrices A [...,N,N] and B [...,N,K], by substitution. The batches are the same. As
 * scipy's `solve_triangular`. Infinite or NaN where the diagonal has a 0.
 *
 * Other shapes do not compile, and are a fault at run time.
 *
 * @example
 * const whitened = triangularSolve(cholesky(input('covariance', [3, 3])), input('points', [3, 'N'])) // [3,N]
 */
export const triangularSolve = <A, B>(
  a: Tensor<A>,
  right: Argument<RightSide<'triangularSolve', A, B>, Tensor<B>>,
  { lower = true }: TriangularSolveOptions = {},
): Tensor<B> => {
  const node = nodeOf(right)
  return erased(
    differentiated(
      'triangularSolve',
      [a.node, node],
      () => substituted(a.node, node, lower),
      (result, cotangent) => {
        const ofRight = substituted(b.transposeLast(a.node), cotangent, !lower)
        const whole = b.neg(b.matmul(ofRight, b.transposeLast(result)))
        const below = onOrBelow(a.node)
        return [b.mul(whole, lower ? below : b.transposeLast(below)), ofRight]
      },
    ),
  )
}

/**
 * The solution X of A X = B for square matrices A [...,N,N] and B [...,N,K], by elimination with partial pivoting. The batches
 * are the same. As numpy's `solve`. Infinite or NaN for a singular matrix.
 *
 * Other shapes do not compile, and are a fault at run time.
 *
 * @example
 * const weights = solve(input('gram', ['B', 8, 8]), input('moments', ['B', 8, 1])) // [B,8,1]
 */
export const solve = <A, B>(
  a: Tensor<A>,
  right: Argument<RightSide<'solve', A, B>, Tensor<B>>,
): Tensor<B> => {
  const node = nodeOf(right)
  return erased(
    differentiated(
      'solve',
      [a.node, node],
      () => eliminated(a.node, node),
      (result, cotangent) => {
        const ofRight = eliminated(b.transposeLast(a.node), cotangent)
        return [b.neg(b.matmul(ofRight, b.transposeLast(result))), ofRight]
      },
    ),
  )
}
