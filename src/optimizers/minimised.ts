/** What a training step minimises, and by which parameters. */
import { typed } from '../dsl/erasure.js'
import type { AnyTensor } from '../dsl/program.js'
import type { Tensor } from '../dsl/tensor.js'
import { topologicalOrder } from '../dsl/walk.js'
import type { Outputs } from './outputs.js'
import type { Tensors } from './tensors.js'

/** What a step minimises. */
export interface Minimised {
  readonly loss: Tensor<[]>
  /** Further scalars (or any tensors) to return beside it. */
  readonly report?: Readonly<Record<string, AnyTensor>>
  /** Which parameters are trained: the others, and all that hold integers, are frozen, and no gradient of theirs is built. */
  readonly learns?: (parameter: string) => boolean
}

/** The parameters that are trained. */
export const trainedParameters = ({ loss, learns = () => true }: Minimised): Tensors =>
  Object.fromEntries(
    topologicalOrder([loss.node]).flatMap((node) =>
      node.op === 'parameter' && node.dtype === 'f32' && learns(node.attributes.name)
        ? [[node.attributes.name, typed(node)]]
        : [],
    ),
  )

/** The outputs that a step reports: the loss, and what is to be returned beside it. */
export const reportedOutputs = ({ loss, report = {} }: Minimised): Outputs => [
  ['loss', loss],
  ...Object.entries(report),
]
