/** The switches of AD-CLIP: one for each point in which paper and released code differ, and for each remedy. */
import * as t from 'io-ts'
import { literals } from '../../dsl/documents/literals.js'

/** Each switch with its readings; see `presets`. */
export const adClipSwitches = t.type({
  /** Whose levels the style mapping network reads in training. */
  mappingInput: literals(['source', 'target']),
  /**
   * What is minimised of the target's predictions: entropy of rows; the same after dividing by the L2 norm over the
   * batch, as released; or entropy less that of the mean prediction, which cannot be won by one class.
   */
  entropy: literals(['rows', 'batchNormalized', 'mutualInformation']),
  /** What the divergence between prompt features is averaged over. */
  divergence: literals(['batch', 'rowsAndFeatures']),
  /** One mixing layer for all image tokens, so that all are alike, or one each. */
  imageTokens: literals(['shared', 'separate']),
  /** Whether the first layers after a ResNet's levels are trained: the released code hides them from its optimizer. */
  resNetFirstLayers: literals(['frozen', 'trained']),
  /** How target images are classified alone: as both inputs, or with the mapped style in the place of the source's. */
  prediction: literals(['targetAsSource', 'mappedStyle']),
  /**
   * Where the learned tokens go: before the name as a context of their own, or, through a layer that starts at zero,
   * onto the words of a template, so that training starts as zero-shot CLIP.
   */
  context: literals(['learned', 'addedToTemplate']),
  /**
   * Whether the target's images are also trained on what zero-shot CLIP guesses: the most probable class, weighted by
   * its probability; the same after classes that it hardly ever guesses are raised halfway to the others; or, raised
   * so, the probabilities of all classes (Hinton et al. 2015), which takes nothing from classes that it is never sure of.
   */
  pseudoLabels: literals(['none', 'confidenceWeighted', 'aligned', 'distilled']),
  /**
   * Whether classes that zero-shot CLIP seldom guesses of images of the target are raised: distribution alignment,
   * halfway, of what is trained on the target and of predictions.
   */
  alignment: literals(['none', 'halfway']),
  /** Which weights a run ends with: the last, or the best on a held-out part of the source, the first included. */
  selection: literals(['last', 'validated']),
})

export type AdClipSwitches = Readonly<t.TypeOf<typeof adClipSwitches>>
