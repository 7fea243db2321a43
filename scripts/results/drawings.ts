/** Drawings in styles of the demo, and the CLIP that comes with the package: data sets that need no download. */
import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import { drawImages } from '../../src/demo/draw-images.js'
import { plannedDrawings } from '../../src/demo/drawings.js'
import { demoThings, unpackDemoClip } from '../../src/demo/demo.js'
import { packedClipPath, pretrainingStyles } from '../../src/demo/clip-recipe.js'
import type { Style } from '../../src/demo/styles.js'
import * as Effect from '../../src/effects/effect.js'
import { makeFolder } from '../../src/effects/operations.js'
import { dirname } from '../../src/effects/paths.js'
import type { Tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import { keyFromSeed } from '../../src/values/random-key.js'

/** A style that the CLIP has seen, and two that it has not: one to choose on, and one to try the choice on. */
export const drawnStyles = { source: 'photo', chosenOn: 'chalk', triedOn: 'crayon' } as const

/** What is drawn of the things of the demo: styles, and a seed of its own. */
export interface DrawnSet {
  readonly styles: readonly Style[]
  readonly seed: number
}

/** The drawings of `methods-demo`: another seed than those of the CLIP and of the demo. */
export const methodDrawings: DrawnSet = {
  styles: [drawnStyles.source, drawnStyles.chosenOn, drawnStyles.triedOn],
  seed: 21,
}

/** The targets of `gate`: every style but the source and the one that the gate was chosen on. The CLIP has seen none of the first two. */
export const gateStyles: readonly Style[] = [
  drawnStyles.triedOn,
  'sketch',
  ...pretrainingStyles.filter((style) => style !== drawnStyles.source),
]

/** The drawings of `gate`: another seed again, so that none of them had been seen when the gate was chosen. */
export const gateDrawings: DrawnSet = { styles: [drawnStyles.source, ...gateStyles], seed: 61 }

/** From the folder of compiled scripts. */
const packedClip = packedClipPath(fileURLToPath(new URL('../../../assets', import.meta.url)))

/** Where the drawings lie, and the CLIP. */
export interface DrawnFiles {
  readonly images: string
  readonly clip: string
}

/** Draws so many images of each thing of the demo in each style of a set, and unpacks the CLIP last. */
export const makeDrawings = (
  { images, clip }: DrawnFiles,
  { styles, seed }: DrawnSet,
  count: number,
  tokenizer: Tokenizer,
): Effect.Effect<void> =>
  pipe(
    drawImages(images, plannedDrawings(styles, demoThings, count, keyFromSeed(seed))),
    Effect.apSecond(makeFolder(dirname(clip))),
    Effect.apSecond(unpackDemoClip(packedClip, clip, tokenizer)),
  )
