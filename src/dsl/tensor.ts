/** `Tensor<S, D>`: a node of the graph, with its shape and element type in its type. */
import type { Node } from './primitives/primitive.js'
import type { DType } from '../values/value.js'

/**
 * A value that describes a computation. Nothing runs while tensors are combined.
 *
 * `S` is a readonly tuple of dims, `D` the element type. Both are invariant (`in out`): with a covariant shape,
 * a product of inner dims 512 and 768 would infer their union and compile.
 */
export interface Tensor<in out S, in out D extends DType = 'f32'> {
  readonly node: Node
  readonly shape: S
  readonly dtype: D
}
