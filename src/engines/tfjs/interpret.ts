/** Interprets a program: each node becomes a tensor, and each tensor is disposed of right after its last use. */
import type { Tensor } from '@tensorflow/tfjs-core'
import * as E from 'fp-ts/lib/Either.js'
import type { DenseArray } from '../../dsl/evaluate/array.js'
import { fromValue, toValue } from '../../dsl/evaluate/array.js'
import { evaluationRules } from '../../dsl/evaluate/evaluation-rules.js'
import { runTimeFault } from '../../dsl/evaluate/run-time-fault.js'
import { dispatch } from '../../dsl/node.js'
import type { Scan } from '../../dsl/primitives/loop.js'
import {
  conditionOf,
  loopsAmong,
  positionAt,
  rootsOfStep,
  stackedBy,
  stepLeaves,
} from '../../dsl/primitives/loop.js'
import type { Node, NodeOf } from '../../dsl/primitives/primitive.js'
import { executionOrder } from '../../dsl/walk.js'
import type { Program } from '../../dsl/program.js'
import { elementCount } from '../../values/value.js'
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

/** Nodes that the oracle evaluates: no backend has exact remainders, exact 32-bit products and quotients, or random bits. */
const isOnHost = (node: Node): node is HostNode | NodeOf<'mul'> | NodeOf<'div'> =>
  node.op === 'mod' ||
  node.op === 'randomBits' ||
  node.op === 'randomUniform' ||
  node.op === 'randomNormal' ||
  ((node.op === 'mul' || node.op === 'div') && node.dtype === 'i32')

type TakingIds = NodeOf<'gather' | 'takeAlongAxis' | 'scatterAdd' | 'scatterMax' | 'scatterAlongAxis'>

/** Primitives whose second operand holds ids of positions along an axis. */
const takesIds = (node: Node): node is Extract<Node, TakingIds> =>
  ['gather', 'takeAlongAxis', 'scatterAdd', 'scatterMax', 'scatterAlongAxis'].includes(node.op)

/** The order in which nodes are interpreted, and the nodes whose tensors are disposed of after each step. */
interface Plan {
  readonly order: readonly Node[]
  readonly roots: readonly Node[]
  readonly ending: ReadonlyMap<Node, readonly Node[]>
  readonly loops: ReadonlyMap<Node, readonly Scan[]>
  /** What each step of a loop does, for the first result of each. */
  readonly steps: ReadonlyMap<Node, Plan>
}

/** A program as it is interpreted. */
export interface Walk {
  readonly shapes: StaticShapes
  readonly outputs: Readonly<Record<string, Node>>
  readonly plan: Plan
}

const planOf = (order: readonly Node[], roots: readonly Node[]): Plan => {
  const loops = loopsAmong(order)
  return {
    order,
    roots,
    ending: lastUses(order, roots),
    loops,
    steps: new Map(
      [...loops].flatMap(([node, results]): readonly [Node, Plan][] => {
        const condition = conditionOf(results)
        const inside = [...rootsOfStep(results), ...(condition === undefined ? [] : [condition])]
        return results[0] === node ? [[node, planOf(executionOrder(inside), inside)]] : []
      }),
    ),
  }
}

export const walkOf = ({ outputs }: Program, shapes: StaticShapes): Walk => ({
  shapes,
  outputs,
  plan: planOf(shapes.order, Object.values(outputs)),
})

type Outcome = E.Either<ProgramRejected, readonly Tensor[]>

const disposeAll = (tensors: Iterable<Tensor>): void => {
  for (const tensor of tensors) tensor.dispose()
}

