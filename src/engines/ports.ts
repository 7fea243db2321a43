/** The ports of a program: its inputs, parameters and outputs, with their types and their sizes in one compilation. */
import * as R from 'fp-ts/lib/Record.js'
import type { Shape } from '../shapes/dim.js'
import type { Node } from '../dsl/primitives/primitive.js'
import type { Program } from '../dsl/program.js'
import type { DType } from '../values/value.js'
import type { StaticShapes } from './static-shapes.js'

/** A tensor that a program takes or returns. */
export interface Port {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  /** The shape as declared, with its symbols. */
  readonly declared?: Shape
}

export interface Ports {
  readonly inputs: readonly Port[]
  readonly parameters: readonly Port[]
  readonly outputs: Readonly<Record<string, Port>>
}

/** The ports of a program whose symbols have sizes. */
export const portsOf = (
  { inputs, parameters, outputs }: Program,
  { shape }: Pick<StaticShapes, 'shape'>,
): Ports => {
  const port = (name: string, node: Pick<Node, 'id' | 'dtype' | 'shape'>): Port => ({
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
