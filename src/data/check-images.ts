/** Checking every image of a data set before any work begins: what a strict reading does. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { describeFailure } from '../effects/explain.js'
import type { BadImage } from '../effects/failure.js'
import { inDecodedChunks } from './decoded-chunks.js'
import { centreView, clipNormalisation } from '../effects/image-view.js'

const checkedAtOnce = 256

/** Decodes all of these images, and gives those that cannot be decoded. */
export const findBadImages = (paths: readonly string[]): Effect.Effect<readonly BadImage[]> =>
  pipe(
    inDecodedChunks(
      {
        label: 'checking images',
        size: checkedAtOnce,
        requests: (path) => [{ path, view: centreView }],
        transform: { resolution: 1, ...clipNormalisation },
      },
      paths,
      (_, { failures }) =>
        Effect.of(
          failures.map(({ failure }): BadImage => {
            const { where, what } = describeFailure(failure)
            return { path: where, problem: what }
          }),
        ),
    ),
    Effect.map((found) => found.flat()),
  )
