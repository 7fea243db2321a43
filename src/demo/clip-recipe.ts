/** How the CLIP that comes with the demo was made: what was drawn, how it was trained, what of it is kept. */
import { join } from '../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import { keyFromSeed } from '../values/random-key.js'
import type { Tokenizer } from '../model/tokenizer/tokenizer.js'
import * as Effect from '../effects/effect.js'
import { checkNoFile } from '../effects/outputs.js'
import { captionTokens } from '../experiments/pretraining/captions.js'
import type { PretrainConfiguration } from '../experiments/pretraining/configuration.js'
import { pretrainClip } from '../experiments/pretraining/pretrain.js'
import { pretrainingRun } from '../experiments/pretraining/pretraining-start.js'
import type { RunStart } from '../training/index.js'
import { checkStart } from '../training/index.js'
import { drawImages } from './draw-images.js'
import { plannedDrawings } from './drawings.js'
import { writePackedClip } from './packed-clip.js'
import type { Style } from './styles.js'
import { things } from './things.js'

/** Styles that the CLIP has seen: all but those that it is adapted to. */
export const pretrainingStyles: readonly Style[] = [
  'photo',
  'painting',
  'cartoon',
  'blueprint',
  'poster',
  'neon',
  'stencil',
  'print',
]

/** The drawings that it has seen are none of those that the demo draws, which come from another seed. */
const drawingSeed = 7

const training: Omit<PretrainConfiguration, 'data' | 'engine' | 'version' | 'epochs'> = {
  kind: 'pretrain',
  domains: [...pretrainingStyles],
  batch: 64,
  learningRate: 2e-3,
  weightDecay: 0.05,
  textRate: 0.02,
  warmUpEpochs: 0.5,
  seed: 1,
  resolution: 48,
  patch: 8,
  embedding: 128,
  visionWidth: 128,
  visionLayers: 3,
  textWidth: 64,
  textLayers: 1,
  positionScale: 8,
  leastArea: 0.9,
  colour: 0.1,
  edges: 0.15,
}

/** How much is drawn and trained. */
export interface ClipRecipe {
  /** Drawings of each thing in each style. */
  readonly images: number
  readonly epochs: number
}

/** The recipe of the file that comes with the package. */
export const clipRecipe: ClipRecipe = { images: 40, epochs: 16 }

/** The CLIP as a packed file in a directory. */
export const packedClipPath = (directory: string): string => join(directory, 'demo-clip.safetensors')

/** Draws, pretrains and packs. The same recipe on the same engine gives the same file, byte for byte. */
export const makeDemoClip = (
  directory: string,
  { images, epochs }: ClipRecipe,
  {
    tokenizer,
    engine,
    version,
    start,
  }: {
    readonly tokenizer: Tokenizer
    readonly engine: string
    readonly version: string
    readonly start: RunStart
  },
): Effect.Effect<void> => {
  const data = join(directory, `images-${images}`)
  const run = join(directory, 'pretraining')
  return pipe(
    checkNoFile(directory),
    Effect.apSecond(checkStart(run, pretrainingRun, start)),
    Effect.apSecond(
      drawImages(
        data,
        plannedDrawings(pretrainingStyles, Object.keys(things), images, keyFromSeed(drawingSeed)),
      ),
    ),
    Effect.flatMap(() =>
      pretrainClip({ ...training, epochs, data, engine, version }, { directory: run, tokenizer, start }),
    ),
    Effect.flatMap((weights) =>
      writePackedClip(
        packedClipPath(directory),
        weights,
        captionTokens(tokenizer, pretrainingStyles, Object.keys(things)),
      ),
    ),
  )
}
