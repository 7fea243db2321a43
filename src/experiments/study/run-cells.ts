/** Running cells of a study, one after the other. A cell that fails ends none of the others. */
import { pipe } from 'fp-ts/lib/function.js'
import type { Tokenizer } from '../../model/tokenizer/tokenizer.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { makeFolder, pause, printLine, reportProgress, withFolder } from '../../effects/operations.js'
import type { Tracker } from '../../training/trackers/tracker.js'
import type { RunInputs } from '../adaptation/run-inputs.js'
import { trainInFolder } from '../adaptation/train.js'
import { evaluateInFolder } from '../evaluation/evaluate-run.js'
import type { Cell } from './cell.js'
import { cellConfiguration, describeCell } from './cell.js'
import { forgetFailure, keepFailure } from './cell-failure.js'
import { cellState, cellStates } from './cell-state.js'
import { encodeDomains, withTargetHashes } from './encode-domains.js'
import type { StudyPlan } from './plan.js'
import { studyLine } from './study-line.js'

/** What the runs of a study compute with. */
export interface CellOptions {
  readonly tokenizer: Tokenizer
  /** A folder in which image features are kept from study to study; without one they are computed once in each process. */
  readonly features?: string | undefined
  /** They write down the metrics of each step of each run for other programs. */
  readonly trackers?: readonly Tracker[] | undefined
}

/** A run with its number: `run 3 of 18: CoOp, art → photo, seed 1`. */
const numbered = ({ cells }: StudyPlan, cell: Cell): string =>
  `run ${cells.indexOf(cell) + 1} of ${cells.length}: ${describeCell(cell)}`

/** What became of a cell when its turn came. */
type Turn = 'Over' | 'InUse'

/**
 * Begins or continues a run, and evaluates it, in one use of its folder: a process that waits for the folder could else begin between
 * the two, find the run not evaluated, and so on by turns.
 */
const trainAndEvaluate = (
  plan: StudyPlan,
  cell: Cell,
  inputs: RunInputs,
  { tokenizer, trackers }: CellOptions,
): Effect.Effect<void> => {
  const { directory } = cell
  const work = pipe(
    printLine(numbered(plan, cell)),
    Effect.apSecond(forgetFailure(directory)),
    Effect.flatMap(() =>
      trainInFolder(cellConfiguration(cell), {
        directory,
        tokenizer,
        trackers,
        start: 'resumeOrNew',
        inputs,
      }),
    ),
    Effect.flatMap(evaluateInFolder),
    Effect.as(undefined),
  )
  return withFolder(
    directory,
    pipe(
      cellState(cell),
      // Another process may have ended it since it was looked at.
      Effect.flatMap(({ tag }) => Effect.when(tag !== 'Finished')(work)),
    ),
  )
}

/** A failure of one run is written down. A run that another process does is left to it, and only an interruption ends all. */
const afterFailure =
  ({ directory }: Cell) =>
  (failure: Failure): Effect.Effect<Turn> => {
    if (failure.tag === 'Interrupted') return Effect.left(failure)
    return failure.tag === 'FolderInUse'
      ? Effect.of('InUse')
      : pipe(keepFailure(directory, failure), Effect.as<Turn>('Over'))
  }

/** Milliseconds between looks at a run that another process does. */
const betweenLooks = 2000

/**
 * Runs these cells; then, again and again, those that other processes did meanwhile, until every one is finished or has failed.
 * A cell whose process is gone is continued, as soon as that is certain.
 */
const untilOver = (cells: readonly Cell[], run: (cell: Cell) => Effect.Effect<Turn>): Effect.Effect<void> =>
  pipe(
    Effect.iterate(
      { open: cells, looks: 0 },
      {
        while: ({ open }) => open.length > 0,
        body: ({ open, looks }) =>
          pipe(
            Effect.when(looks === 1)(
              printLine(`waiting for other processes, which do ${open.map(describeCell).join('; ')}`),
            ),
            Effect.apSecond(looks === 0 ? Effect.unit : pause(betweenLooks)),
            Effect.flatMap(() =>
              pipe(
                open,
                Effect.traverseArrayWithIndex((i, cell) =>
                  pipe(
                    run(cell),
                    Effect.tap(() =>
                      reportProgress({ label: 'runs', done: i + 1, total: open.length, fields: {} }),
                    ),
                  ),
                ),
              ),
            ),
            Effect.map((turns) => ({
              open: open.filter((_, i) => turns[i] === 'InUse'),
              looks: looks + 1,
            })),
          ),
      },
    ),
    Effect.as(undefined),
  )

/**
 * Does those of these cells of a plan that are not finished, one after the other. Images are hashed and encoded once for all of
 * them. A cell that fails is written down with its reason; a cell that was interrupted is continued; one that another process
 * does is left to it, and waited for. So any number of processes can run cells of one plan, the same ones, too.
 *
 * Fails with `InvalidSetting`, before any run begins, where a directory holds a run with another configuration, or of another CLIP
 * or other images, and with `FileRefused` where the directory of the study cannot be made; with `Interrupted` on request.
 *
 * @example
 * const runFirst = (plan: StudyPlan) => runCells(plan, plan.cells.slice(0, 1), { tokenizer: clipTokenizer })
 */
export const runCells = (
  plan: StudyPlan,
  cells: readonly Cell[],
  options: CellOptions,
): Effect.Effect<void> => {
  const { clip } = plan.inputs
  return pipe(
    Effect.Do,
    Effect.bind('states', () => cellStates(plan, cells)),
    Effect.let('open', ({ states }) => cells.filter((_, i) => states[i]?.tag !== 'Finished')),
    Effect.tap(({ open }) => Effect.when(open.length > 0)(makeFolder(plan.directory))),
    Effect.tap(({ open }) => Effect.when(open.length > 0)(printLine(studyLine(plan)))),
    Effect.bind('data', ({ open }) => withTargetHashes(plan.inputs.data, open)),
    Effect.bind('encode', ({ open, data }) => encodeDomains(clip, data, open, options.features)),
    Effect.let('failedBefore', ({ states }) => cells.filter((_, i) => states[i]?.tag === 'Failed')),
    Effect.flatMap(({ open, data, encode, failedBefore }) =>
      untilOver(open, (cell) =>
        pipe(
          cellState(cell),
          Effect.flatMap(({ tag }) =>
            // Another process may have come first.
            tag === 'Finished' || (tag === 'Failed' && !failedBefore.includes(cell))
              ? Effect.of<Turn>('Over')
              : pipe(
                  trainAndEvaluate(plan, cell, { ...plan.inputs, data, encode }, options),
                  Effect.as<Turn>('Over'),
                  Effect.orElse(afterFailure(cell)),
                ),
          ),
        ),
      ),
    ),
  )
}
