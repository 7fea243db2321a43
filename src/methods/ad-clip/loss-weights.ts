/** Weights of the terms of AD-CLIP's total loss. */
import * as t from 'io-ts'

export const adClipLossWeights = t.type({
  crossEntropy: t.number,
  styleMapping: t.number,
  entropy: t.number,
  divergence: t.number,
  pseudoLabels: t.number,
})

export type AdClipLossWeights = Readonly<t.TypeOf<typeof adClipLossWeights>>

/** The weights of the paper (sec. 4.1), which knows no pseudo-labels. */
export const paperLossWeights: AdClipLossWeights = {
  crossEntropy: 1,
  styleMapping: 0.1,
  entropy: 0.01,
  divergence: 1,
  pseudoLabels: 0,
}
