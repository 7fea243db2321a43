/**
 * TransCLIP (Zanella, Gérin and Ben Ayed 2024, "Boosting vision-language models with transduction", NeurIPS 2024,
 * arXiv 2406.01837), zero-shot form: images of a target are a mixture of one Gaussian for each class, with a diagonal covariance
 * that all classes share; assignments are held to zero-shot CLIP's probabilities, and to those of similar images.
 *
 * Where the released code (MaxZanella/transduction-for-vlms, `TransCLIP_solver`) says what the paper leaves open, it is followed:
 * the log densities are multiplied by 1/50, and similar images weigh 1/(2n) of n neighbours.
 */
import * as t from 'io-ts'
import { positiveInteger } from '../../dsl/documents/integer.js'
import { nonNegative } from '../../dsl/documents/number-in.js'
import type { Tensor } from '../../dsl/index.js'
import {
  add,
  axis,
  div,
  expandDims,
  gather,
  l2Normalize,
  logSoftmax,
  mul,
  softmax,
  sum,
  transposeLast,
  zerosLike,
} from '../../dsl/index.js'
import type { ClipTowers } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import { defineMethod } from '../definition.js'
import { noTraining } from '../training-defaults.js'
import type { SourceFreeMethod } from '../transductive-method.js'
import { exponents, fitted, meanDirections, positive, scatters } from '../transductive/gaussians.js'
import { largestOfRows } from '../transductive/largest-of-rows.js'
import { nearestImages } from '../transductive/nearest-images.js'

const transClipSettings = t.type({
  /** Images that each image is compared with. */
  neighbours: positiveInteger,
  /** Times that means and variances are estimated. */
  iterations: positiveInteger,
  /** λ: what the log probabilities of zero-shot CLIP are multiplied by. */
  textWeight: nonNegative,
  /** What the log densities of the Gaussians are multiplied by: 1/50 in the released code, 1 in the paper's formula. */
  densityWeight: nonNegative,
})

export type TransClipSettings = Readonly<t.TypeOf<typeof transClipSettings>>

/** Images of a class that its first mean is taken from: those with the largest probability. */
const mostConfident = 8

/**
 * Directions [K,E] of the first means: of each class's most confident images, weighted by their probabilities [N,K].
 */
const firstMeans = (images: Tensor<['N', 'E']>, z: Tensor<['N', 'K']>): Tensor<['K', 'E']> => {
  const count = Math.min(mostConfident, Number(axis(images, 0).dim))
  const { columns, values } = largestOfRows(transposeLast(z), count)
  const weighted = mul(gather(images, columns, 0), expandDims(values, 2))
  return l2Normalize(sum(weighted, 0), { epsilon: 1e-12 })
}

/** The covariance that all classes share: Σᵢₖ zᵢₖ (xᵢ - μₖ)² / N, for every class. */
const sharedVariances = (
  images: Tensor<['N', 'E']>,
  z: Tensor<['N', 'K']>,
  means: Tensor<['K', 'E']>,
): Tensor<['K', 'E']> => {
  const shared = div(sum(scatters(images, z, means), 0), Number(axis(images, 0).dim))
  return add(zerosLike(means), expandDims(positive(shared), 0))
}

/**
 * TransCLIP on a CLIP. Logits are the logarithms of the last assignments, up to a number for each image.
 *
 * @example
 * const towers = openAiTowers(architecture)
 * const settings = { neighbours: 3, iterations: 10, textWeight: 1, densityWeight: 0.02 }
 * const images = input('images', [sized('N', 4000), towers.embedding])
 * const logits = transClip(towers, settings).classify({ images, texts: input('texts', ['K', towers.embedding]) })
 */
export const transClip = (
  towers: Pick<ClipTowers, 'logitScale'>,
  { neighbours, iterations, textWeight, densityWeight }: TransClipSettings,
): SourceFreeMethod => ({
  tag: 'Transductive',
  classify: ({ images, texts }) => {
    const x = l2Normalize(images)
    const textLogits = sharedTextLogits(towers, images, texts)
    const ofTexts = mul(logSoftmax(textLogits, -1), textWeight)
    const graph = nearestImages(x, neighbours)
    const first = softmax(textLogits, -1)
    const means = firstMeans(x, first)
    return fitted({
      first,
      gaussians: { means, variances: add(zerosLike(means), 1 / Number(axis(images, 1).dim)) },
      iterations,
      assignment: (gaussians) => ({
        own: add(ofTexts, mul(exponents(x, gaussians), densityWeight)),
        graph,
        neighbourWeight: 1 / (2 * neighbours),
      }),
      estimate: (assigned) => {
        const next = meanDirections(x, assigned)
        return { means: next, variances: sharedVariances(x, assigned, next) }
      },
    })
  },
})

export const transClipDefinition = defineMethod({
  name: 'transclip',
  title: 'TransCLIP',
  settings: transClipSettings,
  descriptions: {
    neighbours: 'similar images that each image is compared with',
    iterations: 'times that means and variances are estimated',
    textWeight: 'weight of zero-shot CLIP’s log probabilities',
    densityWeight: 'weight of the log densities: 0.02 as released, 1 as the paper’s formula',
  },
  defaults: {
    settings: { neighbours: 3, iterations: 10, textWeight: 1, densityWeight: 0.02 },
    training: noTraining,
  },
  learns: false,
  // All classes weigh the same in its mixture, however few images they have.
  takesClassesAsEven: () => true,
  on: transClip,
})
