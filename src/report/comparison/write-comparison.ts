/** The page that compares runs, written to a file. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { checkOutputFile } from '../../effects/outputs.js'
import { writeText } from '../../effects/text-file.js'
import type { RunComparison } from '../../experiments/comparison/compare-runs.js'
import { compareRuns } from '../../experiments/comparison/compare-runs.js'
import { comparisonPage } from './comparison-page.js'

/**
 * Compares the runs in folders (see `compareRuns`) and writes the page. Where there is nothing to compare, nothing is written. Fails
 * with `OutputTaken`, before anything is read, where there is a file already that may not be replaced.
 *
 * @example
 * interpret(writeComparison(['runs'], 'comparison.html', { overwrite: true, producer: 'a script' }))
 */
export const writeComparison = (
  folders: readonly string[],
  path: string,
  { overwrite, producer }: { readonly overwrite: boolean; readonly producer: string },
): Effect.Effect<RunComparison> =>
  pipe(
    checkOutputFile(path, { overwrite }),
    Effect.flatMap(() => compareRuns(folders)),
    Effect.tap((comparison) =>
      comparison.groups.length === 0 ? Effect.unit : writeText(path, comparisonPage(comparison, producer)),
    ),
  )
