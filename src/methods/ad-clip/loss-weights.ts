/** Weights of the terms of AD-CLIP's total loss. */
import * as t from 'io-ts'
import { nonNegative } from '../../dsl/documents/number-in.js'

export const adClipLossWeights = t.type({
  crossEntropy: nonNegative,
  styleMapping: nonNegative,
  entropy: nonNegative,
  divergence: nonNegative,
  pseudoLabels: nonNegative,
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
