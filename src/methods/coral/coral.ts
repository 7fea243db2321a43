/**
 * Deep CORAL (Sun and Saenko 2016, "Deep CORAL: correlation alignment for deep domain adaptation"): the covariances of the last
 * layer's outputs are made alike, on kept features of CLIP.
 */
import * as t from 'io-ts'
import { sizeUpTo } from '../../dsl/documents/integer.js'
import { nonNegative } from '../../dsl/documents/number-in.js'
import { coral } from '../../losses/index.js'
import type { ClipTowers } from '../../model/index.js'
import { alignedFeatures } from '../aligned-features.js'
import { defineMethod } from '../definition.js'
import type { PromptMethod } from '../prompt-method.js'
import { classicTraining } from '../training-defaults.js'

const deepCoralSettings = t.type({
  /** Features of an image after the bottleneck. */
  bottleneckWidth: sizeUpTo(65_536),
  /** λ: the factor of the CORAL loss. */
  tradeOff: nonNegative,
})

export type DeepCoralSettings = Readonly<t.TypeOf<typeof deepCoralSettings>>

/**
 * Deep CORAL on a CLIP. The last layer's outputs are the logits of the classes.
 *
 * @example
 * const settings = { bottleneckWidth: 256, tradeOff: 1 }
 * const { total } = deepCoral(openAiTowers(architecture), settings).loss(adaptationBatch)
 */
export const deepCoral = (
  towers: Pick<ClipTowers, 'embedding'>,
  { bottleneckWidth, tradeOff }: DeepCoralSettings,
): PromptMethod =>
  alignedFeatures(towers, bottleneckWidth, {
    name: 'coral',
    weight: tradeOff,
    between: (source, target) => ({ term: coral(source.logits, target.logits) }),
  })

export const deepCoralDefinition = defineMethod({
  name: 'coral',
  title: 'Deep CORAL',
  settings: deepCoralSettings,
  descriptions: {
    bottleneckWidth: 'features of an image after the bottleneck',
    tradeOff: 'factor of what makes the domains alike',
  },
  defaults: {
    settings: { bottleneckWidth: 256, tradeOff: 1 },
    training: { ...classicTraining, learningRate: 0.001, weightDecay: 5e-4 },
  },
  learns: true,
  on: deepCoral,
})
