/** A whole AD-CLIP run in memory, as small as it can be: a CLIP of one block, random weights, three classes. */
import { pipe } from 'fp-ts/lib/function.js'
import { keyFromSeed } from '../../src/dsl/random-key.js'
import type { AdaptationConfiguration } from '../../src/experiments/adaptation/configuration.js'
import { methodConfiguration } from '../../src/experiments/adaptation/configuration.js'
import type { RunOptions, TrainedRun } from '../../src/experiments/adaptation/train.js'
import { trainAdaptation } from '../../src/experiments/adaptation/train.js'
import * as Effect from '../../src/effects/effect.js'
import type { NamedValues } from '../../src/dsl/values/named-values.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-runtime.js'
import { encodeSafetensors } from '../../src/formats/safetensors/encode.js'
import type { ClipArchitecture } from '../../src/model/index.js'
import { initialClip } from '../../src/model/index.js'
import { tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import { vocabulary } from '../../src/model/tokenizer/vocabulary.js'
import { expectRight } from '../expect-either.js'

/** Every word in bytes: no merges to load. */
export const bytesTokenizer = tokenizer(expectRight(vocabulary([])))

export const architecture: ClipArchitecture = {
  kind: 'vit',
  embedDim: 16,
  imageResolution: 16,
  visionLayers: 1,
  visionWidth: 64,
  visionHeads: 1,
  visionPatchSize: 8,
  contextLength: 24,
  vocabSize: bytesTokenizer.vocabulary.tokens.length,
  textWidth: 64,
  textHeads: 1,
  textLayers: 1,
}

export const configuration: AdaptationConfiguration = {
  ...methodConfiguration('ad-clip', 'reference'),
  data: 'data',
  source: 'photo',
  target: 'sketch',
  clip: 'clip.safetensors',
  epochs: 2,
  batch: 4,
  warmUpEpochs: 0,
  imageTokens: 2,
  styleHidden: 8,
  mappingHidden: 8,
  contextTokens: 2,
  engine: 'onnx',
  version: 'test',
}

/** A disk with the CLIP, and with images below `data`. */
export const diskWith = (
  images: Readonly<Record<string, Uint8Array>>,
  sizes: ClipArchitecture = architecture,
): MemoryDisk => {
  const chunks = expectRight(encodeSafetensors('clip.safetensors', initialClip(sizes, keyFromSeed(5))))
  return memoryDisk({
    'clip.safetensors': Buffer.concat(chunks),
    ...Object.fromEntries(Object.entries(images).map(([path, bytes]) => [`data/${path}`, bytes])),
  })
}

/** The run, in the folder `run`, as evaluation takes it. */
export const trainedAdClip = (
  resume: boolean,
  changes: Partial<AdaptationConfiguration> = {},
  options: Partial<RunOptions> = {},
): Effect.Effect<TrainedRun> =>
  trainAdaptation(
    { ...configuration, ...changes },
    { directory: 'run', tokenizer: bytesTokenizer, resume, ...options },
  )

/** The trained parameters of the run. */
export const smallAdClip = (
  resume: boolean,
  changes: Partial<AdaptationConfiguration> = {},
  options: Partial<RunOptions> = {},
): Effect.Effect<NamedValues> =>
  pipe(
    trainedAdClip(resume, changes, options),
    Effect.map(({ run }) => run.trained.values),
  )
