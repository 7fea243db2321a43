/**
 * TransCLIP where labelled images of another domain speak for it, else zero-shot CLIP. A target that lacks classes and one in which CLIP
 * overlooks classes look alike, and TransCLIP loses in the first; so a third classifier is asked, which knows neither texts nor
 * the target: the class means of the source. Where TransCLIP and zero-shot CLIP differ, it must side with TransCLIP; and it and zero-shot
 * CLIP must both find most classes in the target. This library's own;
 * docs/methods.md says on which data the rule was chosen.
 */
import * as t from 'io-ts'
import { probability } from '../../dsl/documents/probability.js'
import { nonNegative } from '../../dsl/documents/number-in.js'
import type { Tensor } from '../../dsl/index.js'
import {
  axis,
  l2Normalize,
  less,
  log,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  softmax,
  sum,
  where,
} from '../../dsl/index.js'
import type { ClipTowers } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import { defineMethod } from '../definition.js'
import { noTraining } from '../training-defaults.js'
import { transClip, transClipDefinition } from '../transclip/transclip.js'
import type { TransductiveMethod } from '../transductive-method.js'
import { predictedClass, preference } from './preference.js'
import { witnesses } from './witnesses.js'

const gatedTransClipSettings = t.type({
  /** By how many standard deviations the class means of the source must prefer TransCLIP. */
  deviations: nonNegative,
  /** The share of the classes that predictions of zero-shot CLIP and of the class means must each be spread over. */
  evenShare: probability,
})

export type GatedTransClipSettings = Readonly<t.TypeOf<typeof gatedTransClipSettings>>

/** The smallest rate, so that every rate has a logarithm. */
const leastRate = 1e-12

/** The entropy [] of the mean of rows [N,K]: the logarithm of how many classes predictions are spread over. */
const entropyOfMean = (probabilities: Tensor<['N', 'K']>): Tensor<[]> => {
  const rates = maximum(mean(probabilities, 0), leastRate)
  return neg(sum(mul(rates, log(rates)), 0))
}

/**
 * TransCLIP behind a gate on a CLIP. Logits are TransCLIP's, or zero-shot CLIP's.
 *
 * @example
 * const towers = openAiTowers(architecture)
 * const images = input('images', [sized('N', 4000), towers.embedding])
 * const texts = input('texts', [sized('K', 7), towers.embedding])
 * const means = input('means', [sized('K', 7), towers.embedding])
 * const logits = gatedTransClip(towers, { deviations: 2, evenShare: 0.55 }).classify({ images, texts }, { means })
 */
export const gatedTransClip = (
  towers: Pick<ClipTowers, 'logitScale'>,
  { deviations, evenShare }: GatedTransClipSettings,
): TransductiveMethod => ({
  tag: 'Transductive',
  classify: ({ images, texts }, { means }) => {
    const zeroShot = sharedTextLogits(towers, images, texts)
    const adapted = transClip(towers, transClipDefinition.defaults.settings).classify({ images, texts })
    const { plain, centred } = witnesses(l2Normalize(images), means)
    const preferred = preference({ witness: centred, present: zeroShot, candidate: adapted })
    const least = Math.log(evenShare * Number(axis(texts, 0).dim))
    const spread = minimum(entropyOfMean(softmax(zeroShot, -1)), entropyOfMean(predictedClass(plain)))
    return where(less(spread, least), zeroShot, where(less(preferred, deviations), zeroShot, adapted))
  },
})

export const gatedTransClipDefinition = defineMethod({
  name: 'gated-transclip',
  title: 'Gated TransCLIP',
  settings: gatedTransClipSettings,
  descriptions: {
    deviations:
      'standard deviations by which the class means of the source must prefer TransCLIP; else zero-shot CLIP’s predictions are kept',
    evenShare:
      'share of the classes that predictions of zero-shot CLIP and of these means must each be spread over; else zero-shot CLIP’s are kept',
  },
  defaults: { settings: { deviations: 2, evenShare: 0.55 }, training: noTraining },
  learns: false,
  readsSource: true,
  on: gatedTransClip,
})
