/** The CLIPs of other libraries under the names of every convention that has names for them. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../../src/effects/effect.js'
import { convertClip } from '../../../src/formats/checkpoints/convert.js'
import type { NamingConvention } from '../../../src/model/index.js'
import { namingConventions } from '../../../src/model/index.js'
import type { Made } from './made.js'
import { clipPath } from './made.js'

/** A CLIP that was converted, in a folder of its own. */
export interface ConvertedClip {
  readonly clip: string
  readonly convention: NamingConvention
  readonly path: string
}

/** The conventions that have names for a CLIP: transformers has no ResNets. */
export const conventionsFor = (clip: string): readonly NamingConvention[] =>
  namingConventions.filter((convention) => convention !== 'hugging-face' || !clip.includes('rn50'))

/** Converts a CLIP to each convention that has names for it: to `folder/CLIP/CONVENTION`. */
export const convertToAll = (
  made: Made,
  clip: string,
  folder: string,
): Effect.Effect<readonly ConvertedClip[]> => {
  mkdirSync(join(folder, clip), { recursive: true })
  return pipe(
    conventionsFor(clip),
    Effect.traverseArray((convention) => {
      const path = join(folder, clip, convention)
      return pipe(
        convertClip(clipPath(made, clip), { convention, output: path }),
        Effect.map((): ConvertedClip => ({ clip, convention, path })),
      )
    }),
  )
}
