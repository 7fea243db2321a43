/** What a training step minimises, and which parameters it trains. */
import * as E from 'fp-ts/lib/Either.js'
import { typed } from '../dsl/erasure.js'
import type { Fault } from '../dsl/fault.js'
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
}

/** The trained parameters by name. */
export const trainedParameters = ({ loss, isTrainable = () => true }: Objective): NamedTensors =>
  Object.fromEntries(
    topologicalOrder([loss.node]).flatMap((node) =>
      node.op === 'parameter' && node.dtype === 'f32' && isTrainable(node.attributes.name)
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
