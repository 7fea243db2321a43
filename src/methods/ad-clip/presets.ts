/** Readings of AD-CLIP: its switches, and what its training starts from. */
import { keysOf } from '../../dsl/documents/literals.js'
import type { Preset } from '../definition.js'
import type { Augmentation, TrainingSchedule } from '../training-defaults.js'
import { releasedTraining, sharedBudget } from '../training-defaults.js'
import type { AdClipLossWeights } from './loss-weights.js'
import { paperLossWeights } from './loss-weights.js'
import type { AdClipSettings } from './settings.js'
import { adClipSizes } from './settings.js'
import type { AdClipSwitches } from './switches.js'

const switchesOf = {
  reference: {
    mappingInput: 'source',
    entropy: 'batchNormalized',
    divergence: 'batch',
    imageTokens: 'shared',
    resNetFirstLayers: 'frozen',
    prediction: 'targetAsSource',
    context: 'learned',
    pseudoLabels: 'none',
    alignment: 'none',
    selection: 'last',
  },
  paper: {
    mappingInput: 'target',
    entropy: 'rows',
    divergence: 'rowsAndFeatures',
    imageTokens: 'separate',
    resNetFirstLayers: 'trained',
    prediction: 'mappedStyle',
    context: 'learned',
    pseudoLabels: 'none',
    alignment: 'none',
    selection: 'last',
  },
  robust: {
    mappingInput: 'target',
    entropy: 'mutualInformation',
    divergence: 'rowsAndFeatures',
    imageTokens: 'separate',
    resNetFirstLayers: 'trained',
    prediction: 'mappedStyle',
    context: 'addedToTemplate',
    pseudoLabels: 'distilled',
    alignment: 'halfway',
    selection: 'validated',
  },
} satisfies Readonly<Record<string, AdClipSwitches>>

export type PresetName = keyof typeof switchesOf

/**
 * `reference` computes what the released implementation computes, `paper` what the paper describes. `robust` is the
 * paper's with five remedies, for a CLIP that is not strong enough for either: a start at zero-shot CLIP, mutual
 * information for entropy, pseudo-labels, alignment, and selection by validation.
 */
export const presets: Readonly<Record<PresetName, AdClipSwitches>> = switchesOf

/** What a preset's training starts from, where presets differ. */
export interface PresetTraining {
  readonly learningRate: number
  readonly schedule: TrainingSchedule
  readonly augmentation: Augmentation
  readonly lossWeights: AdClipLossWeights
}

/**
 * What a preset's training starts from, unless something else is asked for. The paper's rate is for a strong backbone. The
 * released trainer steps its schedule after every batch, and counts it in epochs.
 */
export const presetTraining: Readonly<Record<PresetName, PresetTraining>> = {
  reference: {
    learningRate: 0.01,
    schedule: 'per-batch',
    augmentation: 'fresh',
    lossWeights: paperLossWeights,
  },
  paper: { learningRate: 0.01, schedule: 'per-epoch', augmentation: 'fresh', lossWeights: paperLossWeights },
  robust: {
    learningRate: 1e-3,
    schedule: 'continuous',
    augmentation: 'none',
    lossWeights: { crossEntropy: 1, styleMapping: 0.1, entropy: 0.3, divergence: 1, pseudoLabels: 10 },
  },
}

/** What must be said with figures of a preset, where it was chosen with labels of a target. */
const choices: { readonly [P in PresetName]?: string } = {
  robust:
    'the loss weights and the alignment of preset robust were chosen by looking at labels of target images of PACS',
}

/** Settings and training of a preset. */
const presetOf = (name: PresetName): Preset<PresetName, AdClipSettings> => {
  const { lossWeights, ...own } = presetTraining[name]
  const choice = choices[name]
  return {
    name,
    ...(choice === undefined ? {} : { chosenOnLabels: choice }),
    settings: { ...adClipSizes, switches: presets[name], lossWeights },
    training: { ...sharedBudget, ...releasedTraining, optimizer: 'adam', ...own },
  }
}

/** The presets as the registry lists them; the first is what AD-CLIP starts from where none is named. */
export const adClipPresets = keysOf(presets).map(presetOf)

/** What AD-CLIP starts from where no preset is named. */
export const adClipDefaults = presetOf('reference')
