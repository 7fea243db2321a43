/**
 * The memory that a run of a program needs, computed from the program: the most that is live at once if nodes are
 * computed in order, and each value is freed after its last use.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Sizes } from '../../shapes/dim.js'
import type { Fault } from '../fault.js'
import { sizesOfNode } from '../node-sizes.js'
import { exchangesLastAxes } from '../primitives/exchanges-last-axes.js'
import type { Node, Op } from '../primitives/primitive.js'
import type { Scan } from '../primitives/loop.js'
import { loopsAmong, rootsOfStep } from '../primitives/loop.js'
import { executionOrder } from '../walk.js'
import type { Program } from '../program.js'
import { elementCount } from '../../values/value.js'

/** Bytes: 4 for a float or an integer, 1 for a boolean. */
export interface LiveMemory {
  /** Inputs and outputs are held during the whole run. */
  readonly inputs: number
  readonly outputs: number
  /** All parameters, frozen and trained. */
  readonly parameters: number
  /** The peak of the intermediate results that are live at once. */
  readonly intermediates: number
  /** The largest intermediate result. */
  readonly largest: number
}

/** Primitives whose result is a view of their operand, or takes no memory. */
const views: ReadonlySet<Op> = new Set([
  'reshape',
  'broadcastTo',
  'stopGradient',
  'withGradient',
  'constant',
  'dimSize',
  'iota',
])

/** Primitives whose result can overwrite an operand of the same size that is not needed again. */
const overwriting: ReadonlySet<Op> = new Set([
  ...(['neg', 'abs', 'sign', 'floor', 'exp', 'log', 'sqrt', 'rsqrt', 'sin', 'cos', 'tanh', 'erf'] as const),
  ...(['sigmoid', 'relu', 'gelu', 'not', 'add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum'] as const),
  ...(['where', 'softmax', 'logSoftmax', 'round', 'expm1', 'log1p', 'softplus', 'mod'] as const),
])

const isLeaf = ({ op }: Node): boolean => op === 'input' || op === 'parameter' || op === 'literal'

const bytesOf =
  (sizes: Sizes) =>
  (node: Node): E.Either<Fault, number> =>
    E.map((shape: readonly number[]) => elementCount(shape) * (node.dtype === 'bool' ? 1 : 4))(
      sizesOfNode(sizes)(node),
    )

/** The most bytes that a step of a loop takes besides the operands and the results of the loop: once, not at each step. */
const bytesOfStep =
  (sizes: Sizes) =>
  (results: readonly Scan[]): E.Either<Fault, number> => {
    const roots = rootsOfStep(results)
    return E.map(({ intermediates }: Pick<LiveMemory, 'intermediates'>) => intermediates)(
      measured(executionOrder(roots), [], sizes),
    )
  }

/** Whether a node gives the matrix of its operand, as it is or transposed: what a product can look through. */
const isMatrixOfOperand = (node: Node): boolean =>
  node.op === 'stopGradient' ||
  node.op === 'withGradient' ||
  (node.op === 'transpose' && exchangesLastAxes(node.attributes.permutation))

/** Transposed matrices that only matrix products read: engines multiply by the matrix as it is, and copy nothing. */
const readInPlace = (order: readonly Node[], outputs: readonly Node[]): ReadonlySet<Node> => {
  const copied = new Set<Node>(outputs)
  for (const node of order.toReversed()) {
    const looksThrough = node.op === 'matmul' || (isMatrixOfOperand(node) && !copied.has(node))
    if (!looksThrough) for (const operand of node.operands) copied.add(operand)
  }
  return new Set(order.filter((node) => isMatrixOfOperand(node) && !copied.has(node)))
}

/** For each node, the node whose memory holds its value: of a view, the viewed node. */
const owners = (order: readonly Node[], isView: (node: Node) => boolean): ReadonlyMap<Node, Node> => {
  const owner = new Map<Node, Node>()
  for (const node of order) {
    const [viewed] = node.operands
    owner.set(node, viewed !== undefined && isView(node) ? (owner.get(viewed) ?? viewed) : node)
  }
  return owner
}

