/** A shape stated where it helps the reader, and checked. */
import type { Dim } from '../../shapes/dim.js'
import type { DType } from '../../values/value.js'
import type { Invariant } from '../../shapes/decide.js'
import type { Show } from '../../shapes/show.js'
import type { Tensor } from '../tensor.js'
import type { ShapeError } from '../../shapes/shape-error.js'

/**
 * States a tensor's shape; a wrong one does not compile. Returns the tensor.
 *
 * @example
 * const features = expectShape<['B', 512]>()(matmul(input('x', ['B', 768]), parameter('w', [768, 512])))
 */
export const expectShape =
  <const Stated extends readonly Dim[]>() =>
  <S, D extends DType>(
    x: Tensor<S, D> &
      (Invariant<Stated> extends Invariant<S>
        ? unknown
        : ShapeError<`expected [${Show<Stated>}], got [${Show<S>}]`>),
  ): Tensor<S, D> =>
    x