/** The tensors of the roots of a plan, which the caller disposes of. Those of `given` stay the caller's. */
const runPlan = async (
  tf: TensorFlow,
  { shape, size }: Pick<StaticShapes, 'shape' | 'size'>,
  { order, roots, ending, loops, steps }: Plan,
  given: (leaf: Leaf) => Tensor,
): Promise<Outcome> => {
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
    if (!takesIds(node)) return undefined
    const ids = await read(node.operands[1])
    const sizes = { shape: shape(node.operands[0]), data: new Float64Array(0) }
    return runTimeFault(node, { operand: (index) => (index === 0 ? sizes : ids), size })
  }

  const compute = async (node: Exclude<Node, Scan>): Promise<Tensor> => {
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

  /** The tensors of the results of a loop: its steps are run one after the other. */
  const runLoop = async (results: readonly Scan[], loop: Scan, step: Plan): Promise<Outcome> => {
    const { carries, sequences, length, reverse } = loop.attributes
    const count = carries.length
    const total = size(length)
    const leaves = new Map(stepLeaves(loop).map(({ name }, i) => [name, i]))
    const stacked = stackedBy(results)
    const kept = stacked.map((): Tensor[] => [])
    const stops = conditionOf(results) !== undefined
    const fixed = tf.tidy(() =>
      loop.operands.slice(count + sequences).map((operand) => value(operand).clone()),
    )
    let state = tf.tidy(() => loop.operands.slice(0, count).map((operand) => whole(operand).clone()))
    const sequencesRead = tf.tidy(() =>
      loop.operands.slice(count, count + sequences).map((operand) => whole(operand).clone()),
    )
    const runStep = async (plan: Plan, position: number): Promise<Outcome> => {
      const entries = tf.tidy(() => sequencesRead.map((sequence) => entryAt(tf, sequence, position)))
      const tensors = [...state, ...entries, ...fixed]
      const tensorOfLeaf = ({ attributes: { name } }: Leaf): Tensor =>
        tensors[leaves.get(name) ?? -1] ?? tf.scalar(Number.NaN)
      try {
        return await runPlan(tf, { shape, size }, plan, tensorOfLeaf)
      } finally {
        disposeAll(entries)
      }
    }
    try {
      for (let at = 0; at < total; at += 1) {
        const position = positionAt(reverse, total, at)
        const outcome = await runStep(step, position)
        if (E.isLeft(outcome)) return outcome
        disposeAll(state)
        state = outcome.right.slice(0, count)
        // A loop that can stop stacks nothing: what follows the carries is its condition.
        const [truth] = stops ? outcome.right.slice(count) : []
        if (truth !== undefined) {
          const held = await truth.data()
          truth.dispose()
          if (held.every((element) => element === 0)) break
          continue
        }
        outcome.right.slice(count).forEach((entry, i) => {
          const all = kept[i]
          if (all !== undefined) all[position] = entry
        })
      }
      return E.right(
        tf.tidy(() =>
          results.map((result) => {
            const { result: of } = result.attributes
            if ('carry' in of) return state[of.carry]?.clone() ?? tf.scalar(Number.NaN)
            const entries = kept[stacked.indexOf(of.stacked)] ?? []
            return entries.length === 0
              ? tf.tensor([], [...shape(result)], dataTypes[result.dtype])
              : stackedEntries(tf, entries, shape(result), dataTypes[result.dtype])
          }),
        ),
      )
    } finally {
      disposeAll([...state, ...fixed, ...sequencesRead, ...kept.flatMap((entries) => Object.values(entries))])
    }
  }

  try {
    for (const node of order) {
      const step = steps.get(node)
      if (node.op === 'scan') {
        const results = loops.get(node) ?? []
        if (step !== undefined) {
          const outcome = await runLoop(results, node, step)
          if (E.isLeft(outcome)) return outcome
          results.forEach((result, i) => {
            const tensor = outcome.right[i]
            if (tensor !== undefined) live.set(result, tensor)
          })
        }
      } else {
        const message = await faultOf(node)
        if (message !== undefined) {
          const advice = 'check the ids that it is given'
          return E.left(programRejected(node.op)({ tag: 'ProgramFault', message, advice }))
        }
        live.set(node, await compute(node))
      }
      for (const last of ending.get(node) ?? []) {
        live.get(last)?.dispose()
        live.delete(last)
      }
    }
    return E.right(tf.tidy(() => roots.map((root) => whole(root).clone())))
  } finally {
    disposeAll(live.values())
  }
}

/** One position of the first axis, which is dropped. */
const entryAt = (tf: TensorFlow, x: Tensor, position: number): Tensor => {
  const [, ...sizes] = x.shape
  return elementCount(sizes) === 0
    ? tf.tensor([], sizes, x.dtype)
    : tf.reshape(
        tf.slice(
          x,
          x.shape.map((_, axis) => (axis === 0 ? position : 0)),
          [1, ...sizes],
        ),
        sizes,
      )
}

const stackedEntries = (
  tf: TensorFlow,
  entries: readonly Tensor[],
  sizes: readonly number[],
  type: 'float32' | 'int32' | 'bool',
): Tensor => (elementCount(sizes) === 0 ? tf.tensor([], [...sizes], type) : tf.stack([...entries]))

/**
 * The outputs of a program, as tensors that the caller disposes of. Those of `given` stay the caller's. No other tensor
 * is left, also after a failure. Fails if an id lies outside its axis; throws what the library throws.
 */
export const runProgram = async (
  tf: TensorFlow,
  { shapes, outputs, plan }: Walk,
  given: (leaf: Leaf) => Tensor,
): Promise<E.Either<ProgramRejected, TfjsTensors>> =>
  E.map((tensors: readonly Tensor[]) =>
    Object.fromEntries(
      Object.keys(outputs).flatMap((name, i): [string, Tensor][] => {
        const tensor = tensors[i]
        return tensor === undefined ? [] : [[name, tensor]]
      }),
    ),
  )(await runPlan(tf, shapes, plan, given))
