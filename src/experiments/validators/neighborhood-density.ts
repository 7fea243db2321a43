/** Soft neighborhood density. */
import { evenlyTaken } from '../evenly-taken.js'
import type { Rows } from './rows.js'
import { meanOf } from '../../values/mean.js'
import { dot, entropyOf, softmaxOf } from './rows.js'

/** The temperature of similarities, of the paper. */
const temperature = 0.05

/** The most images whose pairs are all compared. */
const mostImages = 2000

/**
 * Soft neighborhood density (Saito et al. 2021, "Tune it the right way: unsupervised validation of domain adaptation via soft
 * neighborhood density", ICCV 2021, sec. 3): the mean entropy of each image's similarities to all others. Predictions [N,K] of the
 * target are taken as features of unit length; a softmax at a temperature of 0.05 makes similarities of their cosines. It is large
 * where images lie in dense groups of similar predictions; in nats, up to ln (N - 1).
 *
 * Of more than 2,000 images, 2,000 are taken evenly.
 */
export const neighborhoodDensity = (logits: Rows): number => {
  const units = evenlyTaken(logits, mostImages).map((row) => {
    const probabilities = softmaxOf(row)
    const length = Math.sqrt(dot(probabilities, probabilities))
    return probabilities.map((p) => p / length)
  })
  const densities = units.map((image, i) => {
    const others = units.flatMap((other, j) => (i === j ? [] : [dot(image, other) / temperature]))
    return entropyOf(softmaxOf(others))
  })
  return meanOf(densities)
}
