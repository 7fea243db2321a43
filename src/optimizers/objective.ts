/** What a training step minimises, and which parameters it trains. */
import * as E from 'fp-ts/lib/Either.js'
import { typed } from '../dsl/erasure.js'
import { pipe } from 'fp-ts/lib/function.js'
import { sameShape, showShape } from '../shapes/dim.js'
import type { Fault } from '../dsl/fault.js'
import type { NodeOf } from '../dsl/primitives/primitive.js'
import type { AnyTensor } from '../dsl/program.js'
import type { Tensor } from '../dsl/tensor.js'
import { topologicalOrder } from '../dsl/walk.js'
import type { Outputs } from './outputs.js'
import type { NamedTensors } from './tensors.js'

/** A loss, the parameters that are trained to minimise it, and further tensors to report. */
export interface Objective {
  readonly loss: Tensor<[]>
  /** Further tensors that the step returns, by name. */
  readonly report?: Readonly<Record<string, AnyTensor>>
  /** Which parameters are trained; all f32 parameters by default. The others are frozen: their gradients are not computed. */
  readonly isTrainable?: (parameter: string) => boolean
  /**
   * Next values of parameters that the optimizer does not train: running statistics, a moving average. After a step the
   * parameter `bn.mean` has the value of `updates['bn.mean']`.
   */
  readonly updates?: Readonly<Record<string, AnyTensor>>
}

/** Parameters of a program, by name. */
type NamedParameters = Readonly<Record<string, NodeOf<'parameter'>>>

/** The trained parameters by name. */
export const trainedParameters = ({
  loss,
  isTrainable = () => true,
  updates = {},
}: Objective): NamedTensors =>
  Object.fromEntries(
    topologicalOrder([loss.node]).flatMap((node) =>
      node.op === 'parameter' &&
      node.dtype === 'f32' &&
      !Object.hasOwn(updates, node.attributes.name) &&
      isTrainable(node.attributes.name)
        ? [[node.attributes.name, typed(node)]]
        : [],
    ),
  )

/**
 * The outputs that a step reports: the loss and `report`. Fails where a reported name is `loss`, or begins with one of the
 * reserved words and a slash: the step gives such names to its own outputs.
 */
export const reportedOutputs = (
  { loss, report = {} }: Objective,
  reserved: readonly string[],
): E.Either<Fault, Outputs> => {
  const taken = Object.keys(report).find(
    (name) => name === 'loss' || reserved.some((word) => name.startsWith(`${word}/`)),
  )
  return taken === undefined
    ? E.right([['loss', loss], ...Object.entries(report)])
    : E.left({
        tag: 'ProgramFault',
        message: `'${taken}' cannot be reported: the step gives such names to its own outputs`,
        advice: 'report it under another name',
      })
}

const fault = (message: string, advice: string): Fault => ({ tag: 'ProgramFault', message, advice })

/**
 * The parameters with a next value, under the names of `updates`. Fails where the objective has no such parameter, and
 * where the next value has another shape or element type.
 */
export const updatedParameters = ({
  loss,
  report = {},
  updates = {},
}: Objective): E.Either<Fault, NamedParameters> => {
  const roots = [loss, ...Object.values(report), ...Object.values(updates)].map(({ node }) => node)
  const leaves = topologicalOrder(roots).filter((node) => node.op === 'parameter')
  return pipe(
    Object.entries(updates),
    E.traverseArray(([name, { node: next }]) => {
      const leaf = leaves.find(({ attributes }) => attributes.name === name)
      if (next.fault !== undefined) return E.left(next.fault)
      if (leaf === undefined) {
        return E.left(
          fault(
            `updates: the objective has no parameter '${name}'`,
            'name a parameter that the loss, the report or an update reads',
          ),
        )
      }
      return leaf.dtype === next.dtype && sameShape(leaf.shape, next.shape)
        ? E.right([name, leaf] as const)
        : E.left(
            fault(
              `updates: the parameter '${name}' is ${leaf.dtype} ${showShape(leaf.shape)}, and its next value is ${next.dtype} ${showShape(next.shape)}`,
              'give a next value of the type and shape of the parameter',
            ),
          )
    }),
    E.map((entries): NamedParameters => Object.fromEntries(entries)),
  )
}
