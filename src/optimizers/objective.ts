/** What a training step minimises, and by which parameters. */
import * as E from 'fp-ts/lib/Either.js'
import { typed } from '../dsl/erasure.js'
import type { Fault } from '../dsl/fault.js'
import type { AnyTensor } from '../dsl/program.js'
import type { Tensor } from '../dsl/tensor.js'
import { topologicalOrder } from '../dsl/walk.js'
import type { Outputs } from './outputs.js'
import type { NamedTensors } from './tensors.js'

/** What a step minimises. */
export interface Objective {
  readonly loss: Tensor<[]>
  /** Further scalars (or any tensors) to return beside it. */
  readonly report?: Readonly<Record<string, AnyTensor>>
  /** Which parameters are trained: the others, and all that hold integers, are frozen, and no gradient of theirs is built. */
  readonly isTrainable?: (parameter: string) => boolean
}

/** The parameters that are trained. */
export const trainedParameters = ({ loss, isTrainable = () => true }: Objective): NamedTensors =>
  Object.fromEntries(
    topologicalOrder([loss.node]).flatMap((node) =>
      node.op === 'parameter' && node.dtype === 'f32' && isTrainable(node.attributes.name)
        ? [[node.attributes.name, typed(node)]]
        : [],
    ),
  )

/**
 * The outputs that a step reports: the loss, and what is to be returned beside it. Fails where this has a name, or begins
 * with a word, that the step gives to outputs of its own.
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
        message: `'${taken}' cannot be reported: the step has outputs of its own under such a name`,
        advice: 'report it under another name',
      })
}
