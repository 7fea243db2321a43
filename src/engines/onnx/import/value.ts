/** Values of a graph that is read: each is a node, or numbers that are known and become a node where one is needed. */
import type { Shape } from '../../../shapes/dim.js'
import type { Node } from '../../../dsl/primitives/primitive.js'
import type { DType } from '../../../values/value.js'
import type { Known } from './known.js'
import { nodeOfKnown } from './known.js'

export interface Value {
  readonly shape: Shape
  readonly dtype: DType
  readonly node: () => Node
  /** Its elements, if they are a constant or sizes: operations of such values are computed while the file is read. */
  readonly known?: Known
  /** The elements of a weight that is small, for operators that take numbers and not tensors. */
  readonly stored?: () => Known | undefined
}

export const ofNode = (node: Node): Value => ({ shape: node.shape, dtype: node.dtype, node: () => node })

export const ofKnown = (known: Known): Value => ({
  shape: known.shape,
  dtype: known.dtype,
  node: () => nodeOfKnown(known),
  known,
})

/** A vector of integers or sizes. */
export const ofShape = (shape: Shape): Value =>
  ofKnown({ dtype: 'i32', shape: [shape.length], entries: shape })