const total = (nodes: readonly Node[], bytes: (node: Node) => number): number =>
  [...new Set(nodes)].reduce((sum, node) => sum + bytes(node), 0)

/** The most bytes that intermediate results take at once, and alone. Leaves and outputs are counted elsewhere. */
const mostLive = (
  order: readonly Node[],
  outputs: readonly Node[],
  bytes: (node: Node) => number,
  within: (loop: Node) => number,
): Pick<LiveMemory, 'intermediates' | 'largest'> => {
  const inPlace = readInPlace(order, outputs)
  const isView = (node: Node): boolean => views.has(node.op) || inPlace.has(node)
  const owner = owners(order, isView)
  const ownerOf = (node: Node): Node => owner.get(node) ?? node
  const stays = new Set(outputs.map(ownerOf))
  const lastUse = new Map<Node, Node>()
  for (const node of order) for (const operand of node.operands) lastUse.set(ownerOf(operand), node)
  const held = (node: Node): number => (isLeaf(node) || stays.has(node) || isView(node) ? 0 : bytes(node))
  const loops = loopsAmong(order)
  let [live, most, largest] = [0, 0, 0]
  for (const node of order) {
    const results = loops.get(node)
    // All results of a loop exist from its first one on.
    const own = results === undefined ? held(node) : results[0] === node ? total(results, held) : 0
    const freed = [...new Set(node.operands.map(ownerOf))].filter((used) => lastUse.get(used) === node)
    const overwritten = overwriting.has(node.op) && freed.some((used) => held(used) >= own && own > 0)
    largest = Math.max(largest, own)
    most = Math.max(most, live + (overwritten ? 0 : own) + (results?.[0] === node ? within(node) : 0))
    live += own - total(freed, held)
  }
  return { intermediates: most, largest }
}

/** The memory of intermediate results of nodes, operands first, with the bytes of every node. */
const measured = (
  order: readonly Node[],
  outputs: readonly Node[],
  sizes: Sizes,
): E.Either<
  Fault,
  Pick<LiveMemory, 'intermediates' | 'largest'> & { readonly bytes: (node: Node) => number }
> => {
  const loops = [...new Set(loopsAmong(order).values())]
  return pipe(
    E.Do,
    E.bind('all', () => E.traverseArray(bytesOf(sizes))(order)),
    E.bind('steps', () => E.traverseArray(bytesOfStep(sizes))(loops)),
    E.map(({ all, steps }) => {
      const known = new Map(order.map((node, i) => [node, all[i] ?? 0]))
      const inside = new Map<Node | undefined, number>(loops.map(([first], i) => [first, steps[i] ?? 0]))
      const bytes = (node: Node): number => known.get(node) ?? 0
      return { bytes, ...mostLive(order, outputs, bytes, (loop) => inside.get(loop) ?? 0) }
    }),
  )
}

/**
 * The memory of one run of a program, at these sizes of its symbols. An engine may need more: if it copies weights, or
 * cannot reuse freed memory for a value of another size.
 *
 * Fails where a symbol has no size.
 *
 * @example
 * const x = input('x', ['B', 3])
 * const product = program({ x }, { y: sum(exp(matmul(x, parameter('w', [3, 2])))) })
 * pipe(product, E.chain((of) => liveMemory(of, { B: 8 }))) // right: intermediates of 64 bytes
 */
export const liveMemory = (of: Program, sizes: Sizes = {}): E.Either<Fault, LiveMemory> => {
  const outputs = Object.values<Node>(of.outputs)
  return pipe(
    measured(executionOrder(outputs), outputs, sizes),
    E.map(({ bytes, ...most }): LiveMemory => ({
      inputs: total(of.inputs, bytes),
      outputs: total(outputs, bytes),
      parameters: total(of.parameters, bytes),
      ...most,
    })),
  )
}
