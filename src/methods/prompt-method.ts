/**
 * What a prompt-learning method is: how its prompts are written, what it learns, what a step minimises and how it
 * classifies images of the target alone. CLIP's towers stay frozen in all of them.
 */
import type { NamedValues } from '../values/named-values.js'
import type { AnyTensor, Dim, Tensor } from '../dsl/index.js'
import type { RandomKey } from '../values/random-key.js'
import type { TensorValue } from '../values/value.js'
import type { ClassPrompts, EncodedImages } from '../model/index.js'

/** The texts of the classes, as tensors of a program. */
export interface ClassTexts {
  /** The method's prompts. */
  readonly prompts: ClassPrompts
  /** CLIP's own classifier: the features of the templates' texts, of unit length, averaged over templates. */
  readonly zeroShot: Tensor<['K', 'E']>
}

/** All images of a target, for methods that look at all of them now and then. */
export interface WholeTarget<B> {
  /** The features of each of its N images, under the view that is evaluated. */
  readonly features: Tensor<['N', 'E']>
  /** Which of them the images of a step are. */
  readonly positions: Tensor<[B], 'i32'>
}

/** All that a step may see: labels of the source, and of the target no labels. */
export interface AdaptationBatch<B> {
  readonly source: EncodedImages<B>
  readonly labels: Tensor<[B], 'i32'>
  readonly target: EncodedImages<B>
  /** The same images under a second, strongly changed view, for methods whose definition says that they read it. */
  readonly strong: { readonly source: EncodedImages<B>; readonly target: EncodedImages<B> }
  readonly classTexts: ClassTexts
  readonly wholeTarget: WholeTarget<B>
  readonly stepsPerEpoch: number
  readonly epochs: number
}

/** What a step minimises, and the terms that it is made of, not weighted. */
export interface MethodLoss {
  readonly total: Tensor<[]>
  readonly terms: Readonly<Record<string, Tensor<[]>>>
  /** The share of the labelled images whose class is named right in this step: a scalar from 0 to 1, to report. */
  readonly accuracy: Tensor<[]>
  /**
   * What each image, or pair of one of either domain, gives by itself before the loss compares them: rows of the batch.
   * Here a step that is too large for the memory is cut. Nothing if it does not grow with the images.
   */
  readonly representations?: readonly AnyTensor[]
  /** Next values of parameters that follow no gradient, by name: running statistics, a count of steps. None if not given. */
  readonly updates?: Readonly<Record<string, AnyTensor>>
}

/**
 * How a class's prompt is written: after placeholders for learned vectors; as the first of the templates, whose words
 * before the name it changes; or not at all.
 */
export type PromptForm =
  | { readonly tag: 'Placeholders'; readonly count: number }
  | { readonly tag: 'Template' }
  | { readonly tag: 'None' }

/** Features [N,E] of a domain's images under the view that is evaluated, and zero-shot CLIP's probabilities [N,K] of their classes. */
export interface GuessedImages {
  readonly features: TensorValue
  readonly probabilities: TensorValue
}

/** What the initial values of a method's parameters may depend on. */
export interface Initialisation {
  readonly key: RandomKey
  readonly classCount: number
  /** How many images the target has. */
  readonly targetCount: number
  readonly clipWeights: NamedValues
  /** The token rows [K,X] of the method's prompts. */
  readonly promptRows: TensorValue
  /** The probability [K] that zero-shot CLIP gives each class, on average over all images of the target. */
  readonly classPrior: TensorValue
  /** The images that are trained on: those of the source with their labels. */
  readonly images: {
    readonly source: GuessedImages & { readonly labels: readonly number[] }
    readonly target: GuessedImages
  }
}

/** A prompt-learning method on one CLIP. */
export interface PromptMethod {
  /** It classifies image by image, those that it has not seen, too. */
  readonly tag: 'Inductive'
  readonly prompts: PromptForm
  /** First values of all parameters that are the method's own, trained or not. The same key gives the same values. */
  readonly initialParameters: (from: Initialisation) => NamedValues
  /** Whether a parameter is trained. */
  readonly isTrainable: (parameter: string) => boolean
  readonly loss: <B extends Dim>(batch: AdaptationBatch<B>) => MethodLoss
  /** Logits of target images, without any image of the source. */
  readonly predict: <B extends Dim>(target: EncodedImages<B>, classTexts: ClassTexts) => Tensor<[B, 'K']>
}
