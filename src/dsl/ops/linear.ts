/** The affine map of every layer, in the form that weights are stored in. */
import * as b from '../builder.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { Argument } from '../../shapes/decide.js'
import type { HasOutputs, TakesInputs } from '../../shapes/linear.js'
import type { Tensor } from '../tensor.js'
import { nodeOf } from './elementwise.js'
import { checked } from './signature.js'

/**
 * x Wᵀ + bias over the last axis, with W as [outputs, inputs], as PyTorch's `nn.functional.linear`.
 *
 * @example
 * const y = linear(input('x', ['B', 77, 512]), parameter('w', [768, 512]), parameter('b', [768])) // [B,77,768]
 */
export const linear = <Batch extends unknown[], Inputs, Outputs, WeightInputs, BiasOutputs>(
  x: Tensor<[...Batch, Inputs]>,
  weight: Argument<TakesInputs<Inputs, WeightInputs>, Tensor<[Outputs, WeightInputs]>>,
  bias?: Argument<HasOutputs<[...Batch, Outputs], Outputs, BiasOutputs>, Tensor<[BiasOutputs]>>,
): Tensor<[...Batch, Outputs]> => affine(x.node, weight, bias)

const affine = (x: Node, weight: unknown, bias: unknown): never => {
  const [matrix, shift] = [nodeOf(weight), bias === undefined ? undefined : nodeOf(bias)]
  const misfit = unlikeInputs(x, matrix)
  if (misfit !== undefined) return erased(faulty('linear', misfit, [x, matrix]))
  const product = times(x, b.transposeLast(matrix))
  return erased(
    checked(
      'linear',
      {
        weight: [{ node: matrix }, 'outputs inputs'],
        ...(shift && { bias: [{ node: shift }, 'outputs'] }),
      },
      shift === undefined ? product : b.add(product, shift),
    ),
  )
}

/** That a weight takes another number of inputs than there are. Other ranks are left to the product. */
const unlikeInputs = (x: Node, matrix: Node): string | undefined => {
  const [inputs, taken] = [x.shape.at(-1), matrix.shape[1]]
  return inputs === undefined || matrix.shape.length !== 2 || taken === undefined || inputs === taken
    ? undefined
    : `linear: x has ${inputs} inputs, the weight [outputs,inputs] takes ${taken}`
}

/** A vector is a matrix of one row. */
const times = (x: Node, matrix: Node): Node =>
  x.shape.length === 1 ? b.dropAxis(b.matmul(b.expandDims(x, 0), matrix), 0) : b.matmul(x, matrix)
