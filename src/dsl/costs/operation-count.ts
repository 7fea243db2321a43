/**
 * The number of arithmetic operations of a program: a rule for every primitive, summed over the nodes of the program.
 * Each node counts once, however many nodes use it.
 */
import * as E from 'fp-ts/lib/Either.js'
import { convolvedPairs, stepsAlong } from '../primitives/convolution-size.js'
import type { Sizes } from '../../shapes/dim.js'
import { knownSize } from '../../shapes/dim.js'
import type { Scan } from '../primitives/loop.js'
import { loopsAmong, rootsOfStep } from '../primitives/loop.js'
import { topologicalOrder } from '../walk.js'
import type { Fault } from '../fault.js'
import { dispatch } from '../node.js'
import { sizesOfNode } from '../node-sizes.js'
import type { Node, NodeOf, Op } from '../primitives/primitive.js'
import type { Program } from '../program.js'
import { nodesOf } from '../program.js'
import { showScope } from '../scope.js'
import { elementCount } from '../../values/value.js'

/** Operations of a node or a program. No operation is counted in both fields. */
export interface OperationCount {
  /** Multiply-accumulate operations (MACs) of matmul and conv2d. */
  readonly multiplyAdds: number
  /** All other operations, counted by element. */
  readonly elementwise: number
}

const none: OperationCount = { multiplyAdds: 0, elementwise: 0 }

/**
 * Floating-point operations as papers count them: a multiply-add is two.
 *
 * @example
 * floatingPointOperations({ multiplyAdds: 100, elementwise: 10 }) // 210
 */
export const floatingPointOperations = ({ multiplyAdds, elementwise }: OperationCount): number =>
  2 * multiplyAdds + elementwise

/** The sum of several counts, field by field. */
export const addOperations = (counts: readonly OperationCount[]): OperationCount =>
  counts.reduce(
    (total, { multiplyAdds, elementwise }) => ({
      multiplyAdds: total.multiplyAdds + multiplyAdds,
      elementwise: total.elementwise + elementwise,
    }),
    none,
  )

/** Sizes of a node's operands and of its result. */
interface Extents {
  readonly operand: (index: number) => readonly number[]
  readonly result: readonly number[]
}

type Rule<K extends Op> = (node: NodeOf<K>, extents: Extents) => OperationCount

const elementwise = (count: number): OperationCount => ({ multiplyAdds: 0, elementwise: count })

/** For primitives that only move or read numbers. */
const free = (): OperationCount => none

/** A fixed number of operations for each element of the result. */
const perResult =
  (operations: number) =>
  (_: unknown, { result }: Extents): OperationCount =>
    elementwise(operations * elementCount(result))

/** A fixed number of operations for each element of the first operand. */
const perElement =
  (operations: number) =>
  (_: unknown, { operand }: Extents): OperationCount =>
    elementwise(operations * elementCount(operand(0)))

const one = perResult(1)

/** `scan` has no rule: its operations are those of its step. */
const operationRules: { readonly [K in Exclude<Op, 'scan'>]: Rule<K> } = {
  input: free,
  parameter: free,
  constant: free,
  literal: free,
  iota: free,
  dimSize: free,

  neg: one,
  abs: one,
  sign: one,
  floor: one,
  round: one,
  exp: one,
  expm1: one,
  log: one,
  log1p: one,
  sqrt: one,
  rsqrt: one,
  sin: one,
  cos: one,
  tanh: one,
  erf: one,
  sigmoid: one,
  relu: one,
  gelu: one,
  softplus: one,
  not: one,

  add: one,
  sub: one,
  mul: one,
  div: one,
  mod: one,
  pow: one,
  maximum: one,
  minimum: one,
  equal: one,
  less: one,
  lessEqual: one,
  and: one,
  or: one,
  where: one,

  matmul: (_, { operand, result }) => ({
    multiplyAdds: elementCount(result) * (operand(0).at(-1) ?? 1),
    elementwise: 0,
  }),

  transpose: free,
  reshape: free,
  broadcastTo: free,
  concat: free,
  slice: free,
  pad: free,

  gather: free,
  /** One addition for each update. */
  scatterAdd: perElement(1),
  /** One comparison for each element. */
  argMax: perElement(1),
  topK: perElement(1),
  scatterMax: perElement(1),
  takeAlongAxis: free,
  scatterAlongAxis: perElement(1),
  argSort: perElement(1),

  cumsum: one,
  cummax: one,
  /** A product and a sum. */
  linearRecurrence: perResult(2),

  sum: perElement(1),
  mean: perElement(1),
  prod: perElement(1),
  max: perElement(1),
  /** Largest, difference, exponential, sum. */
  logSumExp: perElement(4),

  /** Largest, difference, exponential, sum, quotient. */
  softmax: perElement(5),
  /** Largest, difference, exponential, sum, difference. */
  logSoftmax: perElement(5),
  /** Mean, difference, square, mean, quotient, gain, bias. */
  layerNorm: perElement(7),

  conv2d: ({ attributes }, { operand }) => {
    const [batch = 0, , height = 0, width = 0] = operand(0)
    const [outputs = 0, channels = 0, kernelHeight = 0, kernelWidth = 0] = operand(1)
    return {
      multiplyAdds:
        batch *
        channels *
        outputs *
        convolvedPairs(height, kernelHeight, stepsAlong(attributes, 0)) *
        convolvedPairs(width, kernelWidth, stepsAlong(attributes, 1)),
      elementwise: 0,
    }
  },

  cast: free,
  stopGradient: free,
  withGradient: free,
  randomBits: one,
  randomUniform: one,
  randomNormal: one,
}

