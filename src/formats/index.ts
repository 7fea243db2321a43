/** `tensile/formats`: safetensors, CLIP's checkpoints under the names that they come with, hubs of models, vocabularies. */
export { readClip } from './checkpoints/clip-checkpoint.js'
export type { ClipCheckpoint } from './checkpoints/clip-checkpoint.js'
export { loadClipVocabulary } from './clip-vocabulary.js'
export { decodeSafetensors, encodeSafetensors } from './safetensors/encode.js'
export type { SafetensorsOptions, TensorFile } from './safetensors/encode.js'
export {
  openSafetensors,
  openSharded,
  readSafetensors,
  readTensor,
  readTensors,
  writeSafetensors,
} from './safetensors/file.js'
export type { StoredTensor, TensorStore } from './safetensors/file.js'
