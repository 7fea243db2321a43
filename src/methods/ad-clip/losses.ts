/** AD-CLIP's four losses and their total (Singha et al. 2023, sec. 3.3, eq. 5 to 8). */
import {
  add,
  count,
  div,
  exp,
  log,
  logSoftmax,
  maximum,
  mean,
  mul,
  neg,
  sqrt,
  square,
  sub,
  sum,
  withSignature,
} from '../../dsl/index.js'
import type { Operands, Tensor } from '../../dsl/index.js'
import { crossEntropy } from '../../losses/cross-entropy.js'
import { entropy, mutualInformation } from '../../losses/entropy.js'
import { meanSquaredError } from '../../losses/mean-squared-error.js'
import type { AdClipLossWeights } from './loss-weights.js'
import type { AdClipSwitches } from './switches.js'

/** What the losses read of a model's output. */
export interface AdClipPredictions<B, K, E, M, D> {
  readonly source: { readonly logits: Tensor<[B, K]>; readonly textFeatures: Tensor<[B, K, E]> }
  readonly target: {
    readonly logits: Tensor<[B, K]>
    readonly probabilities: Tensor<[B, K]>
    readonly textFeatures: Tensor<[B, K, E]>
  }
  readonly sourceStyle: Tensor<[B, M, D]>
  readonly mappedStyle: Tensor<[B, M, D]>
}

/** The readings of two losses in which paper and released implementation differ, and a remedy for one of them. */
export type AdClipLossSwitches = Pick<AdClipSwitches, 'entropy' | 'divergence'>

/** The four terms, not weighted, and the weighted total. */
export interface AdClipLosses {
  readonly crossEntropy: Tensor<[]>
  readonly styleMapping: Tensor<[]>
  readonly entropy: Tensor<[]>
  readonly divergence: Tensor<[]>
  readonly total: Tensor<[]>
}

/**
 * `L_em` as released: probabilities [B,K] are first divided by their L2 norm over the batch (at least 1e-12), then
 * -Σ p ln(p + 1e-8) over K, and the mean over B. The norm is bounded under its root, where a class without any
 * probability still has a gradient.
 */
export const batchNormalizedEntropy = <B, K>(probabilities: Tensor<[B, K]>): Tensor<[]> => {
  const norm = sqrt(maximum(sum(square(probabilities), 0, { keepDims: true }), 1e-24))
  const scaled = div(probabilities, norm)
  return withSignature(
    'batchNormalizedEntropy',
    { probabilities: [probabilities, 'batch classes'] },
    neg(mean(sum(mul(scaled, log(add(scaled, 1e-8))), -1), 0)),
  )
}

/**
 * `L_kl`: KL(target || source) of prompt features [B,K,E], each feature turned into a distribution over the classes
 * by softmax. Summed over everything and divided by B as released, or averaged over rows and features.
 */
export const promptDivergence = <B, K, E>(
  target: Tensor<[B, K, E]>,
  source: Tensor<[NoInfer<B>, NoInfer<K>, NoInfer<E>]>,
  reading: AdClipLossSwitches['divergence'],
): Tensor<[]> => {
  const [logTarget, logSource] = [logSoftmax(target, 1), logSoftmax(source, 1)]
  const total = sum(mul(exp(logTarget), sub(logTarget, logSource)))
  return withSignature(
    'promptDivergence',
    { target: [target, 'batch classes width'], source: [source, 'batch classes width'] },
    div(total, count(target, reading === 'batch' ? 0 : [0, 2])),
  )
}

/** `L_em` by one of its readings; of mutual information the negative, since the total is minimised. */
const uncertainty = <B, K>(
  { logits, probabilities }: { readonly logits: Tensor<[B, K]>; readonly probabilities: Tensor<[B, K]> },
  reading: AdClipLossSwitches['entropy'],
): Tensor<[]> => {
  switch (reading) {
    case 'rows':
      return entropy(logits)
    case 'batchNormalized':
      return batchNormalizedEntropy(probabilities)
    case 'mutualInformation':
      return neg(mutualInformation(logits))
  }
}

/**
 * All four and their total.
 *
 * - `crossEntropy`: the source's logits against its labels;
 * - `styleMapping`: mean squared error between the source's style and the mapped one;
 * - `entropy`: of the target's predictions, or less their mutual information with the images;
 * - `divergence`: between the prompt features of target and source.
 *
 * @example
 * const { total } = adClipLosses(output, labels, presets.reference, paperLossWeights)
 */
export const adClipLosses = <B, K, E, M, D>(
  output: AdClipPredictions<B, K, E, M, D>,
  labels: Tensor<[NoInfer<B>], 'i32'>,
  switches: AdClipLossSwitches,
  weights: Omit<AdClipLossWeights, 'pseudoLabels'>,
): AdClipLosses => {
  const terms = {
    crossEntropy: crossEntropy(output.source.logits, labels),
    styleMapping: meanSquaredError(output.sourceStyle, output.mappedStyle),
    entropy: uncertainty(output.target, switches.entropy),
    divergence: promptDivergence(output.target.textFeatures, output.source.textFeatures, switches.divergence),
  }
  const total = add(
    add(mul(terms.crossEntropy, weights.crossEntropy), mul(terms.styleMapping, weights.styleMapping)),
    add(mul(terms.entropy, weights.entropy), mul(terms.divergence, weights.divergence)),
  )
  const operands: Operands = {
    labels: [labels, 'batch', 'i32'],
    'source logits': [output.source.logits, 'batch classes'],
    'source text features': [output.source.textFeatures, 'batch classes width'],
    'target logits': [output.target.logits, 'batch classes'],
    'target probabilities': [output.target.probabilities, 'batch classes'],
    'target text features': [output.target.textFeatures, 'batch classes width'],
    'source style': [output.sourceStyle, 'batch tokens channels'],
    'mapped style': [output.mappedStyle, 'batch tokens channels'],
  }
  return { ...terms, total: withSignature('adClipLosses', operands, total) }
}
