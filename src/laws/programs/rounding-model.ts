/**
 * A program whose rounding errors are inputs: each result that an engine rounds is multiplied by a factor, 1 for
 * none. Evaluated at random factors it shows how far rounding may carry each output (Monte Carlo arithmetic: Parker
 * 1997, "Monte Carlo arithmetic: exploiting randomness in floating-point arithmetic").
 */
import * as R from '../../values/record.js'
import * as b from '../../dsl/builder.js'
import { definitionOf } from '../../dsl/primitives/definitions.js'
import type { Shape } from '../../shapes/dim.js'
import type { Node, Op } from '../../dsl/primitives/primitive.js'
import { placeholder } from '../../dsl/node.js'
import type { Scan } from '../../dsl/primitives/loop.js'
import { stepLeaves, stepRoots } from '../../dsl/primitives/loop.js'
import { closeLoop } from '../../dsl/transformations/close-loop.js'
import { substituteNodes } from '../../dsl/transformations/substitute.js'
import { topologicalOrder } from '../../dsl/walk.js'
import type { Jump } from './jumps.js'
import { jumpOf } from './jumps.js'

/**
 * - `exact`: numbers are moved, chosen or counted, not rounded.
 * - `rounds`: the result is off by a few units in its last place.
 * - `accumulates`: a sum of terms, which may cancel: it is off by a few units in the last place of its largest term.
 * - `rounds as it draws`: the result is off by a few units in the last place of its largest values, around 4.
 * - `in each step`: a loop rounds as its step does.
 * - `in steps`: what the smaller primitives do that it is computed by.
 */
type Rounding = 'exact' | 'rounds' | 'accumulates' | 'rounds as it draws' | 'in each step' | 'in steps'

const roundingOf: Readonly<Record<Op, Rounding>> = {
  input: 'exact',
  parameter: 'exact',
  // Numbers that float32 does not hold are rounded when the program is lowered.
  constant: 'rounds',
  literal: 'rounds',
  iota: 'exact',
  dimSize: 'exact',

  neg: 'exact',
  abs: 'exact',
  sign: 'exact',
  floor: 'exact',
  round: 'exact',
  exp: 'rounds',
  expm1: 'rounds',
  log: 'rounds',
  log1p: 'rounds',
  sqrt: 'rounds',
  rsqrt: 'rounds',
  sin: 'rounds',
  cos: 'rounds',
  tanh: 'rounds',
  erf: 'rounds',
  sigmoid: 'in steps',
  relu: 'exact',
  gelu: 'in steps',
  softplus: 'in steps',
  not: 'exact',

  add: 'rounds',
  sub: 'rounds',
  mul: 'rounds',
  div: 'rounds',
  mod: 'rounds',
  pow: 'rounds',
  maximum: 'exact',
  minimum: 'exact',
  equal: 'exact',
  less: 'exact',
  lessEqual: 'exact',
  and: 'exact',
  or: 'exact',
  where: 'exact',

  matmul: 'accumulates',
  transpose: 'exact',
  reshape: 'exact',
  broadcastTo: 'exact',
  concat: 'exact',
  slice: 'exact',
  pad: 'exact',

  gather: 'exact',
  scatterAdd: 'accumulates',
  argMax: 'exact',
  topK: 'exact',
  scatterMax: 'exact',
  takeAlongAxis: 'exact',
  scatterAlongAxis: 'accumulates',
  argSort: 'exact',

  cumsum: 'accumulates',
  cummax: 'exact',
  linearRecurrence: 'accumulates',

  sum: 'accumulates',
  mean: 'accumulates',
  prod: 'rounds',
  max: 'exact',
  logSumExp: 'in steps',
  softmax: 'in steps',
  logSoftmax: 'in steps',
  layerNorm: 'in steps',

  conv2d: 'accumulates',
  // Integers beyond 2^24 are rounded on their way to float32.
  cast: 'rounds',
  stopGradient: 'exact',
  withGradient: 'exact',
  scan: 'in each step',
  randomBits: 'exact',
  randomUniform: 'exact',
  randomNormal: 'rounds as it draws',
}

/** A factor by which a result is rounded: an input of this name and shape. */
export interface RoundingFactor {
  readonly name: string
  readonly shape: Shape
}

interface RoundingModel<Outputs extends string> {
  readonly outputs: Readonly<Record<Outputs, Node>>
  readonly factors: readonly RoundingFactor[]
  /** Where a little rounding may change a result by more than a little. */
  readonly jumps: readonly Jump[]
}

/** ONNX Runtime's logistic function is 1/2 plus a rational function: its error is that of a number near 1, at 0, too. */
const sigmoidByTanh = (x: Node): Node => b.scale(b.add(b.scalarLike(x, 1), b.tanh(b.scale(x, 0.5))), 0.5)

