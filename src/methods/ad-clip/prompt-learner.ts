/**
 * AD-CLIP's learnable parts (Singha et al. 2023, sec. 3.2): tokens for the style of a domain, for the content of an
 * image, and the network that stands in for the source's style. All read the levels of the frozen image encoder
 * through their mean and deviation over positions.
 */
import {
  add,
  axis,
  broadcastTo,
  linear,
  mean,
  mul,
  parameter,
  relu,
  reshape,
  sized,
  stack,
  transposeLast,
} from '../../dsl/index.js'
import type { DimHandle, Tensor } from '../../dsl/index.js'
import type { LevelMoments, Levels } from '../../model/towers/level-moments.js'
import { linearLayer } from '../../model/layers.js'
import type { AdClipSwitches } from './switches.js'

/** Sizes of the prompt learner. */
export interface PromptLearnerSizes {
  /** Hidden width of the style projector. */
  readonly styleHidden: number
  /** Hidden width of the style mapping network. */
  readonly mappingHidden: number
  /** `L`: image tokens in a prompt. */
  readonly imageTokens: number
  readonly textWidth: DimHandle<'width'>
  /** Words of the template that tokens are added to, if they are. */
  readonly templateTokens?: number
}

/** M tokens, one per level. */
export type LevelTokens<B> = Tensor<[B, 'M', 'width']>

const channelsOf = <B>({ mean: centre }: LevelMoments<B>): DimHandle<'C'> => axis(centre, 1)

/** One token per level. */
const tokenPerLevel = <B>(
  levels: Levels<B>,
  project: (moments: LevelMoments<B>, level: number) => Tensor<[B, 'width']>,
): LevelTokens<B> => stack(levels.map(project), 1, { count: sized('M', levels.length) })

/** `P_v`, the style of an image: the average of mean and deviation through two linear layers per level. */
export const styleTokens =
  ({ styleHidden, textWidth }: PromptLearnerSizes) =>
  <B>(levels: Levels<B>): LevelTokens<B> => {
    const hidden = sized('hidden', styleHidden)
    return tokenPerLevel(levels, (moments, level) => {
      const average = mul(add(moments.mean, moments.deviation), 0.5)
      const inner = linearLayer(`domain_tokens.linear1.${level}`, channelsOf(moments), hidden)(average)
      return linearLayer(`domain_tokens.linear2.${level}`, hidden, textWidth)(inner)
    })
  }

/** [mean, deviation] side by side, neighbours averaged: as wide as one of the two. */
const averagePairs = <B>(moments: LevelMoments<B>): Tensor<[B, 'C']> => {
  const both = stack([moments.mean, moments.deviation], 1)
  return mean(reshape(both, [axis(both, 0), channelsOf(moments), 2]), 2)
}

/** `P_smn`, the style mapping network: averaged pairs through a hidden layer with ReLU, per level. */
export const styleMappingTokens =
  ({ mappingHidden, textWidth }: PromptLearnerSizes) =>
  <B>(levels: Levels<B>): LevelTokens<B> => {
    const hidden = sized('hidden', mappingHidden)
    return tokenPerLevel(levels, (moments, level) => {
      const inner = linearLayer(
        `style_mapping_tokens.linear1.${level}`,
        channelsOf(moments),
        hidden,
      )(averagePairs(moments))
      return linearLayer(`style_mapping_tokens.linear2.${level}`, hidden, textWidth)(relu(inner))
    })
  }

/**
 * `C_v`, the content of an image: the levels' means, each through a linear layer, mixed into L tokens, by one layer for
 * all of them or one for each.
 */
export const imageTokens =
  ({ imageTokens: tokens, textWidth }: PromptLearnerSizes, mixing: AdClipSwitches['imageTokens']) =>
  <B>(levels: Levels<B>): Tensor<[B, 'L', 'width']> => {
    const projected = tokenPerLevel(levels, (moments, level) =>
      linearLayer(`image_tokens.linear.${level}`, channelsOf(moments), textWidth)(moments.mean),
    )
    const perFeature = transposeLast(projected)
    const levelCount = sized('M', levels.length)
    const length = sized('L', tokens)
    if (mixing === 'separate') {
      return transposeLast(linearLayer('image_tokens.lin', levelCount, length)(perFeature))
    }
    const mixed = linear(
      perFeature,
      parameter('image_tokens.lin.weight', [1, levelCount]),
      parameter('image_tokens.lin.bias', [1]),
    )
    return broadcastTo(transposeLast(mixed), [axis(projected, 0), length, textWidth])
  }
