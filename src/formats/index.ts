/** `tensile/formats`: safetensors, CLIP's checkpoints under the names of three libraries, the Hugging Face Hub, vocabularies. */
export { readClip } from './checkpoints/clip-checkpoint.js'
export type { ClipCheckpoint } from './checkpoints/clip-checkpoint.js'
export type { Assumption, ClipOptions, CompletedClip } from './checkpoints/completed-clip.js'
export { openAiPreprocessing } from './checkpoints/image-preprocessing.js'
export type { ImagePreprocessing, ResizeMode } from './checkpoints/image-preprocessing.js'
export { convertClip } from './checkpoints/convert.js'
export type { Conversion, ConversionOptions } from './checkpoints/convert.js'
export { inspectCheckpoint } from './checkpoints/inspect.js'
export type { CheckpointReport, InspectedClip, ListedTensor } from './checkpoints/inspect.js'
export { openCheckpoint } from './checkpoints/open-checkpoint.js'
export { loadClipVocabulary } from './clip-vocabulary.js'
export { fetchCheckpoint } from './hub/fetch-checkpoint.js'
export type { FetchedCheckpoint, FetchPlan } from './hub/fetch-checkpoint.js'
export type { Fetched } from './hub/fetch-file.js'
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
