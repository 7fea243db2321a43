/**
 * MMD: features are made alike by the maximum mean discrepancy of several kernels (Long et al. 2015, "Learning transferable features
 * with deep adaptation networks", ICML 2015), on kept features of CLIP.
 *
 * Bandwidths follow the features, as in TLlib (`tllib/alignment/dan.py`, `tllib/modules/kernels.py`): σ² is the mean squared distance of
 * the images of a step times 1/8, 1/4, 1/2, 1 and 2. TLlib adds the kernels up; here they are averaged, and the trade-off is five times as large.
 */
import * as t from 'io-ts'
import { sizeUpTo } from '../../dsl/documents/integer.js'
import { nonNegative } from '../../dsl/documents/number-in.js'
import { concat, div, maximum, mean, mul, sqrt, square, stopGradient, sub, sum } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { maximumMeanDiscrepancy } from '../../losses/index.js'
import type { ClipTowers } from '../../model/index.js'
import { alignedFeatures } from '../aligned-features.js'
import { defineMethod } from '../definition.js'
import type { PromptMethod } from '../prompt-method.js'
import { classicTraining } from '../training-defaults.js'

const mmdSettings = t.type({
  /** Features of an image after the bottleneck. */
  bottleneckWidth: sizeUpTo(65_536),
  /** The factor of the discrepancy in the loss. */
  tradeOff: nonNegative,
})

export type MmdSettings = Readonly<t.TypeOf<typeof mmdSettings>>

/** Deviations of the kernels, over the root of the mean squared distance. */
const bandwidths = [1 / 8, 1 / 4, 1 / 2, 1, 2].map(Math.sqrt)

/** The mean squared distance of rows [N,Z], each pair counted twice and each row with itself once. */
const meanSquaredDistance = <N, Z>(rows: Tensor<[N, Z]>): Tensor<[]> =>
  mul(sum(mean(square(sub(rows, mean(rows, 0))), 0)), 2)

/**
 * MMD on a CLIP.
 *
 * @example
 * const settings = { bottleneckWidth: 256, tradeOff: 5 }
 * const { total } = mmd(openAiTowers(architecture), settings).loss(adaptationBatch)
 */
export const mmd = (
  towers: Pick<ClipTowers, 'embedding'>,
  { bottleneckWidth, tradeOff }: MmdSettings,
): PromptMethod =>
  alignedFeatures(towers, bottleneckWidth, {
    name: 'discrepancy',
    weight: tradeOff,
    between: (source, target) => {
      const rows = concat([source.features, target.features], 0)
      // Where all features are equal, any unit will do.
      const unit = stopGradient(sqrt(maximum(meanSquaredDistance(rows), 1e-12)))
      const term = maximumMeanDiscrepancy(div(source.features, unit), div(target.features, unit), {
        bandwidths,
        unbiased: true,
      })
      return { term }
    },
  })

export const mmdDefinition = defineMethod({
  name: 'mmd',
  title: 'MMD',
  settings: mmdSettings,
  descriptions: {
    bottleneckWidth: 'features of an image after the bottleneck',
    tradeOff: 'factor of what makes the domains alike',
  },
  defaults: {
    settings: { bottleneckWidth: 256, tradeOff: 5 },
    training: { ...classicTraining, learningRate: 0.003, weightDecay: 5e-4 },
  },
  learns: true,
  on: mmd,
})
