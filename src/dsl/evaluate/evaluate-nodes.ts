/** Evaluates nodes one by one; each value is dropped after its last use. Loops are run here, step by step. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Dim, Sizes } from '../../shapes/dim.js'
import { knownSize, showShape } from '../../shapes/dim.js'
import type { Fault, ProgramFault } from '../fault.js'
import { dispatch } from '../node.js'
import { sizesOfNode } from '../node-sizes.js'
import type { Scan } from '../primitives/loop.js'
import {
  conditionOf,
  loopsAmong,
  positionAt,
  rootsOfStep,
  stackedBy,
  stepLeaves,
} from '../primitives/loop.js'
import type { Node } from '../primitives/primitive.js'
import { elementCount } from '../../values/value.js'
import { executionOrder } from '../walk.js'
import type { DenseArray } from './array.js'
import { mapArray } from './elementwise.js'
import { evaluationRules } from './evaluation-rules.js'
import * as layout from './layout.js'
import { runTimeFault, tooManyElements } from './run-time-fault.js'

/**
 * The precision of f32 tensors. `float32` rounds the result of every primitive to single precision, as the best engine
 * would: overflow and cancellation show without an engine.
 */
export type EvaluationPrecision = 'float64' | 'float32'

/** What nodes are evaluated with: the values of inputs and parameters, the sizes of symbols, and the precision. */
interface Surroundings {
  readonly given: (name: string) => DenseArray
  readonly sizes: Sizes
  readonly precision: EvaluationPrecision
}

const fault = (message: string, advice: string): ProgramFault => ({ tag: 'ProgramFault', message, advice })

/** The first number of elements whose positions do not fit into 32 bits. */
const tooMany = 2 ** 31

/** The shape of a node's value. Fails where a dim has no size, and where the value has too many elements. */
const checkedSizes = (
  node: Node,
  sizes: Sizes,
  size: (dim: Dim) => number,
): E.Either<Fault, readonly number[]> => {
  const shape = node.shape.map(size)
  const count = elementCount(shape)
  if (Number.isNaN(count)) return sizesOfNode(sizes)(node)
  return count < tooMany
    ? E.right(shape)
    : E.left(fault(`${node.op}: ${showShape(shape)} is too large to be held`, 'choose smaller sizes'))
}

/** How often each node is used. An output has one use more, so that its value is kept. */
const uses = (order: readonly Node[], outputs: readonly Node[]): Map<Node, number> => {
  const count = new Map<Node, number>()
  const use = (node: Node): void => void count.set(node, (count.get(node) ?? 0) + 1)
  order.forEach((node) => node.operands.forEach(use))
  outputs.forEach(use)
  return count
}

/** The order in which some nodes are evaluated. */
interface Plan {
  readonly order: readonly Node[]
  readonly roots: readonly Node[]
  readonly loops: ReadonlyMap<Node, readonly Scan[]>
}

export const planOf = (roots: readonly Node[]): Plan => {
  const order = executionOrder(roots)
  return { order, roots, loops: loopsAmong(order) }
}

export const nothing: DenseArray = { shape: [0], data: new Float64Array(0) }

const rounded = (x: DenseArray): DenseArray => mapArray(x, Math.fround)

/** The value of each root. */
export const evaluateAll = (
  { order, roots, loops }: Plan,
  surroundings: Surroundings,
): E.Either<Fault, (root: Node) => DenseArray> => {
  const { given, sizes, precision } = surroundings
  const remaining = uses(order, roots)
  const known = new Map<Node, DenseArray>()
  const size = knownSize(sizes)
  for (const node of order) {
    const shape = checkedSizes(node, sizes, size)
    if (E.isLeft(shape)) return shape
    const operand = (index: number): DenseArray => {
      const of = node.operands[index]
      return (of === undefined ? undefined : known.get(of)) ?? nothing
    }
    const context = { operand, given, size }
    const problem = tooManyElements(shape.right) ?? runTimeFault(node, context)
    if (problem !== undefined) {
      return E.left(
        fault(
          `${node.op} ${showShape(node.shape)}: ${problem}`,
          'check the values and sizes that it is given',
        ),
      )
    }
    if (node.op === 'scan') {
      const results = loops.get(node) ?? []
      if (results[0] === node) {
        const values = runLoop(results, node, operand, surroundings)
        if (E.isLeft(values)) return values
        results.forEach((result, i) => known.set(result, values.right[i] ?? nothing))
      }
    } else {
      const result = dispatch(evaluationRules, node, context)
      known.set(node, precision === 'float32' && node.dtype === 'f32' ? rounded(result) : result)
    }
    for (const used of node.operands) {
      const left = (remaining.get(used) ?? 1) - 1
      remaining.set(used, left)
      if (left === 0) known.delete(used)
    }
  }
  return E.right((root) => known.get(root) ?? nothing)
}

/** One position of the first axis, which is dropped. */
const entry = (x: DenseArray, position: number): DenseArray => ({
  ...layout.slice(x, 0, position, 1),
  shape: x.shape.slice(1),
})

const stack = (entries: readonly DenseArray[], shape: readonly number[]): DenseArray => {
  const data = new Float64Array(elementCount(shape))
  const each = elementCount(shape.slice(1))
  entries.forEach((value, i) => data.set(value.data, i * each))
  return { shape, data }
}

/** The value of each of these results of one loop. */
const runLoop = (
  results: readonly Scan[],
  loop: Scan,
  operand: (index: number) => DenseArray,
  surroundings: Surroundings,
): E.Either<Fault, readonly DenseArray[]> => {
  const { carries, sequences, reverse, length } = loop.attributes
  const size = knownSize(surroundings.sizes)
  const steps = size(length)
  const condition = conditionOf(results)
  const plan = planOf([...rootsOfStep(results), ...(condition === undefined ? [] : [condition])])
  const leaves = stepLeaves(loop).map(({ name }, i) => ({ name, value: operand(i) }))
  const kept = new Map(stackedBy(results).map((of): [Node, DenseArray[]] => [of, []]))
  let state = leaves.slice(0, carries.length).map(({ value }) => value)
  for (let step = 0; step < steps; step += 1) {
    const position = positionAt(reverse, steps, step)
    const now = new Map(
      leaves.map(({ name, value }, i) => {
        const isSequence = i >= carries.length && i < carries.length + sequences
        return [name, state[i] ?? (isSequence ? entry(value, position) : value)]
      }),
    )
    const values = evaluateAll(plan, { ...surroundings, given: (name) => now.get(name) ?? nothing })
    if (E.isLeft(values)) {
      return E.mapLeft((inside: Fault): Fault => ({
        ...inside,
        message: `scan, at position ${position}: ${inside.message}`,
      }))(values)
    }
    state = carries.map(values.right)
    for (const [of, entries] of kept) entries[position] = values.right(of)
    // Where the condition holds nowhere, further steps change nothing.
    if (condition !== undefined && values.right(condition).data.every((holds) => holds === 0)) break
  }
  return pipe(
    results,
    E.traverseArray((result) => {
      const { result: of } = result.attributes
      return 'carry' in of
        ? E.right(state[of.carry] ?? nothing)
        : E.map((shape: readonly number[]) => stack(kept.get(of.stacked) ?? [], shape))(
            checkedSizes(result, surroundings.sizes, size),
          )
    }),
  )
}
