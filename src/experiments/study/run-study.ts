/** A study in one process: its plan, all of its runs in turn, and what they reached. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { collectStudy } from './collect.js'
import type { Study } from './plan.js'
import { planStudy } from './plan.js'
import type { CellOptions } from './run-cells.js'
import { runCells } from './run-cells.js'
import type { StudyResult } from './study-result.js'

export interface StudyOptions extends CellOptions {
  /** Refuse images that are missing or broken, instead of going on without them. */
  readonly strict: boolean
}

/**
 * Does all runs of a study that are not done yet, and gathers what all of them reached, a result for each kind of target. Started again, it reads back
 * what is done and goes on with what was interrupted or failed; it may then have more variants, pairs or seeds. Several processes
 * may run one study: each leaves to the others what they are doing.
 *
 * Fails as `planStudy` and `runCells` do. A run that fails is reported in the result, with its reason.
 *
 * @example
 * const variants = () => [methodVariant(configuration)]
 * const study: Study = { directory: 'runs/table', data: 'pacs', clip: 'clip.safetensors', variants, seeds: [1, 2, 3] }
 * interpret(runStudy(study, { tokenizer: clipTokenizer, strict: false }))
 */
export const runStudy = (study: Study, options: StudyOptions): Effect.Effect<readonly StudyResult[]> =>
  pipe(
    planStudy(study, options),
    Effect.tap((plan) => runCells(plan, plan.cells, options)),
    Effect.flatMap(collectStudy),
  )
