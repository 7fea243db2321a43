/** What goes into a program and comes out of it, at sizes that are known. */
import * as R from 'fp-ts/lib/Record.js'
import type { Node } from '../dsl/primitives/primitive.js'
import type { Program } from '../dsl/program.js'
import type { Ports } from './check-state.js'
import type { ExpectedTensor } from './check-values.js'
import type { StaticShapes } from './static-shapes.js'

/** Inputs, parameters and outputs by name, with their types and shapes. */
export const portsOf = (
  { inputs, parameters, outputs }: Program,
  { shape }: StaticShapes,
): Ports & { readonly inputs: readonly ExpectedTensor[] } => {
  const port = (name: string, node: Pick<Node, 'id' | 'dtype' | 'shape'>): ExpectedTensor => ({
    name,
    dtype: node.dtype,
    shape: shape(node),
    declared: node.shape,
  })
  return {
    inputs: inputs.map((leaf) => port(leaf.attributes.name, leaf)),
    parameters: parameters.map((leaf) => port(leaf.attributes.name, leaf)),
    outputs: R.mapWithIndex(port)(outputs),
  }
}
