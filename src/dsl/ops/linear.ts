/** The affine map of every layer, in the form that weights are stored in. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import type { Node } from '../primitive.js'
import type { Tensor } from '../tensor.js'

/**
 * x Wᵀ + bias over the last axis, with W as [outputs, inputs], as PyTorch's `nn.functional.linear`.
 *
 * @example
 * const y = linear(input('x', ['B', 77, 512]), parameter('w', [768, 512]), parameter('b', [768])) // [B,77,768]
 */
export const linear = <Batch extends unknown[], Inputs, Outputs>(
  x: Tensor<[...Batch, Inputs]>,
  weight: Tensor<[Outputs, NoInfer<Inputs>]>,
  bias?: Tensor<[NoInfer<Outputs>]>,
): Tensor<[...Batch, Outputs]> => {
  const product = times(x.node, b.transposeLast(weight.node))
  return erased(bias === undefined ? product : b.add(product, bias.node))
}

/** A vector is a matrix of one row. */
const times = (x: Node, matrix: Node): Node =>
  x.shape.length === 1 ? b.dropAxis(b.matmul(b.expandDims(x, 0), matrix), 0) : b.matmul(x, matrix)