type Counts = readonly (readonly [Node, OperationCount])[]

/** Operations of nodes, operands first. Those of a loop are those of its step, once for each step. */
const perNode = (nodes: readonly Node[], sizes: Sizes): E.Either<Fault, Counts> =>
  E.chain((shapes: readonly (readonly number[])[]) => {
    const shapeOf = new Map(nodes.map((node, i) => [node, shapes[i] ?? []]))
    const loops = loopsAmong(nodes)
    return E.map((counts: readonly Counts[]) => counts.flat())(
      E.traverseArray((node: Node): E.Either<Fault, Counts> => {
        if (node.op === 'scan') {
          const results = loops.get(node) ?? []
          return results[0] === node ? ofLoop(results, node, sizes) : E.right([])
        }
        const operand = (index: number): readonly number[] => {
          const used = node.operands[index]
          return (used === undefined ? undefined : shapeOf.get(used)) ?? []
        }
        return E.right([[node, dispatch(operationRules, node, { operand, result: shapeOf.get(node) ?? [] })]])
      })(nodes),
    )
  })(E.traverseArray(sizesOfNode(sizes))(nodes))

const ofLoop = (results: readonly Scan[], { attributes }: Scan, sizes: Sizes): E.Either<Fault, Counts> => {
  const steps = knownSize(sizes)(attributes.length)
  return E.map((counts: Counts): Counts =>
    counts.map(([node, { multiplyAdds, elementwise: each }]) => [
      node,
      { multiplyAdds: steps * multiplyAdds, elementwise: steps * each },
    ]),
  )(perNode(topologicalOrder(rootsOfStep(results)), sizes))
}

/**
 * Operations of one run of a program, at these sizes of its symbols.
 *
 * The convention: matmul and conv2d count multiply-adds; as is usual, those with the padding of a convolution count.
 * Any elementwise function counts one operation for each element of its result, a reduction one for each element that it
 * reads, softmax and norms as many as their formulas have. Moving numbers (transpose, slice, gather, broadcasting, ...)
 * counts nothing. A loop counts its step as often as it has steps; by primitive, under those of its step.
 *
 * Fails where a symbol has no size.
 *
 * @example
 * const x = input('x', ['B', 3])
 * const product = program({ x }, { y: matmul(x, parameter('w', [3, 2])) })
 * pipe(product, E.chain((of) => countOperations(of, { B: 8 }))) // right: 48 multiply-adds
 */
export const countOperations = (of: Program, sizes: Sizes = {}): E.Either<Fault, OperationCount> =>
  E.map((counts: Counts) => addOperations(counts.map(([, count]) => count)))(perNode(nodesOf(of), sizes))

/** Sums of counts under keys, without those of no operations. A count may be under several keys, or under none. */
const totals = <K>(counts: Counts, keysOf: (node: Node) => readonly K[]): ReadonlyMap<K, OperationCount> => {
  const sums = new Map<K, OperationCount>()
  for (const [node, count] of counts) {
    if (floatingPointOperations(count) === 0) continue
    for (const key of keysOf(node)) sums.set(key, addOperations([sums.get(key) ?? none, count]))
  }
  return sums
}

/** The operations of one run by primitive; primitives without operations are left out. Fails as `countOperations` does. */
export const countOperationsByPrimitive = (
  of: Program,
  sizes: Sizes = {},
): E.Either<Fault, ReadonlyMap<Op, OperationCount>> =>
  E.map((counts: Counts) => totals(counts, ({ op }) => [op]))(perNode(nodesOf(of), sizes))

/**
 * The operations of one run by scope, under names such as `encoder/block3`. A scope counts those of the scopes in it too;
 * scopes without operations are left out, and so are operations in no scope. Fails as `countOperations` does.
 *
 * @example
 * const x = input('x', ['B', 64])
 * const y = scope('mlp', () => scope('up', () => linear(x, parameter('w', [256, 64]))))
 * pipe(program({ x }, { y }), E.chain((of) => countOperationsByScope(of, { B: 8 }))) // 'mlp' and 'mlp/up'
 */
export const countOperationsByScope = (
  of: Program,
  sizes: Sizes = {},
): E.Either<Fault, ReadonlyMap<string, OperationCount>> =>
  E.map((counts: Counts) =>
    totals(counts, ({ scope }) => [...new Set(scope.map((_, i) => showScope(scope.slice(0, i + 1))))]),
  )(perNode(nodesOf(of), sizes))
