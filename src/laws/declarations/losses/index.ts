/** The declarations of every loss of `tensile/losses`, module by module. */
import type { LawDeclaration } from '../../declaration.js'
import * as accuracy from './accuracy.js'
import * as binaryCrossEntropy from './binary-cross-entropy.js'
import * as contrastive from './contrastive.js'
import * as coral from './coral.js'
import * as crossEntropy from './cross-entropy.js'
import * as ctcLoss from './ctc-loss.js'
import * as diceLoss from './dice-loss.js'
import * as entropy from './entropy.js'
import * as focalLoss from './focal-loss.js'
import * as hingeLoss from './hinge-loss.js'
import * as huberLoss from './huber-loss.js'
import * as infoNCE from './info-nce.js'
import * as klDivergence from './kl-divergence.js'
import * as maximumMeanDiscrepancy from './maximum-mean-discrepancy.js'
import * as meanSquaredError from './mean-squared-error.js'
import * as sinkhorn from './sinkhorn.js'
import * as tripletLoss from './triplet-loss.js'
import * as weightedCrossEntropy from './weighted-cross-entropy.js'

export const lossDeclarations: readonly Readonly<Record<string, LawDeclaration>>[] = [
  crossEntropy,
  weightedCrossEntropy,
  binaryCrossEntropy,
  focalLoss,
  hingeLoss,
  ctcLoss,
  entropy,
  klDivergence,
  meanSquaredError,
  huberLoss,
  diceLoss,
  contrastive,
  infoNCE,
  tripletLoss,
  maximumMeanDiscrepancy,
  coral,
  sinkhorn,
  accuracy,
]
