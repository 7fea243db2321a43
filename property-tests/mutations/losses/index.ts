/** The losses of `tensile/losses`, wrongly. */
import type { PlantedFault } from '../planted-fault.js'
import { accuracyFaults } from './accuracy.js'
import { binaryCrossEntropyFaults } from './binary-cross-entropy.js'
import { clipContrastiveFaults, supervisedContrastiveFaults } from './contrastive.js'
import { coralFaults } from './coral.js'
import { crossEntropyFaults, smoothedCrossEntropyFaults } from './cross-entropy.js'
import { ctcLossFaults } from './ctc-loss.js'
import { diceLossFaults } from './dice-loss.js'
import { entropyFaults } from './entropies.js'
import { binaryFocalLossFaults, focalLossFaults } from './focal-loss.js'
import { hingeLossFaults, multiMarginLossFaults } from './hinge-loss.js'
import { huberLossFaults } from './huber-loss.js'
import { infoNCEFaults } from './info-nce.js'
import { klDivergenceFaults } from './kl-divergence.js'
import { maximumMeanDiscrepancyFaults } from './maximum-mean-discrepancy.js'
import { meanSquaredErrorFaults } from './mean-squared-error.js'
import { sinkhornFaults, transportPlanFaults } from './sinkhorn.js'
import { batchHardTripletLossFaults, tripletLossFaults } from './triplet-loss.js'
import { weightedCrossEntropyFaults } from './weighted-cross-entropy.js'

export const lossFaults: readonly PlantedFault[] = [
  ...crossEntropyFaults,
  ...smoothedCrossEntropyFaults,
  ...weightedCrossEntropyFaults,
  ...binaryCrossEntropyFaults,
  ...focalLossFaults,
  ...binaryFocalLossFaults,
  ...hingeLossFaults,
  ...multiMarginLossFaults,
  ...ctcLossFaults,
  ...entropyFaults,
  ...klDivergenceFaults,
  ...meanSquaredErrorFaults,
  ...huberLossFaults,
  ...diceLossFaults,
  ...clipContrastiveFaults,
  ...supervisedContrastiveFaults,
  ...infoNCEFaults,
  ...tripletLossFaults,
  ...batchHardTripletLossFaults,
  ...maximumMeanDiscrepancyFaults,
  ...coralFaults,
  ...sinkhornFaults,
  ...transportPlanFaults,
  ...accuracyFaults,
]
