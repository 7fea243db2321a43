/** A whole AD-CLIP run in memory, as small as it can be: a CLIP of one block, random weights, three classes. */
import type { MethodName, MethodPreset, MethodSettings } from '../../src/methods/index.js'
import { pipe } from 'fp-ts/lib/function.js'
import { keyFromSeed } from '../../src/values/random-key.js'
import type { AdaptationConfiguration } from '../../src/experiments/adaptation/configuration.js'
import { methodConfiguration } from '../../src/experiments/adaptation/configuration.js'
import type { RunOptions, TrainedRun } from '../../src/experiments/adaptation/train.js'
import { trainAdaptation } from '../../src/experiments/adaptation/train.js'
import * as Effect from '../../src/effects/effect.js'
import type { NamedValues } from '../../src/values/named-values.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { encodeSafetensors } from '../../src/formats/safetensors/encode.js'
import type { ClipArchitecture } from '../../src/model/index.js'
import { initialClip, openAiBlocks } from '../../src/model/index.js'
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
  textBlocks: openAiBlocks,
  visionBlocks: openAiBlocks,
}

/** Sizes of the methods that fit this CLIP. */
const smallSettings: { readonly [N in MethodName]?: Partial<MethodSettings[N]> } = {
  'ad-clip': { imageTokens: 2, styleHidden: 8, mappingHidden: 8 },
  coop: { contextTokens: 2 },
  dapl: { contextTokens: 2 },
  dann: { bottleneckWidth: 8, discriminatorWidth: 8 },
  mmd: { bottleneckWidth: 8 },
  coral: { bottleneckWidth: 8 },
  unimos: { bottleneckWidth: 8, hiddenWidth: 8 },
  damp: { contextTokens: 2, decoderLayers: 1, decoderHeads: 2, headWidth: 4 },
}

/** A small run of any method. */
export const smallConfiguration = <N extends MethodName>(
  method: N,
  preset?: MethodPreset[N],
): AdaptationConfiguration<N> => {
  const own = methodConfiguration(method, preset)
  return {
    ...own,
    data: 'data',
    source: 'photo',
    target: 'sketch',
    clip: 'clip.safetensors',
    epochs: 2,
    epochShots: 'all',
    schedule: 'continuous',
    batch: 4,
    warmUpEpochs: 0,
    augmentation: 'none',
    engine: 'onnx',
    version: 'test',
    settings: { ...own.settings, ...smallSettings[method] },
  }
}

export const configuration = smallConfiguration('ad-clip')

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

/** A run in the folder `run`, as evaluation takes it. */
export const trainedRun = (
  run: AdaptationConfiguration,
  resume: boolean,
  options: Partial<RunOptions> = {},
): Effect.Effect<TrainedRun> =>
  trainAdaptation(run, {
    directory: 'run',
    tokenizer: bytesTokenizer,
    start: resume ? 'resumeOrNew' : 'new',
    ...options,
  })

/** The trained parameters of a run. */
export const smallRun = (
  run: AdaptationConfiguration,
  resume: boolean,
  options: Partial<RunOptions> = {},
): Effect.Effect<NamedValues> =>
  pipe(
    trainedRun(run, resume, options),
    Effect.map((finished) => finished.run.trained.values),
  )

type Changes = Partial<AdaptationConfiguration<'ad-clip'>>

/** The run by AD-CLIP, as evaluation takes it. */
export const trainedAdClip = (
  resume: boolean,
  changes: Changes = {},
  options: Partial<RunOptions> = {},
): Effect.Effect<TrainedRun> => trainedRun({ ...configuration, ...changes }, resume, options)

/** The trained parameters of the run by AD-CLIP. */
export const smallAdClip = (
  resume: boolean,
  changes: Changes = {},
  options: Partial<RunOptions> = {},
): Effect.Effect<NamedValues> => smallRun({ ...configuration, ...changes }, resume, options)
