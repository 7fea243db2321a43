/** Every loss of `tensile/losses` and every layer of `tensile/model`, with its laws. */
import type { LawDeclaration } from '../declaration.js'
import * as adClipLosses from './ad-clip-losses.js'
import * as adClipModel from './ad-clip-model.js'
import * as clip from './clip.js'
import * as attention from './layers/attention.js'
import * as dropout from './layers/dropout.js'
import * as normalization from './layers/normalization.js'
import * as positions from './layers/positions.js'
import * as recurrent from './layers/recurrent.js'
import * as rows from './layers/rows.js'
import * as stages from './layers/stages.js'
import * as transformer from './layers/transformer.js'
import { lossDeclarations } from './losses/index.js'
import * as promptLearner from './prompt-learner.js'
import * as prompts from './prompts.js'

/** The declarations of a module in the order of their exported names, which not every loader of modules keeps. */
const declarationsOf = (module: Readonly<Record<string, LawDeclaration>>): readonly LawDeclaration[] =>
  Object.entries(module)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, declaration]) => declaration)

export const lossLaws: readonly LawDeclaration[] = [...lossDeclarations, adClipLosses].flatMap(declarationsOf)

export const layerLaws: readonly LawDeclaration[] = [
  rows,
  stages,
  normalization,
  recurrent,
  attention,
  positions,
  dropout,
  transformer,
  clip,
  promptLearner,
  prompts,
  adClipModel,
].flatMap(declarationsOf)
