/** Opening every image before anything is done with them, for those who want all or nothing. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effect.js'
import { describeFailure } from '../explain.js'
import type { BadImage } from '../failure.js'
import { inDecodedChunks } from '../images/decoded-chunks.js'
import { centreView, clipNormalisation } from '../images/view.js'

const checkedAtOnce = 256

/** Decodes all of these images; the result are those that cannot be. */
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
        Effect.succeed(
          failures.map(({ failure }): BadImage => {
            const { where, what } = describeFailure(failure)
            return { path: where, problem: what }
          }),
        ),
    ),
    Effect.map((found) => found.flat()),
  )
