/** The oracle: evaluates a program in float64. */
import type { NamedValues } from '../../values/named-values.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../../values/record.js'
import type { Given } from '../bind-sizes.js'
import { bindSizes } from '../bind-sizes.js'
import type { Sizes } from '../../shapes/dim.js'
import { showShape } from '../../shapes/dim.js'
import type { Fault, ProgramFault } from '../fault.js'
import type { Node } from '../primitives/primitive.js'
import type { Program } from '../program.js'
import type { TensorValue } from '../../values/value.js'
import { elementCount } from '../../values/value.js'
import type { DenseArray } from './array.js'
import { fromValue, toValue } from './array.js'
import type { EvaluationPrecision } from './evaluate-nodes.js'
import { evaluateAll, nothing, planOf } from './evaluate-nodes.js'

export type { EvaluationPrecision } from './evaluate-nodes.js'

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

const evaluateNodes = <O extends string>(
  program: Program<string, O>,
  values: NamedValues,
  sizes: Sizes,
  precision: EvaluationPrecision,
): E.Either<Fault, Readonly<Record<O, TensorValue>>> => {
  const given = (name: string): DenseArray => {
    const value = values[name]
    return value === undefined ? nothing : fromValue(value)
  }
  return pipe(
    evaluateAll(planOf(Object.values<Node>(program.outputs)), { given, sizes, precision }),
    E.map((valueOf) => R.map((node: Node) => toValue(valueOf(node), node.dtype))(program.outputs)),
  )
}
