/** AD-CLIP's losses, wrongly. */
import * as d from '../../src/dsl/index.js'
import {
  crossEntropy,
  entropy,
  klDivergence,
  meanSquaredError,
  mutualInformation,
} from '../../src/losses/index.js'
import { batchNormalizedEntropy, promptDivergence } from '../../src/methods/index.js'
import {
  adClipPaperTotalLaws,
  adClipReferenceTotalLaws,
  adClipRobustTotalLaws,
  batchNormalizedEntropyLaws,
  promptDivergenceBatchLaws,
  promptDivergenceMeanLaws,
} from '../../src/laws/declarations/ad-clip-losses.js'
import { planted } from './planted-fault.js'

const normalized = batchNormalizedEntropyLaws.of

/** -Σ p ln(p + ε) of probabilities that were divided by something. */
const entropyOf = <B, K>(scaled: d.Tensor<[B, K]>, epsilon: number): d.Tensor<[]> =>
  d.neg(d.mean(d.sum(d.mul(scaled, d.log(d.add(scaled, epsilon))), -1), 0))

const normOver = <B, K>(p: d.Tensor<[B, K]>, least: number): d.Tensor<[1, K]> =>
  d.sqrt(d.maximum(d.sum(d.square(p), 0, { keepDims: true }), least))

export const batchNormalizedEntropyFaults = [
  planted(
    'norm over the classes instead of the batch',
    'positive scaling',
    normalized((p) => entropyOf(d.l2Normalize(p), 1e-8)),
  ),
  planted(
    'epsilon in the logarithm forgotten',
    'finite',
    normalized((p) => entropyOf(d.div(p, normOver(p, 1e-24)), 0)),
  ),
  planted(
    'norm not bounded from below',
    'finite',
    normalized((p) => entropyOf(d.div(p, normOver(p, 0)), 1e-8)),
  ),
  planted(
    'norm bounded after its root: no gradient at 0',
    'finite gradients',
    normalized((p) =>
      entropyOf(d.div(p, d.maximum(d.sqrt(d.sum(d.square(p), 0, { keepDims: true })), 1e-12)), 1e-8),
    ),
  ),
  planted(
    'sum instead of the Euclidean norm',
    'known value',
    normalized((p) => entropyOf(d.div(p, d.maximum(d.sum(p, 0, { keepDims: true }), 1e-12)), 1e-8)),
  ),
  planted(
    'the sign is lost',
    'known value',
    normalized((p) => d.neg(batchNormalizedEntropy(p))),
  ),
  planted(
    'mean over the classes instead of sum',
    'known value',
    normalized((p) => d.div(batchNormalizedEntropy(p), d.count(p, 1))),
  ),
  planted(
    'gradient stopped at the norm',
    'gradient',
    normalized((p) => entropyOf(d.div(p, d.stopGradient(normOver(p, 1e-24))), 1e-8)),
  ),
]

/** KL(target || source) over an axis, not divided by anything. */
const divergence = <S>(logTarget: d.Tensor<S>, logSource: d.Tensor<S>): d.Tensor<[]> =>
  d.sum(d.mul(d.exp(logTarget), d.sub(logTarget, logSource)))

export const promptDivergenceFaults = [
  planted(
    'softmax over the features instead of the classes',
    'shift',
    promptDivergenceBatchLaws.of((target, source) =>
      d.div(divergence(d.logSoftmax(target, 2), d.logSoftmax(source, 2)), d.count(target, 0)),
    ),
  ),
  planted(
    'arguments swapped',
    'formula',
    promptDivergenceBatchLaws.of((target, source) => promptDivergence(source, target, 'batch')),
  ),
  planted(
    'divided by rows and features where it is by rows',
    'formula',
    promptDivergenceBatchLaws.of((target, source) => promptDivergence(target, source, 'rowsAndFeatures')),
  ),
  planted(
    'not divided by the batch',
    'mean of singletons',
    promptDivergenceBatchLaws.of((target, source) =>
      divergence(d.logSoftmax(target, 1), d.logSoftmax(source, 1)),
    ),
  ),
  planted(
    'divided by rows where it is by rows and features',
    'mean of singletons',
    promptDivergenceMeanLaws.of((target, source) => promptDivergence(target, source, 'batch')),
  ),
  planted(
    'features taken for log-probabilities',
    'not negative',
    promptDivergenceMeanLaws.of((target, source) =>
      d.mean(d.mul(d.softmax(target, 1), d.sub(target, source))),
    ),
  ),
]

/** The paper's total with weights and terms that may go wrong. */
const paperTotal = (
  weights: Readonly<Record<'crossEntropy' | 'styleMapping' | 'entropy' | 'divergence', number>>,
  wrong: { readonly entropyOfSource?: boolean; readonly divergenceOfLogits?: boolean } = {},
) =>
  adClipPaperTotalLaws.of(
    (sourceLogits, labels, sourceText, targetLogits, targetText, sourceStyle, mappedStyle) =>
      d.add(
        d.add(
          d.mul(crossEntropy(sourceLogits, labels), weights.crossEntropy),
          d.mul(meanSquaredError(sourceStyle, mappedStyle), weights.styleMapping),
        ),
        d.add(
          d.mul(entropy(wrong.entropyOfSource === true ? sourceLogits : targetLogits), weights.entropy),
          d.mul(
            wrong.divergenceOfLogits === true
              ? klDivergence(targetLogits, sourceLogits)
              : promptDivergence(targetText, sourceText, 'rowsAndFeatures'),
            weights.divergence,
          ),
        ),
      ),
  )

/** The robust total with a term in the place of minus the mutual information. */
const robustTotal = (information: <B, K>(logits: d.Tensor<[B, K]>) => d.Tensor<[]>) =>
  adClipRobustTotalLaws.of(
    (sourceLogits, labels, sourceText, targetLogits, targetText, sourceStyle, mappedStyle) =>
      d.add(
        d.add(
          crossEntropy(sourceLogits, labels),
          d.mul(meanSquaredError(sourceStyle, mappedStyle), right.styleMapping),
        ),
        d.add(
          d.mul(information(targetLogits), right.entropy),
          d.mul(promptDivergence(targetText, sourceText, 'rowsAndFeatures'), right.divergence),
        ),
      ),
  )

const right = { crossEntropy: 1, styleMapping: 0.1, entropy: 0.01, divergence: 2 }

export const adClipTotalFaults = [
  planted(
    'all terms weighted alike',
    'formula',
    paperTotal({ crossEntropy: 1, styleMapping: 1, entropy: 1, divergence: 1 }),
  ),
  planted("entropy of the source's predictions", 'formula', paperTotal(right, { entropyOfSource: true })),
  planted('divergence of the logits', 'formula', paperTotal(right, { divergenceOfLogits: true })),
  planted('entropy subtracted', 'formula', paperTotal({ ...right, entropy: -0.01 })),
  planted('information added, where it should be sought', 'formula', robustTotal(mutualInformation)),
  planted('entropy in the place of information', 'formula', robustTotal(entropy)),
  planted('style mapping forgotten', 'formula', paperTotal({ ...right, styleMapping: 0 })),
  planted(
    "target's predictions compared with the source's labels",
    'finite gradients',
    adClipReferenceTotalLaws.of(
      (_sourceLogits, labels, sourceText, targetLogits, targetText, sourceStyle, mappedStyle) =>
        d.add(
          d.add(
            d.neg(d.mean(d.log(d.takeElement(d.softmax(targetLogits, -1), labels)), 0)),
            meanSquaredError(sourceStyle, mappedStyle),
          ),
          promptDivergence(targetText, sourceText, 'batch'),
        ),
    ),
  ),
]
