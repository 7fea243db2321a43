/** Interprets a program: each node becomes a tensor, and each tensor is disposed of right after its last use. */
import type { Tensor } from '@tensorflow/tfjs-core'
import * as E from 'fp-ts/lib/Either.js'
import * as R from 'fp-ts/lib/Record.js'
import type { DenseArray } from '../../dsl/evaluate/array.js'
import { fromValue, toValue } from '../../dsl/evaluate/array.js'
import { evaluationRules } from '../../dsl/evaluate/evaluation-rules.js'
import { runTimeFault } from '../../dsl/evaluate/run-time-fault.js'
import { dispatch } from '../../dsl/node.js'
import type { Node, NodeOf } from '../../dsl/primitives/primitive.js'
import type { Program } from '../../dsl/program.js'
import { elementCount } from '../../dsl/values/value.js'
import type { ProgramRejected } from '../failure.js'
import { programRejected } from '../failure.js'
import { valueOfEmpty } from '../empty.js'
import type { StaticShapes } from '../static-shapes.js'
import { lastUses } from './lifetimes.js'
import type { RuleContext } from './rule.js'
import type { HostOp } from './rules.js'
import { rules } from './rules.js'
import { stretched } from './stretched.js'
import type { TensorFlow } from './tensor.js'
import { dataTypes, tensorOf, valueOf } from './tensor.js'

/** Tensors by name. */
export type TfjsTensors = Readonly<Record<string, Tensor>>

type Leaf = NodeOf<'input'> | NodeOf<'parameter'>
type HostNode = Extract<Node, { readonly op: HostOp }>

/** Nodes that the oracle evaluates: no backend has exact 32-bit products and quotients, or random bits. */
const isOnHost = (node: Node): node is HostNode | NodeOf<'mul'> | NodeOf<'div'> =>
  node.op === 'randomBits' ||
  node.op === 'randomUniform' ||
  ((node.op === 'mul' || node.op === 'div') && node.dtype === 'i32')

/** The order in which a program is interpreted, and the nodes whose tensors are disposed of after each step. */
export interface Walk {
  readonly shapes: StaticShapes
  readonly outputs: Readonly<Record<string, Node>>
  readonly ending: ReadonlyMap<Node, readonly Node[]>
}

export const walkOf = ({ outputs }: Program, shapes: StaticShapes): Walk => ({
  shapes,
  outputs,
  ending: lastUses(shapes.order, Object.values(outputs)),
})

/**
 * The outputs of a program, as tensors that the caller disposes of. Those of `given` stay the caller's. No other tensor
 * is left, also after a failure. Fails if an id lies outside its axis; throws what the library throws.
 */
export const runProgram = async (
  tf: TensorFlow,
  { shapes: { order, shape, size }, outputs, ending }: Walk,
  given: (leaf: Leaf) => Tensor,
): Promise<E.Either<ProgramRejected, TfjsTensors>> => {
  const live = new Map<Node, Tensor>()
  const value = (node: Node): Tensor => live.get(node) ?? tf.scalar(Number.NaN)
  const whole = (node: Node): Tensor => stretched(tf, value(node), shape(node))
  const context: RuleContext = { tf, value, whole, given, shape, size }

  /** Downloads the elements of a value. */
  const read = async (node: Node): Promise<DenseArray> => {
    const tensor = tf.tidy(() => whole(node).clone())
    try {
      return fromValue(await valueOf(tensor, node.dtype))
    } finally {
      tensor.dispose()
    }
  }
  const readOperands = async (operands: readonly Node[]): Promise<(index: number) => DenseArray> => {
    const arrays: DenseArray[] = []
    for (const operand of operands) arrays.push(await read(operand))
    return (index) => arrays[index] ?? { shape: [0], data: new Float64Array(0) }
  }

  const faultOf = async (node: Node): Promise<string | undefined> => {
    if (node.op !== 'gather' && node.op !== 'scatterAdd') return undefined
    const ids = await read(node.operands[1])
    const sizes = { shape: shape(node.operands[0]), data: new Float64Array(0) }
    return runTimeFault(node, { operand: (index) => (index === 0 ? sizes : ids), size })
  }

  const compute = async (node: Node): Promise<Tensor> => {
    const isLeaf = node.op === 'input' || node.op === 'parameter'
    const known = isLeaf ? undefined : valueOfEmpty(node, shape)
    if (known !== undefined) {
      return elementCount(shape(node)) === 0
        ? tf.tensor([], [...shape(node)], dataTypes[node.dtype])
        : tf.scalar(known, dataTypes[node.dtype])
    }
    if (isOnHost(node)) {
      const operand = await readOperands(node.operands)
      const result = dispatch(evaluationRules, node, { operand, given: () => operand(-1), size })
      return tensorOf(tf, toValue(result, node.dtype))
    }
    return tf.tidy(() => {
      const result = dispatch(rules, node, context)
      const isLent = isLeaf || node.operands.some((operand) => live.get(operand) === result)
      return isLent ? result.clone() : result
    })
  }

  try {
    for (const node of order) {
      const message = await faultOf(node)
      if (message !== undefined) {
        const advice = 'check the ids that it is given'
        return E.left(programRejected(node.op)({ tag: 'ProgramFault', message, advice }))
      }
      live.set(node, await compute(node))
      for (const last of ending.get(node) ?? []) {
        live.get(last)?.dispose()
        live.delete(last)
      }
    }
    return E.right(tf.tidy(() => R.map((node: Node) => whole(node).clone())(outputs)))
  } finally {
    for (const tensor of live.values()) tensor.dispose()
  }
}
