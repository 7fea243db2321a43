/** Classifiers by the class means of a labelled source, which know no text: an image is of the class whose mean it resembles most. */
import type { Tensor } from '../../dsl/index.js'
import {
  cast,
  div,
  einsum,
  expandDims,
  l2Normalize,
  less,
  maximum,
  mean,
  mul,
  square,
  sub,
  sum,
} from '../../dsl/index.js'

/** Cosines [N,K] of images and classes; a row of zeros is not turned. */
const cosines = (images: Tensor<['N', 'E']>, classes: Tensor<['K', 'E']>): Tensor<['N', 'K']> =>
  einsum('n e, k e -> n k', l2Normalize(images, { epsilon: 1e-12 }), l2Normalize(classes, { epsilon: 1e-12 }))

/** Both classifiers' cosines [N,K]. */
export interface Witnesses {
  /** With features as they are. */
  readonly plain: Tensor<['N', 'K']>
  /** With the mean of the target's images, and the mean of the source's classes, taken off: what all images of a domain share. */
  readonly centred: Tensor<['N', 'K']>
}

/** The classifiers of unit features [N,E] by class means [K,E], which are zeros for a class without any image. */
export const witnesses = (images: Tensor<['N', 'E']>, means: Tensor<['K', 'E']>): Witnesses => {
  const isKnown = cast(less(0, sum(square(means), 1)), 'f32')
  const ofSource = div(sum(means, 0), maximum(sum(isKnown, 0), 1))
  return {
    plain: cosines(images, means),
    centred: cosines(sub(images, mean(images, 0)), mul(sub(means, ofSource), expandDims(isKnown, 1))),
  }
}
