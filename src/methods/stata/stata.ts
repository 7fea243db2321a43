/**
 * StatA (Zanella, Fuchs, De Vleeschouwer and Ben Ayed 2025, "Realistic test-time adaptation of vision-language models", CVPR 2025,
 * arXiv 2501.03729): TransCLIP's mixture with a covariance of each class's own, whose means and covariances are anchored at those
 * that the texts give. The fewer images a class has, the more the anchor weighs: a class that is absent stays at its text.
 *
 * The released code (MaxZanella/StatA, `solvers/StatA.py`) divides the anchor's covariance by the number of images once for every
 * 2,500 images, which is once too often from the second block on; here it is divided once, as the paper's formula says.
 */
import * as t from 'io-ts'
import { positiveInteger } from '../../dsl/documents/integer.js'
import { nonNegative, numberIn } from '../../dsl/documents/number-in.js'
import { aboveZero } from '../../dsl/setting.js'
import type { Tensor } from '../../dsl/index.js'
import {
  add,
  argMax,
  axis,
  div,
  expandDims,
  l2Normalize,
  logSoftmax,
  mul,
  oneHot,
  softmax,
  square,
  sub,
  sum,
  zerosLike,
} from '../../dsl/index.js'
import type { ClipTowers } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import { defineMethod } from '../definition.js'
import { noTraining } from '../training-defaults.js'
import type { SourceFreeMethod } from '../transductive-method.js'
import type { Gaussians } from '../transductive/gaussians.js'
import {
  exponents,
  fitted,
  logNormalizers,
  meanDirections,
  overWeights,
  positive,
  scatters,
} from '../transductive/gaussians.js'
import { nearestImages } from '../transductive/nearest-images.js'

const statASettings = t.type({
  /** Images that each image is compared with. */
  neighbours: positiveInteger,
  /** Times that means and covariances are estimated. */
  iterations: positiveInteger,
  /** α: how many images of a class weigh as much as its anchor. */
  anchorWeight: numberIn(aboveZero),
  /** What the assignments of similar images are multiplied by. */
  laplacianWeight: nonNegative,
  /** Whether the images of a class are counted by their probabilities, instead of by their most probable class. */
  softCounts: t.boolean,
  /** What the log densities of the Gaussians are multiplied by: 1/50 in the released code, 1 in the paper's formula. */
  densityWeight: nonNegative,
})

export type StatASettings = Readonly<t.TypeOf<typeof statASettings>>

/** How many images each class has [K]. */
const imagesOf = (z: Tensor<['N', 'K']>, soft: boolean): Tensor<['K']> =>
  soft ? sum(z, 0) : sum(oneHot(argMax(z, 1), axis(z, 1)), 0)

/** The anchor: the texts as means, and for every class the variance of all images around them, weighted by `z` [N,K]. */
const anchorOf = (x: Tensor<['N', 'E']>, texts: Tensor<['K', 'E']>, z: Tensor<['N', 'K']>): Gaussians => {
  const shared = div(sum(scatters(x, z, texts), 0), Number(axis(x, 0).dim))
  return { means: texts, variances: add(zerosLike(texts), expandDims(positive(shared), 0)) }
}

/** Means and covariances of the images, drawn to the anchor by 1 - β of each class. */
const anchored = (
  x: Tensor<['N', 'E']>,
  z: Tensor<['N', 'K']>,
  anchor: Gaussians,
  beta: Tensor<['K', 1]>,
): Gaussians => {
  const rest = sub(1, beta)
  const own = meanDirections(x, z)
  const means = l2Normalize(add(mul(own, beta), mul(anchor.means, rest)), { epsilon: 1e-12 })
  const around = add(anchor.variances, square(sub(anchor.means, means)))
  const variances = add(mul(overWeights(scatters(x, z, means), z), beta), mul(around, rest))
  return { means, variances: positive(variances) }
}

/**
 * StatA on a CLIP. Logits are the logarithms of the last assignments, up to a number for each image.
 *
 * @example
 * const towers = openAiTowers(architecture)
 * const settings = definitionOf('stata').defaults.settings
 * const images = input('images', [sized('N', 4000), towers.embedding])
 * const logits = statA(towers, settings).classify({ images, texts: input('texts', ['K', towers.embedding]) })
 */
export const statA = (
  towers: Pick<ClipTowers, 'logitScale'>,
  { neighbours, iterations, anchorWeight, laplacianWeight, softCounts, densityWeight }: StatASettings,
): SourceFreeMethod => ({
  tag: 'Transductive',
  classify: ({ images, texts }) => {
    const x = l2Normalize(images)
    const textLogits = sharedTextLogits(towers, images, texts)
    const ofTexts = logSoftmax(textLogits, -1)
    const graph = nearestImages(x, neighbours)
    const first = softmax(textLogits, -1)
    const anchor = anchorOf(x, l2Normalize(texts), first)
    return fitted({
      first,
      gaussians: anchor,
      iterations,
      assignment: (gaussians) => {
        const density = add(exponents(x, gaussians), expandDims(logNormalizers(gaussians), 0))
        const own = add(ofTexts, mul(density, densityWeight))
        return { own, graph, neighbourWeight: laplacianWeight / (2 * neighbours) }
      },
      estimate: (assigned) => {
        const counts = imagesOf(assigned, softCounts)
        const beta = expandDims(div(counts, add(counts, anchorWeight)), 1)
        return anchored(x, assigned, anchor, beta)
      },
    })
  },
})

export const statADefinition = defineMethod({
  name: 'stata',
  title: 'StatA',
  settings: statASettings,
  descriptions: {
    neighbours: 'similar images that each image is compared with',
    iterations: 'times that means and covariances are estimated',
    anchorWeight: 'how many images of a class weigh as much as its text',
    laplacianWeight: 'weight of what similar images are assigned',
    softCounts: 'whether images of a class are counted by their probabilities, true or false',
    densityWeight: 'weight of the log densities: 0.02 as released, 1 as the paper’s formula',
  },
  defaults: {
    settings: {
      neighbours: 3,
      iterations: 10,
      anchorWeight: 1,
      laplacianWeight: 1,
      softCounts: false,
      densityWeight: 0.02,
    },
    training: noTraining,
  },
  learns: false,
  on: statA,
})
