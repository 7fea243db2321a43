/** What zero-shot CLIP guesses of images whose labels are not known. */
import { argMax, max, softmax, stopGradient } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import type { ClipTowers, EncodedImages } from '../model/index.js'
import { alignedHalfway, classPrior } from './alignment.js'
import { sharedTextLogits } from '../model/towers/cosine-logits.js'
import type { ClassTexts } from './prompt-method.js'

/** A class for each image, and the probability that it was given. */
export interface PseudoLabels<B> {
  readonly labels: Tensor<[B], 'i32'>
  readonly confidence: Tensor<[B]>
}

const mostProbable = <B>(logits: Tensor<[B, 'K']>): PseudoLabels<B> => {
  const probabilities = softmax(logits, -1)
  return { labels: argMax(probabilities, 1), confidence: max(probabilities, 1) }
}

const zeroShotLogits = <B>(
  towers: Pick<ClipTowers, 'logitScale'>,
  { feature }: EncodedImages<B>,
  { zeroShot }: ClassTexts,
): Tensor<[B, 'K']> => stopGradient(sharedTextLogits(towers, feature, zeroShot))

/** The most probable class of each image to zero-shot CLIP. Nothing flows back through it. */
export const pseudoLabels = <B>(
  towers: Pick<ClipTowers, 'logitScale'>,
  images: EncodedImages<B>,
  classTexts: ClassTexts,
): PseudoLabels<B> => mostProbable(zeroShotLogits(towers, images, classTexts))

/** Zero-shot CLIP's logits [B,K], aligned halfway. */
export const alignedLogits = <B>(
  towers: Pick<ClipTowers, 'logitScale'>,
  images: EncodedImages<B>,
  classTexts: ClassTexts,
): Tensor<[B, 'K']> => alignedHalfway(zeroShotLogits(towers, images, classTexts), classPrior(classTexts))

/** The most probable class of each image to zero-shot CLIP so aligned. */
export const alignedPseudoLabels = <B>(
  towers: Pick<ClipTowers, 'logitScale'>,
  images: EncodedImages<B>,
  classTexts: ClassTexts,
): PseudoLabels<B> => mostProbable(alignedLogits(towers, images, classTexts))
