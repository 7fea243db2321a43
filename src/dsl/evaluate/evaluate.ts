/** The oracle: evaluates a program in float64, node by node. Each value is dropped after its last use. */
import type { NamedValues } from '../values/named-values.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import type { Given } from '../bind-sizes.js'
import { bindSizes } from '../bind-sizes.js'
import type { Sizes } from '../dim.js'
import { knownSize, showShape } from '../dim.js'
import type { Fault, ProgramFault } from '../fault.js'
import { dispatch } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { Program } from '../program.js'
import { nodesOf } from '../program.js'
import type { TensorValue } from '../values/value.js'
import { elementCount } from '../values/value.js'
import type { DenseArray } from './array.js'
import { fromValue, toValue } from './array.js'
import { evaluationRules } from './evaluation-rules.js'
import { sizesOfNode } from '../node-sizes.js'
import { runTimeFault } from './run-time-fault.js'

/**
 * The precision of f32 tensors. `float32` rounds the result of every primitive to single precision, as the best engine
 * would: overflow and cancellation show without an engine.
 */
export type EvaluationPrecision = 'float64' | 'float32'

const fault = (message: string, advice: string): ProgramFault => ({ tag: 'ProgramFault', message, advice })

/** Inputs that no output needs, but that are given values. */
const offered = ({ unneeded }: Program, values: NamedValues): Program['unneeded'] =>
  unneeded.filter(({ attributes }) => Object.hasOwn(values, attributes.name))

/**
 * The declared shape of each input and parameter, and the shape of its value. Fails where a value is missing, has another
 * element type, or does not have as many elements as its shape says.
 */
export const givenTo = (program: Program, values: NamedValues): E.Either<ProgramFault, readonly Given[]> =>
  pipe(
    [...program.inputs, ...program.parameters, ...offered(program, values)],
    E.traverseArray(({ op, attributes: { name, shape, dtype } }) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      if (value === undefined) {
        return E.left(fault(`${op} '${name}' ${dtype} ${showShape(shape)} has no value`, 'give it one'))
      }
      if (value.dtype !== dtype) {
        return E.left(fault(`${op} '${name}' is ${dtype} but was given ${value.dtype}`, 'convert the value'))
      }
      const count = elementCount(value.shape)
      return value.data.length === count
        ? E.right({ name, declared: shape, actual: value.shape })
        : E.left(
            fault(
              `${op} '${name}' was given ${value.data.length} elements for ${showShape(value.shape)}`,
              `give it ${count}`,
            ),
          )
    }),
  )

/** The first number of elements whose positions do not fit into 32 bits. */
const tooMany = 2 ** 31

/** The shape of a node's value. Fails where a dim has no size, and where the value has too many elements. */
const checkedSizes = (node: Node, sizes: Sizes): E.Either<Fault, readonly number[]> =>
  pipe(
    sizesOfNode(sizes)(node),
    E.filterOrElse(
      (shape) => elementCount(shape) < tooMany,
      (shape): Fault =>
        fault(`${node.op}: ${showShape(shape)} is too large to be held`, 'choose smaller sizes'),
    ),
  )

/** How often each node is used. An output has one use more, so that its value is kept. */
const uses = (order: readonly Node[], outputs: readonly Node[]): Map<Node, number> => {
  const count = new Map<Node, number>()
  const use = (node: Node): void => void count.set(node, (count.get(node) ?? 0) + 1)
  order.forEach((node) => node.operands.forEach(use))
  outputs.forEach(use)
  return count
}

/**
 * The outputs of a program for given inputs and parameters, computed in float64. `sizes` gives sizes to symbols that are
 * in no shape of an input or parameter.
 *
 * Fails where a value is missing or has the wrong type or shape, where a symbol has two sizes or none, and where an index
 * or a slice is outside of its axis.
 *
 * @example
 * const x = input('x', ['B', 3])
 * const value = { dtype: 'f32', shape: [1, 3], data: Float32Array.of(1, 2, 3) } as const
 * pipe(program({ x }, { total: sum(x) }), E.chain((sums) => evaluate(sums, { x: value }))) // right: total is 6
 */
export const evaluate = <O extends string>(
  program: Program<string, O>,
  values: NamedValues,
  sizes: Sizes = {},
  precision: EvaluationPrecision = 'float64',
): E.Either<Fault, Readonly<Record<O, TensorValue>>> =>
  pipe(
    givenTo(program, values),
    E.chain((given) => bindSizes(given, sizes)),
    E.chain((bound) => evaluateNodes(program, values, bound, precision)),
  )

const rounded = (x: DenseArray): DenseArray => ({ ...x, data: x.data.map(Math.fround) })

const evaluateNodes = <O extends string>(
  program: Program<string, O>,
  values: NamedValues,
  sizes: Sizes,
  precision: EvaluationPrecision,
): E.Either<Fault, Readonly<Record<O, TensorValue>>> => {
  const order = nodesOf(program)
  const remaining = uses(order, Object.values<Node>(program.outputs))
  const known = new Map<Node, DenseArray>()
  const nothing: DenseArray = { shape: [0], data: new Float64Array(0) }
  const given = (name: string): DenseArray => {
    const value = values[name]
    return value === undefined ? nothing : fromValue(value)
  }
  const size = knownSize(sizes)
  for (const node of order) {
    const shape = checkedSizes(node, sizes)
    if (E.isLeft(shape)) return shape
    const operand = (index: number): DenseArray => {
      const of = node.operands[index]
      return (of === undefined ? undefined : known.get(of)) ?? nothing
    }
    const context = { operand, given, size }
    const problem = runTimeFault(node, context)
    if (problem !== undefined) {
      return E.left(
        fault(
          `${node.op} ${showShape(node.shape)}: ${problem}`,
          'check the values and sizes that it is given',
        ),
      )
    }
    const result = dispatch(evaluationRules, node, context)
    known.set(node, precision === 'float32' && node.dtype === 'f32' ? rounded(result) : result)
    for (const used of node.operands) {
      const left = (remaining.get(used) ?? 1) - 1
      remaining.set(used, left)
      if (left === 0) known.delete(used)
    }
  }
  return E.right(R.map((node: Node) => toValue(known.get(node) ?? nothing, node.dtype))(program.outputs))
}
