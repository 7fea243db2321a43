/**
 * TransCLIP behind a gate that reads no label: where zero-shot CLIP's predictions of a target are spread over most classes, the target is
 * classified by TransCLIP; else by zero-shot CLIP. A target that lacks classes and one in which CLIP overlooks classes look alike, and
 * TransCLIP loses in the first. This library's own; docs/methods.md says on which data the rule was chosen.
 */
import * as t from 'io-ts'
import { probability } from '../../dsl/documents/probability.js'
import type { Tensor } from '../../dsl/index.js'
import { axis, less, log, maximum, mean, mul, neg, softmax, sum, where } from '../../dsl/index.js'
import type { ClipTowers } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import { defineMethod } from '../definition.js'
import { noTraining } from '../training-defaults.js'
import { transClip, transClipDefinition } from '../transclip/transclip.js'
import type { TransductiveMethod } from '../transductive-method.js'

const gatedTransClipSettings = t.type({
  /** The share of the classes that predictions must be spread over. */
  evenShare: probability,
})

export type GatedTransClipSettings = Readonly<t.TypeOf<typeof gatedTransClipSettings>>

/** The smallest rate, so that every rate has a logarithm. */
const leastRate = 1e-12

/** The entropy [] of the mean prediction of logits [N,K]: the logarithm of how many classes predictions are spread over. */
const spreadOf = (logits: Tensor<['N', 'K']>): Tensor<[]> => {
  const rates = maximum(mean(softmax(logits, -1), 0), leastRate)
  return neg(sum(mul(rates, log(rates)), 0))
}

/**
 * TransCLIP behind a gate on a CLIP. Logits are TransCLIP's, or zero-shot CLIP's.
 *
 * @example
 * const towers = openAiTowers(architecture)
 * const images = input('images', [sized('N', 4000), towers.embedding])
 * const texts = input('texts', [sized('K', 7), towers.embedding])
 * const logits = gatedTransClip(towers, { evenShare: 0.7 }).classify({ images, texts })
 */
export const gatedTransClip = (
  towers: Pick<ClipTowers, 'logitScale'>,
  { evenShare }: GatedTransClipSettings,
): TransductiveMethod => ({
  tag: 'Transductive',
  classify: ({ images, texts }) => {
    const zeroShot = sharedTextLogits(towers, images, texts)
    const adapted = transClip(towers, transClipDefinition.defaults.settings).classify({ images, texts })
    const least = Math.log(evenShare * Number(axis(texts, 0).dim))
    return where(less(spreadOf(zeroShot), least), zeroShot, adapted)
  },
})

export const gatedTransClipDefinition = defineMethod({
  name: 'gated-transclip',
  title: 'Gated TransCLIP',
  settings: gatedTransClipSettings,
  descriptions: {
    evenShare:
      'share of the classes that zero-shot CLIP’s predictions of a target must be spread over; else they are kept',
  },
  defaults: { settings: { evenShare: 0.7 }, training: noTraining },
  learns: false,
  on: gatedTransClip,
})
