/** The ports of a program: its inputs, parameters and outputs, with their types and their sizes in one compilation. */
import * as R from '../values/record.js'
import type { Shape } from '../shapes/dim.js'
import type { Node } from '../dsl/primitives/primitive.js'
import type { Program } from '../dsl/program.js'
import type { DType } from '../values/value.js'

/** A tensor that a program takes or returns. Its shape has sizes, or in an exported model also symbols. */
export interface Port<S extends Shape = readonly number[]> {
  readonly name: string
  readonly dtype: DType
  readonly shape: S
  /** The shape as declared, with its symbols. */
  readonly declared?: Shape
}

export interface Ports<S extends Shape = readonly number[]> {
  readonly inputs: readonly Port<S>[]
  readonly parameters: readonly Port<S>[]
  readonly outputs: Readonly<Record<string, Port<S>>>
}

/** The ports of a program, with the shapes that its nodes have in one compilation. */
export const portsOf = <S extends Shape>(
  { inputs, parameters, outputs }: Program,
  shape: (node: Pick<Node, 'id'>) => S,
): Ports<S> => {
  const port = (name: string, node: Pick<Node, 'id' | 'dtype' | 'shape'>): Port<S> => ({
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
