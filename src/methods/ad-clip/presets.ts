/** Readings of AD-CLIP: one switch for each point in which paper and released code differ, and for each remedy. */

/** Each switch names its readings; see `presets`. */
export interface AdClipSwitches {
  /** Whose levels the style mapping network reads in training. */
  readonly mappingInput: 'source' | 'target'
  /**
   * What is minimised of the target's predictions: entropy of rows; the same after dividing by the L2 norm over the
   * batch, as released; or entropy less that of the mean prediction, which cannot be won by one class.
   */
  readonly entropy: 'rows' | 'batchNormalized' | 'mutualInformation'
  /** What the divergence between prompt features is averaged over. */
  readonly divergence: 'batch' | 'rowsAndFeatures'
  /** One mixing layer for all image tokens, so that all are alike, or one each. */
  readonly imageTokens: 'shared' | 'separate'
  /** Whether the first layers behind a ResNet's levels are trained: the released code hides them from its optimizer. */
  readonly resNetFirstLayers: 'frozen' | 'trained'
  /** How target images are classified alone: as both inputs, or with the mapped style in the place of the source's. */
  readonly prediction: 'targetAsSource' | 'mappedStyle'
  /**
   * Where the learned tokens go: before the name as a context of their own, or, through a layer that starts at zero,
   * onto the words of a template, so that training starts as zero-shot CLIP.
   */
  readonly context: 'learned' | 'addedToTemplate'
  /**
   * Whether the target's images are also taught what zero-shot CLIP guesses: the most probable class, as far as it is
   * sure of it; the same after classes that it hardly ever guesses are raised halfway to the others; or, raised so, the
   * probabilities of all classes (Hinton et al. 2015), which takes nothing from classes that it is never sure of.
   */
  readonly pseudoLabels: 'none' | 'confidenceWeighted' | 'aligned' | 'distilled'
  /**
   * Whether target images are taken to be of a class the sooner, the less often zero-shot CLIP guesses it of images of
   * their domain: distribution alignment, halfway, of what is trained on the target and of predictions.
   */
  readonly alignment: 'none' | 'halfway'
  /** Which weights a run ends with: the last, or the best on a held-out part of the source, the first included. */
  readonly selection: 'last' | 'validated'
}

/** Weights of the terms of the total loss. */
export interface AdClipLossWeights {
  readonly crossEntropy: number
  readonly styleMapping: number
  readonly entropy: number
  readonly divergence: number
  readonly pseudoLabels: number
}

/** The weights of the paper (sec. 4.1), which knows no pseudo-labels. */
export const paperLossWeights: AdClipLossWeights = {
  crossEntropy: 1,
  styleMapping: 0.1,
  entropy: 0.01,
  divergence: 1,
  pseudoLabels: 0,
}

export type PresetName = 'reference' | 'paper' | 'robust'

/**
 * `reference` computes what the released implementation computes, `paper` what the paper describes. `robust` is the
 * paper's with five remedies, for a CLIP that is not strong enough for either: a start at zero-shot CLIP, mutual
 * information for entropy, pseudo-labels, alignment, and selection by validation.
 */
export const presets: Readonly<Record<PresetName, AdClipSwitches>> = {
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
}

/** What a preset's training begins with, unless told otherwise. The paper's rate is for a strong backbone. */
export const presetTraining: Readonly<
  Record<PresetName, { readonly learningRate: number; readonly lossWeights: AdClipLossWeights }>
> = {
  reference: { learningRate: 0.01, lossWeights: paperLossWeights },
  paper: { learningRate: 0.01, lossWeights: paperLossWeights },
  robust: {
    learningRate: 1e-3,
    lossWeights: { crossEntropy: 1, styleMapping: 0.1, entropy: 0.3, divergence: 1, pseudoLabels: 10 },
  },
}
