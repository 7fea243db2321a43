/** Where the AD-CLIP paper and its released implementation differ: one switch per difference, two presets. */

/** Each switch names the two readings; see `presets`. */
export interface AdClipSwitches {
  /** Whose levels the style mapping network reads in training. */
  readonly mappingInput: 'source' | 'target'
  /** Entropy of the target's predictions: of rows, or after dividing by the L2 norm over the batch as released. */
  readonly entropy: 'rows' | 'batchNormalized'
  /** What the divergence between prompt features is averaged over. */
  readonly divergence: 'batch' | 'rowsAndFeatures'
  /** One mixing layer for all image tokens, so that all are alike, or one each. */
  readonly imageTokens: 'shared' | 'separate'
  /** How target images are classified alone: as both inputs, or with the mapped style in the place of the source's. */
  readonly prediction: 'targetAsSource' | 'mappedStyle'
}

/** Weights of the four terms of the total loss. */
export interface AdClipLossWeights {
  readonly crossEntropy: number
  readonly styleMapping: number
  readonly entropy: number
  readonly divergence: number
}

/** The weights of the paper (sec. 4.1). */
export const paperLossWeights: AdClipLossWeights = {
  crossEntropy: 1,
  styleMapping: 0.1,
  entropy: 0.01,
  divergence: 1,
}

export type PresetName = 'reference' | 'paper'

/** `reference` computes what the released implementation computes, `paper` what the paper describes. */
export const presets: Readonly<Record<PresetName, AdClipSwitches>> = {
  reference: {
    mappingInput: 'source',
    entropy: 'batchNormalized',
    divergence: 'batch',
    imageTokens: 'shared',
    prediction: 'targetAsSource',
  },
  paper: {
    mappingInput: 'target',
    entropy: 'rows',
    divergence: 'rowsAndFeatures',
    imageTokens: 'separate',
    prediction: 'mappedStyle',
  },
}
