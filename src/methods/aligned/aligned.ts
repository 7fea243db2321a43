/**
 * Zero-shot CLIP aligned to a target: the probability of each class over a power of its mean over all images, as in distribution
 * alignment (Berthelot et al. 2020, "ReMixMatch", sec. 3.1). The power 1 takes all classes to be equally frequent; ½ goes
 * halfway, as the pseudo-labels of this library do.
 */
import * as t from 'io-ts'
import { probability } from '../../dsl/documents/probability.js'
import { maximum, mean, softmax } from '../../dsl/index.js'
import type { ClipTowers } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import { aligned } from '../alignment.js'
import { defineMethod } from '../definition.js'
import { noTraining } from '../training-defaults.js'
import type { SourceFreeMethod } from '../transductive-method.js'

const alignedSettings = t.type({
  /** The power of a class's rate that its probability is divided by: 0 is zero-shot CLIP. */
  alignmentPower: probability,
})

export type AlignedSettings = Readonly<t.TypeOf<typeof alignedSettings>>

/** The smallest rate, so that every rate has a logarithm. */
const leastRate = 1e-12

/**
 * Alignment as a method of its own.
 *
 * @example
 * const towers = openAiTowers(architecture)
 * const images = input('images', [sized('N', 4000), towers.embedding])
 * const texts = input('texts', ['K', towers.embedding])
 * const logits = alignedClip(towers, { alignmentPower: 0.5 }).classify({ images, texts })
 */
export const alignedClip = (
  towers: Pick<ClipTowers, 'logitScale'>,
  { alignmentPower }: AlignedSettings,
): SourceFreeMethod => ({
  tag: 'Transductive',
  classify: ({ images, texts }) => {
    const logits = sharedTextLogits(towers, images, texts)
    return aligned(logits, maximum(mean(softmax(logits, -1), 0), leastRate), alignmentPower)
  },
})

export const alignedDefinition = defineMethod({
  name: 'alignment',
  title: 'Aligned CLIP',
  settings: alignedSettings,
  descriptions: {
    alignmentPower:
      'power of the rate that a class’s probability is divided by: 0 is zero-shot CLIP, 1 makes classes equally frequent',
  },
  defaults: { settings: { alignmentPower: 0.5 }, training: noTraining },
  learns: false,
  takesClassesAsEven: ({ alignmentPower }) => alignmentPower > 0,
  on: alignedClip,
})
