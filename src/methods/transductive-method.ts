/**
 * What a transductive method is: it classifies all images of a target at once, from their features and those of the classes'
 * texts. It learns no weights, so that it has no classifier for a single image.
 */
import type { Tensor } from '../dsl/index.js'
import type { PromptMethod } from './prompt-method.js'

/** All that a transductive method may see of a target: features of any length, and no label. */
export interface TargetFeatures {
  /** Of every image of the target, whose number N is known. */
  readonly images: Tensor<['N', 'E']>
  /** CLIP's own classifier: the features of the templates' texts, of unit length, averaged over templates. */
  readonly texts: Tensor<['K', 'E']>
}

/** What a method may read of the labelled source: a run keeps it, so that the source may be gone when a target is classified. */
export interface SourceFeatures {
  /** The mean of the unit features of each class's images; zeros for a class without any. */
  readonly means: Tensor<['K', 'E']>
}

/** A transductive method on one CLIP. Its definition says whether it reads the source. */
export interface TransductiveMethod {
  readonly tag: 'Transductive'
  /** Logits of all images at once. */
  readonly classify: (target: TargetFeatures, source: SourceFeatures) => Tensor<['N', 'K']>
}

/** A transductive method that needs no source. */
export interface SourceFreeMethod extends TransductiveMethod {
  readonly classify: (target: TargetFeatures) => Tensor<['N', 'K']>
}

/** A method on one CLIP: it classifies image by image, or all images of a target at once. */
export type AdaptationMethod = PromptMethod | TransductiveMethod
