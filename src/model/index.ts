/** `tensile/model`: layers, CLIP and its tokenizer, the towers that prompts are learned on. */
export * from './towers/class-prompts.js'
export * from './towers/clip-towers.js'
export * from './clip/encode-images.js'
export * from './towers/level-moments.js'
export * from './clip/openai-towers.js'
export * from './clip/prompt-features.js'
export * from './towers/template-context.js'
export * from './towers/whole-prompt-features.js'
export * from './clip/architecture.js'
export * from './clip/clip-tensors.js'
export * from './initial-distributions.js'
export * from './dense.js'
export * from './initialise.js'
export {
  constantInitialiser,
  linearInitialiser,
  normalInitialiser,
  normInitialiser,
  uniformInitialiser,
} from './initialisers.js'
export * from './clip/infer-architecture.js'
export * from './clip/initial-weights.js'
export * from './clip/published-architectures.js'
export * from './clip/naming-conventions.js'
export * from './clip/rename-weights.js'
export * from './clip/resnet.js'
export { textEncoder, tokenEmbedding } from './clip/text-encoder.js'
export * from './clip/vision-transformer.js'
export * from './layers.js'
export * from './recurrent.js'
export * from './sequential.js'
export { cleanText } from './tokenizer/clean-text.js'
export * from './tokenizer/tokenizer.js'
export { explainVocabularyError, vocabulary } from './tokenizer/vocabulary.js'
export type { Merge, Vocabulary, VocabularyError } from './tokenizer/vocabulary.js'
export * from './transformer.js'
