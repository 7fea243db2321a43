/** Recomputation in the backward pass: memory for time. */
import * as b from '../builder.js'
import { erased, typed, typedArguments } from '../erasure.js'
import { faulty, placeholder } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { AnyTensor } from '../program.js'
import type { Tensor } from '../tensor.js'
import { closureOf } from './close-loop.js'
import { withOwnGradient } from './own-gradient.js'
import { pullBack } from './reverse-mode.js'
import { substituteNodes } from './substitute.js'

/**
 * The same tensor, to be computed after another one. No number is less than itself, not even NaN, so `x` is always chosen;
 * but it is another node than `x`, which shares no computation with it, and needs the other tensor.
 */
const after = (x: Node, other: Node): Node => {
  const total = b.sum(other, [...other.shape.keys()])
  return b.where(b.less(total, total), b.zerosLike(x), x)
}

/**
 * A function's result, whose intermediate results are not kept for the gradient but computed a second time there (Chen et
 * al. 2016, "Training deep nets with sublinear memory cost"). Value and gradient are the same. Of the function, memory holds
 * its arguments, what it uses besides them, and its result; the gradient costs one more call of the function. As JAX's
 * `checkpoint`; around each layer of a deep network, memory grows by one activation for each layer: with 12 layers of 256 to
 * 1024 to 256 units and a batch of 2048, loss and gradients on the engine `onnx` took 72 MB more than the weights in place of
 * 250 MB, and 12 % more time.
 *
 * The function is called once, while the program is built. It may use any tensor around it.
 *
 * A result other than f32 is a fault.
 *
 * @example
 * const x = input('x', ['B', 512])
 * const [up, down] = [parameter('up', [2048, 512]), parameter('down', [512, 2048])]
 * const y = checkpoint((at) => linear(gelu(linear(at, up)), down), x) // ['B', 512]; the 2048 activations are not kept
 */
export const checkpoint = <const Arguments extends readonly AnyTensor[], S>(
  f: (...values: Arguments) => Tensor<S>,
  ...values: Arguments
): Tensor<S> => {
  const at = values.map(({ node }: AnyTensor) => node)
  const leaves = at.map(({ shape, dtype }, i) => placeholder(`argument.${i}`, shape, dtype))
  const { node: y } = f(...typedArguments<Arguments>(leaves))
  if (y.fault === undefined && y.dtype !== 'f32') {
    return erased(
      faulty('checkpoint', `checkpoint: the result is ${y.dtype}, gradients are of f32 tensors`, [y]),
    )
  }
  const { captured, over } = closureOf([y], leaves)
  const [value = y] = over(new Map(leaves.map((leaf, i) => [leaf, at[i] ?? leaf])))
  const cotangent = placeholder('cotangent', y.shape, y.dtype)
  const again = at.map((node) => after(node, cotangent))
  const [recomputed = y] = substituteNodes([y], new Map(leaves.map((leaf, i) => [leaf, again[i] ?? leaf])))
  const isReal = ({ dtype }: Node): boolean => dtype === 'f32'
  const inputs = [...at, ...captured].filter(isReal)
  const wrt = [...again, ...captured].filter(isReal)
  const cotangents = pullBack([[recomputed, cotangent]], wrt).map(
    (found, i) => found ?? b.zerosLike(wrt[i] ?? y),
  )
  return typed(withOwnGradient(value, inputs, cotangent, cotangents))
}
