/** Names that examples use without saying where they come from: what every reader takes them for. */
import type { Program, Tensor, TensorValue } from '../../src/dsl/index.js'
import type { AdaptationConfiguration } from '../../src/experiments/adaptation/configuration.js'
import type { RunOptions } from '../../src/experiments/index.js'
import type { Effect } from '../../src/effects/index.js'
import type { Engine } from '../../src/engines/index.js'
import type { NamedValues } from '../../src/dsl/index.js'
import type { PretrainConfiguration } from '../../src/experiments/pretraining/configuration.js'
import type { AdaptationBatch } from '../../src/methods/index.js'
import type { ClassPrompts, ClipArchitecture, EncodedImages } from '../../src/model/index.js'
import type { AdClipOutput, PromptLearnerSizes } from '../../src/methods/index.js'
import type { Tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import type { Vocabulary } from '../../src/model/tokenizer/vocabulary.js'

export { pipe } from 'fp-ts/lib/function.js'
export * as E from 'fp-ts/lib/Either.js'
export * as R from 'fp-ts/lib/Record.js'
export * as TE from 'fp-ts/lib/TaskEither.js'
export * as fc from 'fast-check'
export * as t from 'io-ts'
export { gradientRules } from '../../src/dsl/primitives/gradient-rules.js'
export { tokenizer } from '../../src/model/tokenizer/tokenizer.js'

// A batch and a classifier of it
export declare const images: Tensor<['B', 3, 224, 224]>
export declare const labels: Tensor<['B'], 'i32'>
export declare const logits: Tensor<['B', 'K']>
export declare const equalLogits: TensorValue
export declare const classNames: readonly string[]
export declare const classifier: Program
export declare const weights: NamedValues
export declare const batch: NamedValues

// CLIP and AD-CLIP
export declare const architecture: ClipArchitecture
export declare const sizes: PromptLearnerSizes
export declare const sourceImages: EncodedImages<'B'>
export declare const targetImages: EncodedImages<'B'>
export declare const prompts: ClassPrompts
export declare const output: AdClipOutput<'B'>
export declare const adaptationBatch: AdaptationBatch<'B'>
export declare const clipVocabulary: Vocabulary
export declare const clipTokenizer: Tokenizer
export declare const configuration: AdaptationConfiguration
export declare const pretraining: PretrainConfiguration

// Running
export declare const options: RunOptions
export declare const engine: Engine
export declare const training: Effect.Effect<void>
export declare const bytes: Uint8Array
