/** Gaussian mixtures with diagonal covariances whose components are classes: densities, moments, and assignments of images. */
import type { Tensor } from '../../dsl/index.js'
import {
  add,
  div,
  einsum,
  expandDims,
  l2Normalize,
  log,
  maximum,
  mul,
  scan,
  arange,
  softmax,
  sized,
  square,
  sub,
  sum,
} from '../../dsl/index.js'
import type { NeighbourGraph } from './nearest-images.js'
import { received } from './nearest-images.js'

/** Means and variances of every class. */
export interface Gaussians {
  readonly means: Tensor<['K', 'E']>
  readonly variances: Tensor<['K', 'E']>
}

/** The least weight of a class whose variance is estimated, and the least variance: nothing is divided by 0. */
const least = 1e-12

/** -½ Σₑ (xₑ - μₑ)² / σₑ of images [N,E] and classes, as [N,K]: two products of matrices. */
export const exponents = (
  images: Tensor<['N', 'E']>,
  { means, variances }: Gaussians,
): Tensor<['N', 'K']> => {
  const precisions = div(1, variances)
  const squares = einsum('n e, k e -> n k', square(images), precisions)
  const products = einsum('n e, k e -> n k', images, mul(means, precisions))
  const constants = expandDims(sum(mul(square(means), precisions), 1), 0)
  return mul(add(sub(squares, mul(products, 2)), constants), -0.5)
}

/** -½ ln |Σₖ| of each class [K]. */
export const logNormalizers = ({ variances }: Gaussians): Tensor<['K']> => mul(sum(log(variances), 1), -0.5)

/** Directions [K,E] of the means of the images that are assigned to each class; zeros for a class without any. */
export const meanDirections = (
  images: Tensor<['N', 'E']>,
  assigned: Tensor<['N', 'K']>,
): Tensor<['K', 'E']> => l2Normalize(einsum('n k, n e -> k e', assigned, images), { epsilon: least })

/** Σᵢ zᵢₖ (xᵢ - μₖ)² of every class, as [K,E]. */
export const scatters = (
  images: Tensor<['N', 'E']>,
  assigned: Tensor<['N', 'K']>,
  means: Tensor<['K', 'E']>,
): Tensor<['K', 'E']> => {
  const products = mul(einsum('n k, n e -> k e', assigned, images), means)
  const squares = einsum('n k, n e -> k e', assigned, square(images))
  const weights = expandDims(sum(assigned, 0), 1)
  return maximum(add(sub(squares, mul(products, 2)), mul(square(means), weights)), 0)
}

/** The scatter of each class over its weight Σᵢ zᵢₖ: its variances. */
export const overWeights = (scatter: Tensor<['K', 'E']>, assigned: Tensor<['N', 'K']>): Tensor<['K', 'E']> =>
  div(scatter, maximum(expandDims(sum(assigned, 0), 1), least))

/** Variances that can be divided by. */
export const positive = <S>(variances: Tensor<S>): Tensor<S> => maximum(variances, least)

/** What decides the assignments of images, apart from their neighbours. */
export interface Assignment {
  /** Logits [N,K] of each image by itself: of the texts, and of the Gaussians. */
  readonly own: Tensor<['N', 'K']>
  readonly graph: NeighbourGraph
  /** What the assignments of neighbours are multiplied by. */
  readonly neighbourWeight: number
}

/** The inner steps: in each, every image sees what its neighbours were assigned in the one before. Of the released codes. */
const innerSteps = 5

/** Logits [N,K] of an image by itself and by what its neighbours are assigned. */
const logitsAmong = (
  { own, graph, neighbourWeight }: Assignment,
  z: Tensor<['N', 'K']>,
): Tensor<['N', 'K']> => add(own, mul(received(graph, z), neighbourWeight))

/** Logits [N,K] of the assignments after the inner steps, from the assignments z [N,K] before them. */
const assign = (assignment: Assignment, z: Tensor<['N', 'K']>): Tensor<['N', 'K']> => {
  const { carry } = scan(
    { carry: z, sequences: arange(sized('I', innerSteps - 1)) },
    (before: Tensor<['N', 'K']>) => ({
      carry: softmax(logitsAmong(assignment, before), -1),
    }),
  )
  return logitsAmong(assignment, carry)
}

/** How a mixture is fitted to images. */
export interface Fit {
  /** The assignments [N,K] to begin with. */
  readonly first: Tensor<['N', 'K']>
  readonly gaussians: Gaussians
  /** Times that means and variances are estimated. */
  readonly iterations: number
  /** What decides assignments, given the Gaussians. */
  readonly assignment: (gaussians: Gaussians) => Assignment
  /** Means and variances, given the assignments [N,K]. */
  readonly estimate: (assigned: Tensor<['N', 'K']>) => Gaussians
}

/** Logits [N,K] of the assignments after assigning and estimating in turn, the last of them by the last estimates. */
export const fitted = ({ first, gaussians, iterations, assignment, estimate }: Fit): Tensor<['N', 'K']> => {
  const { carry } = scan(
    { carry: { ...gaussians, z: first }, sequences: arange(sized('O', iterations)) },
    (before) => {
      const z = softmax(assign(assignment(before), before.z), -1)
      return { carry: { ...estimate(z), z } }
    },
  )
  return assign(assignment(carry), carry.z)
}
