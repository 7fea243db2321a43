/** Checkpoints of a small CLIP as files of every kind, in memory. */
import type { TensorValue } from '../../../src/dsl/index.js'
import { randomKey } from '../../../src/dsl/index.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import type { SafetensorsOptions } from '../../../src/formats/safetensors/encode.js'
import { encodeSafetensors } from '../../../src/formats/safetensors/encode.js'
import type { NamingConvention, VisionTransformerClip } from '../../../src/model/index.js'
import { initialClip, renamedTo, openAiBlocks } from '../../../src/model/index.js'
import { expectRight } from '../../expect-either.js'
import { countingEngine } from '../../support/testing-engine.js'

/** Contents of files by path. */
export type Files = Readonly<Record<string, Uint8Array>>

/** A world whose disk holds these files. */
export const worldOf = (files: Files) => memoryWorld({ engine: countingEngine, disk: memoryDisk(files) })

/** Sizes that differ wherever one could be mistaken for another. */
export const smallClip: VisionTransformerClip = {
  kind: 'vit',
  embedDim: 5,
  imageResolution: 6,
  visionLayers: 2,
  visionWidth: 8,
  visionHeads: 1,
  visionPatchSize: 3,
  contextLength: 7,
  vocabSize: 11,
  textWidth: 12,
  textHeads: 1,
  textLayers: 2,
  textBlocks: openAiBlocks,
  visionBlocks: openAiBlocks,
}

/** Weights in which no bias is zero and no gain is one. */
export const smallWeights: NamedValues = Object.fromEntries(
  Object.entries(initialClip(smallClip, randomKey.keyFromSeed(3))).map(([name, { shape, data }], i) => {
    const noise = randomKey.normal(randomKey.keyFromSeed(100 + i), data.length)
    const values = Float32Array.from(data, (value, at) => value + 0.3 * (noise[at] ?? 0))
    return [name, { dtype: 'f32', shape, data: values } satisfies TensorValue]
  }),
)

/** The bytes of a file with these tensors. */
export const fileOf = (tensors: NamedValues, options: SafetensorsOptions = {}): Uint8Array =>
  Uint8Array.from(Buffer.concat([...expectRight(encodeSafetensors('file', tensors, options))]))

/** The small CLIP under a convention's names. */
export const smallUnder = (convention: NamingConvention): NamedValues =>
  expectRight(renamedTo(convention)(smallWeights))

export const jsonFile = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

/** What a configuration of transformers must state of the small CLIP: its heads are not the usual ones. */
export const smallConfiguration = {
  text_config: { num_attention_heads: 1 },
  vision_config: { num_attention_heads: 1 },
}

/** What a configuration of open_clip must state of the small CLIP. */
export const smallOpenClip = { vision_cfg: { head_width: 8 }, text_cfg: { heads: 1 } }

/** The small CLIP as a folder `clip` in Hugging Face's form, with a configuration. */
export const configured = (configuration: unknown): Files => ({
  'clip/model.safetensors': fileOf(smallUnder('hugging-face')),
  'clip/config.json': jsonFile(configuration),
})

/** A checkpoint in two files and their index. */
export const shardedFiles = (tensors: NamedValues): Files => {
  const names = Object.keys(tensors)
  const shardOf = (name: string): string => `model-0000${1 + (names.indexOf(name) % 2)}-of-00002.safetensors`
  const shard = (file: string): Uint8Array =>
    fileOf(Object.fromEntries(Object.entries(tensors).filter(([name]) => shardOf(name) === file)))
  const files = [...new Set(names.map(shardOf))]
  return {
    ...Object.fromEntries(files.map((file) => [file, shard(file)])),
    'model.safetensors.index.json': jsonFile({
      metadata: { total_size: 1 },
      weight_map: Object.fromEntries(names.map((name) => [name, shardOf(name)])),
    }),
  }
}

/** Files below a folder. */
export const inFolder = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]))
