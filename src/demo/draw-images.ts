/** Drawings as the image files of a data set. */
import { join } from '../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import { makeFolder, renderDrawing, reportProgress, writeFile, yieldControl } from '../effects/operations.js'
import type { PlannedDrawing } from './drawings.js'

/** Writes each drawing as a PNG file below the root. It can be stopped between two drawings. */
export const drawImages = (root: string, planned: readonly PlannedDrawing[]): Effect.Effect<void> =>
  pipe(
    [...new Set(planned.map(({ folder }) => folder))],
    Effect.traverseArray((folder) => makeFolder(join(root, folder))),
    Effect.flatMap(() =>
      pipe(
        planned,
        Effect.traverseArrayWithIndex((i, { folder, file, svg }) =>
          pipe(
            yieldControl,
            Effect.apSecond(renderDrawing(svg)),
            Effect.flatMap((png) => writeFile(join(root, folder, file), [png])),
            Effect.tap(() =>
              reportProgress({ label: 'drawing images', done: i + 1, total: planned.length, fields: {} }),
            ),
          ),
        ),
      ),
    ),
    Effect.as(undefined),
  )
