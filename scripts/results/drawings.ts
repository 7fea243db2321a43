/** Drawings in styles of the demo, and the CLIP that comes with the package: data sets that need no download. */
import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import { drawImages } from '../../src/demo/draw-images.js'
import { plannedDrawings } from '../../src/demo/drawings.js'
import { demoThings, unpackDemoClip } from '../../src/demo/demo.js'
import { packedClipPath } from '../../src/demo/clip-recipe.js'
import * as Effect from '../../src/effects/effect.js'
import { makeFolder } from '../../src/effects/operations.js'
import { dirname } from '../../src/effects/paths.js'
import type { Tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import { keyFromSeed } from '../../src/values/random-key.js'

/** A style that the CLIP has seen, and two that it has not: one to choose on, and one to try the choice on. */
export const drawnStyles = { source: 'photo', chosenOn: 'chalk', triedOn: 'crayon' } as const

/** Another seed than those of the CLIP and of the demo. */
const drawingSeed = 21

/** From the folder of compiled scripts. */
const packedClip = packedClipPath(fileURLToPath(new URL('../../../assets', import.meta.url)))

/** Where the drawings lie, and the CLIP. */
export interface DrawnFiles {
  readonly images: string
  readonly clip: string
}

/** Draws so many images of each thing of the demo in each style, and unpacks the CLIP last. */
export const makeDrawings = (
  { images, clip }: DrawnFiles,
  count: number,
  tokenizer: Tokenizer,
): Effect.Effect<void> => {
  const { source, chosenOn, triedOn } = drawnStyles
  return pipe(
    drawImages(
      images,
      plannedDrawings([source, chosenOn, triedOn], demoThings, count, keyFromSeed(drawingSeed)),
    ),
    Effect.apSecond(makeFolder(dirname(clip))),
    Effect.apSecond(unpackDemoClip(packedClip, clip, tokenizer)),
  )
}