/** A node by smaller ones where engines compute it by them. */
const inSteps = (node: Node): Node => {
  if (roundingOf[node.op] !== 'in steps') return node
  return node.op === 'sigmoid' ? sigmoidByTanh(node.operands[0]) : (definitionOf(node) ?? node)
}

/** A rewritten copy of nodes: `rewrite` is given each with the operands that it has in the copy. */
const rewritten = (
  roots: readonly Node[],
  rewrite: (node: Node, original: Node) => Node,
): ((node: Node) => Node) => {
  const replaced = new Map<Node, Node>()
  const now = (node: Node): Node => replaced.get(node) ?? node
  for (const node of topologicalOrder(roots)) {
    replaced.set(node, rewrite(b.withOperands(node, node.operands.map(now)), node))
  }
  return now
}

/** The same of nodes by the smaller ones that engines compute them by. */
const copyOf = (roots: readonly Node[], rewrite: (node: Node) => Node): ((node: Node) => Node) => {
  const defined = rewritten(roots, inSteps)
  const copy = rewritten(roots.map(defined), rewrite)
  return (node) => copy(defined(node))
}

/** A result of a loop whose step is rewritten; the new step may use any tensor around the loop. */
const withStep = (loop: Scan, rewrite: (step: readonly Node[]) => (node: Node) => Node): Node => {
  const {
    attributes: { carries, sequences, length, reverse, result },
    operands,
  } = loop
  const changing = carries.length + sequences
  const leaves = stepLeaves(loop).map(({ name, shape, dtype }) => ({
    stepLeaf: b.input(name, shape, dtype),
    opened: placeholder(name, shape, dtype),
  }))
  const opened = new Map(
    leaves.map(
      ({ stepLeaf, opened: leaf }, i) => [stepLeaf, i < changing ? leaf : (operands[i] ?? leaf)] as const,
    ),
  )
  const open = substituteNodes(stepRoots(loop), opened)
  const changed = rewrite(open)
  const [nexts, stacked] = [
    open.slice(0, carries.length).map(changed),
    open.slice(carries.length).map(changed),
  ]
  const ofLeaf = (i: number): { readonly leaf: Node; readonly of: Node } | undefined => {
    const [leaf, of] = [leaves[i]?.opened, operands[i]]
    return leaf === undefined || of === undefined ? undefined : { leaf, of }
  }
  const results = closeLoop({
    carries: nexts.flatMap((next, i) => {
      const pair = ofLeaf(i)
      return pair === undefined ? [] : [{ leaf: pair.leaf, initial: pair.of, next }]
    }),
    sequences: Array.from({ length: sequences }, (_, i) => ofLeaf(carries.length + i) ?? []).flat(),
    stacked,
    length,
    reverse,
  })
  return ('carry' in result ? results.carries[result.carry] : results.stacked[0]) ?? loop
}

const holdsInFloat32 = (node: Node): boolean =>
  (node.op === 'constant' && Math.fround(node.attributes.value) === node.attributes.value) ||
  (node.op === 'literal' && node.attributes.values.every((value) => Math.fround(value) === value))

/** The model of a program's rounding in float32. No input may be called `rounding/<number>`. */
export const roundingModel = <Outputs extends string>(
  outputs: Readonly<Record<Outputs, Node>>,
): RoundingModel<Outputs> => {
  const roots = Object.values<Node>(outputs)
  const factors: RoundingFactor[] = []
  const jumps: Jump[] = []
  const factorOf = ({ shape }: Node): Node => {
    const factor = { name: `rounding/${factors.length}`, shape }
    factors.push(factor)
    return b.input(factor.name, shape)
  }
  const rounded = (node: Node): Node =>
    node.dtype !== 'f32' || holdsInFloat32(node) ? node : b.mul(node, factorOf(node))
  const rounding = (node: Node): Node => {
    if (node.op === 'scan') return withStep(node, (step) => copyOf(step, rounding))
    switch (roundingOf[node.op]) {
      case 'accumulates':
        return rounded(b.withOperands(node, node.operands.map(rounded)))
      case 'rounds':
        return rounded(node)
      case 'rounds as it draws':
        return b.add(node, b.scale(b.sub(factorOf(node), b.scalar(1)), 4))
      case 'exact':
      case 'in each step':
      case 'in steps':
        return node
    }
  }
  const modelled = copyOf(roots, (node) => {
    const jump = jumpOf(node)
    if (jump !== undefined) jumps.push(jump)
    return rounding(node)
  })
  return { outputs: R.map(modelled)(outputs), factors, jumps }
}
