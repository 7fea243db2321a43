/** Every loss of `tensile/losses` and every layer of `tensile/model`, with its laws. */
import type { LawDeclaration } from '../declaration.js'
import * as adClipLosses from './ad-clip-losses.js'
import * as adClipModel from './ad-clip-model.js'
import * as clip from './clip.js'
import * as contrastive from './contrastive.js'
import * as crossEntropy from './cross-entropy.js'
import * as ctcLoss from './ctc-loss.js'
import * as entropy from './entropy.js'
import * as klDivergence from './kl-divergence.js'
import * as layers from './layers.js'
import * as meanSquaredError from './mean-squared-error.js'
import * as promptLearner from './prompt-learner.js'
import * as prompts from './prompts.js'
import * as recurrent from './recurrent.js'
import * as transformer from './transformer.js'
import * as weightedCrossEntropy from './weighted-cross-entropy.js'

/** The declarations of a module in the order of their exported names, which not every loader of modules keeps. */
const declarationsOf = (module: Readonly<Record<string, LawDeclaration>>): readonly LawDeclaration[] =>
  Object.entries(module)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, declaration]) => declaration)

export const lossLaws: readonly LawDeclaration[] = [
  crossEntropy,
  weightedCrossEntropy,
  ctcLoss,
  entropy,
  klDivergence,
  meanSquaredError,
  contrastive,
  adClipLosses,
].flatMap(declarationsOf)

export const layerLaws: readonly LawDeclaration[] = [
  layers,
  recurrent,
  transformer,
  clip,
  promptLearner,
  prompts,
  adClipModel,
].flatMap(declarationsOf)
