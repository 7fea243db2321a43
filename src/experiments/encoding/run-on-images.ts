/** Running a program on more images than one run takes. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { run, yieldControl } from '../../effects/operations.js'
import type { Executable } from '../../engines/engine.js'
import type { NamedValues } from '../../values/named-values.js'
import { ownRows, partsOf } from '../../values/row-parts.js'
import { joinNamedRows, pickNamedRows, pickRows } from '../../values/rows.js'
import type { TensorValue } from '../../values/value.js'

/**
 * What a program of `images` [B,3,side,side] gives for images [N,3,side,side], N at least 1: tables of N rows, `batch` images in a
 * run, the last run filled up.
 */
export const runOnImages = (
  executable: Executable,
  batch: number,
  images: TensorValue,
): Effect.Effect<NamedValues> =>
  pipe(
    partsOf(images.shape[0] ?? 0, batch),
    Effect.traverseArray((part) =>
      pipe(
        yieldControl,
        Effect.flatMap(() => run(executable, { images: pickRows(images, part.rows) })),
        Effect.map((outputs) => pickNamedRows(outputs, ownRows(part))),
      ),
    ),
    Effect.map(joinNamedRows),
  )
