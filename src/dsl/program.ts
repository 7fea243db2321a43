/** A program: named inputs, named parameters, named outputs. It is what can be printed, serialised and run. */
import * as E from 'fp-ts/lib/Either.js'
import * as R from '../values/record.js'
import { showShape } from '../shapes/dim.js'
import type { Fault } from './fault.js'
import type { Node, NodeOf } from './primitives/primitive.js'
import type { DType } from '../values/value.js'
import { topologicalOrder } from './walk.js'

/** A tensor of any shape and element type. */
export interface AnyTensor {
  readonly node: Node
  readonly dtype: DType
}

/**
 * A checked program: every operation passed its shape rule, and every name stands for one input or parameter.
 *
 * `inputs` and `parameters` are those that the outputs need, in the order in which they are needed:
 * depth first, operands from left to right.
 */
export interface Program<InputName extends string = string, OutputName extends string = string> {
  readonly inputs: readonly NodeOf<'input'>[]
  readonly parameters: readonly NodeOf<'parameter'>[]
  readonly outputs: Readonly<Record<OutputName, Node>>
  /** Names of the inputs that were declared, needed or not. */
  readonly declared: readonly InputName[]
  /** Declared inputs that no output needs. A run may be given them; they then give symbols their sizes. */
  readonly unneeded: readonly NodeOf<'input'>[]
}

const describe = ({ attributes: { name, shape, dtype } }: NodeOf<'input'> | NodeOf<'parameter'>): string =>
  `'${name}' ${dtype} ${showShape(shape)}`

/** What is wrong with the first two different leaves that share a name. */
const conflict = (leaves: readonly (NodeOf<'input'> | NodeOf<'parameter'>)[]): string | undefined => {
  const named = new Map<string, NodeOf<'input'> | NodeOf<'parameter'>>()
  for (const leaf of leaves) {
    const other = named.get(leaf.attributes.name)
    if (other !== undefined)
      return `${other.op} ${describe(other)} and ${leaf.op} ${describe(leaf)} share a name`
    named.set(leaf.attributes.name, leaf)
  }
  return undefined
}

/**
 * A program from its named inputs and outputs. Parameters need no declaration.
 *
 * Fails with the first broken shape rule, with an input that is used but not declared, with a name that
 * stands for two different inputs or parameters, or with an output without a name.
 *
 * @example
 * const x = input('x', ['B', 3])
 * const y = matmul(x, parameter('w', [3, 2]))
 * const linear = program({ x }, { y }) // Either<Fault, Program<'x', 'y'>>
 */
export const program = <I extends string, O extends string>(
  inputs: Readonly<Record<I, AnyTensor>>,
  outputs: Readonly<Record<O, AnyTensor>>,
): E.Either<Fault, Program<I, O>> => {
  const declared = R.keys(inputs)
  const nodes = R.map((tensor: AnyTensor) => tensor.node)(outputs)
  return fromNodes(
    declared,
    nodes,
    declared.map((name) => inputs[name].node),
  )
}

/** A program from nodes, as gradients, rewrites and decoders return them. Its inputs are those that the outputs need. */
export const programOfNodes = <O extends string>(
  outputs: Readonly<Record<O, Node>>,
): E.Either<Fault, Program<string, O>> => {
  const inputs = topologicalOrder(Object.values<Node>(outputs)).filter((node) => node.op === 'input')
  return fromNodes(
    inputs.map((node) => node.attributes.name),
    outputs,
    inputs,
  )
}

const fromNodes = <I extends string, O extends string>(
  declared: readonly I[],
  outputs: Readonly<Record<O, Node>>,
  declaredNodes: readonly Node[],
): E.Either<Fault, Program<I, O>> => {
  const roots = Object.values<Node>(outputs)
  const faulty = [...roots, ...declaredNodes].find((node) => node.fault !== undefined)
  if (faulty?.fault !== undefined) return E.left(faulty.fault)
  if (Object.hasOwn(outputs, '')) {
    return E.left({ tag: 'ProgramFault', message: 'an output has no name', advice: 'give it one' })
  }
  const order = topologicalOrder(roots)
  const inputs = order.filter((node) => node.op === 'input')
  const parameters = order.filter((node) => node.op === 'parameter')
  const clash = conflict([...inputs, ...parameters])
  if (clash !== undefined) {
    return E.left({
      tag: 'ProgramFault',
      message: clash,
      advice: 'give them different names, or make the tensor once',
    })
  }
  const misnamed = declaredNodes.find(
    (node, i) => node.op !== 'input' || node.attributes.name !== declared[i],
  )
  if (misnamed !== undefined) {
    return E.left({
      tag: 'ProgramFault',
      message: `'${declared[declaredNodes.indexOf(misnamed)]}' is declared as an input but is ${
        misnamed.op === 'input' ? `the input '${misnamed.attributes.name}'` : `the result of ${misnamed.op}`
      }`,
      advice: 'declare inputs under the names they were made with',
    })
  }
  const known = new Set(declaredNodes)
  const undeclared = inputs.find((node) => !known.has(node))
  if (undeclared !== undefined) {
    const namesake = declaredNodes.find(
      (node) => node.op === 'input' && node.attributes.name === undeclared.attributes.name,
    )
    if (namesake?.op === 'input') {
      return E.left({
        tag: 'ProgramFault',
        message: `input ${describe(undeclared)} is used, but what is declared is ${describe(namesake)}`,
        advice: 'make the input once, and use what is declared',
      })
    }
    return E.left({
      tag: 'ProgramFault',
      message: `input ${describe(undeclared)} is used but not declared`,
      advice: 'add it to the inputs of the program',
    })
  }
  const needed = new Set<Node>(inputs)
  const unneeded = declaredNodes.filter((node) => node.op === 'input').filter((node) => !needed.has(node))
  return E.right({ inputs, parameters, outputs, declared, unneeded })
}

/** Every node of a program, operands first. */
export const nodesOf = (of: Program): readonly Node[] => topologicalOrder(Object.values<Node>(of.outputs))
