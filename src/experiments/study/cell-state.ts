/** How far the runs of a study are, as their directories say. */
import { pipe } from 'fp-ts/lib/function.js'
import { restrictTo } from '../../data/data-set.js'
import { withTargetShift } from '../../data/target-shift.js'
import * as Effect from '../../effects/effect.js'
import { ifMissing, isFolderLocked, pathStatus } from '../../effects/operations.js'
import { configurationPath } from '../../training/fit-plan.js'
import { checkConfiguration } from '../../training/run-configuration.js'
import { checkNothingElse } from '../../training/run-directory.js'
import type { Accuracy } from '../accuracy.js'
import { adaptationConfiguration, refuseEarlierVersion, withoutEffect } from '../adaptation/configuration.js'
import { adaptationRun, evaluationPath } from '../adaptation/run-files.js'
import { readEvaluation } from '../evaluation/evaluation-file.js'
import type { InputDigests } from '../inputs/digests.js'
import { domainsDigest } from '../inputs/digests.js'
import { checkInputs } from '../inputs/kept-digests.js'
import type { Cell } from './cell.js'
import { cellConfiguration } from './cell.js'
import { readFailure } from './cell-failure.js'
import type { CellInputs, StudyPlan } from './plan.js'
import { checkStudyDirectory } from './study-directory.js'

/** A run that has no last result, and no reason why. */
export type OpenState =
  /** A process works in its directory. */
  | { readonly tag: 'Running' }
  /** It was begun, and nobody works on it: it can go on. */
  | { readonly tag: 'Stopped' }
  | { readonly tag: 'NotBegun' }

/** How far a run is. */
export type CellState =
  | { readonly tag: 'Finished' }
  | OpenState
  /** It failed for a reason of its own, and is tried again when it is run again. */
  | { readonly tag: 'Failed'; readonly reason: string }

/** The words for the states. */
export const cellStateWords: { readonly [T in CellState['tag']]: string } = {
  Finished: 'finished',
  Running: 'running',
  Stopped: 'stopped',
  NotBegun: 'not begun',
  Failed: 'failed',
}

/** How far a run is, whatever its configuration. */
export const cellState = ({ directory }: Pick<Cell, 'directory'>): Effect.Effect<CellState> =>
  pipe(
    Effect.Do,
    // Before the result: a run that ends in between is finished then, and not stopped.
    Effect.bind('running', () => isFolderLocked(directory)),
    Effect.bind('evaluation', () => pathStatus(evaluationPath(directory))),
    Effect.bind('reason', () => readFailure(directory)),
    Effect.bind('begun', () => pathStatus(configurationPath(directory))),
    Effect.map(({ running, evaluation, reason, begun }): CellState => {
      if (evaluation.kind === 'file') return { tag: 'Finished' }
      if (running) return { tag: 'Running' }
      if (reason !== undefined) return { tag: 'Failed', reason }
      return begun.kind === 'missing' ? { tag: 'NotBegun' } : { tag: 'Stopped' }
    }),
  )

/** The accuracy of a finished run. */
export const cellAccuracy = ({ directory }: Cell): Effect.Effect<Accuracy> =>
  pipe(
    readEvaluation(directory),
    Effect.map(({ adapted }) => adapted),
  )

/** Fails if the directory of a run holds something else, a run with another configuration, or one of other inputs. */
const checkCell = (cell: Cell, digests: InputDigests): Effect.Effect<void> => {
  const { directory } = cell
  const path = configurationPath(directory)
  const configuration = cellConfiguration(cell)
  return pipe(
    checkNothingElse(directory, adaptationRun),
    Effect.apSecond(
      pipe(
        refuseEarlierVersion(directory),
        Effect.flatMap(() =>
          checkConfiguration(
            directory,
            adaptationConfiguration,
            configuration,
            'directory',
            withoutEffect(configuration),
          ),
        ),
        Effect.flatMap(() => checkInputs(directory, digests)),
        ifMissing(path, Effect.unit),
      ),
    ),
  )
}

/** What the images of a run depend on: its domains, and which images of the target there are. */
const imagesKey = ({ source, target, variant }: Cell): string =>
  JSON.stringify([source, target, variant.configuration.targetShift])

/** The digests of the inputs of runs, each pair of domains and shift of the target once. */
const digestsByPair = (
  { clipDigest, data }: CellInputs,
  cells: readonly Cell[],
): ReadonlyMap<string, InputDigests> => {
  const different = new Map(cells.map((cell) => [imagesKey(cell), cell]))
  return new Map(
    [...different].map(([key, { source, target, variant }]) => [
      key,
      {
        clipDigest,
        domains: domainsDigest(
          withTargetShift(restrictTo(data, [source, target]), target, variant.configuration.targetShift),
        ),
      },
    ]),
  )
}

/**
 * How far each of these runs is. Fails with `OutputTaken` where a directory holds something else, with `InvalidSetting` where it
 * holds a run with another configuration, or of another CLIP or other images.
 */
export const cellStates = (
  { directory, inputs }: StudyPlan,
  cells: readonly Cell[],
): Effect.Effect<readonly CellState[]> => {
  const digests = digestsByPair(inputs, cells)
  const all = pipe(
    cells,
    Effect.traverseArray((cell) => {
      const own = digests.get(imagesKey(cell)) ?? { domains: [] }
      return pipe(checkCell(cell, own), Effect.apSecond(cellState(cell)))
    }),
  )
  return pipe(checkStudyDirectory(directory), Effect.apSecond(all))
}
