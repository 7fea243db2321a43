/** Collecting a study: what its finished runs reached, which failed and why, and which are missing. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { chosenOnLabels } from '../../methods/index.js'
import type { Accuracy } from '../accuracy.js'
import type { Cell } from './cell.js'
import { describeCell } from './cell.js'
import type { CellState } from './cell-state.js'
import { cellAccuracy, cellStates } from './cell-state.js'
import type { StudyPlan } from './plan.js'
import type { StudyResult } from './study-result.js'
import type { TargetKind, Variant } from './variant.js'
import { dependenceOf } from './variant.js'

/** A run with how far it is, and its accuracy once it is finished. */
interface CollectedCell {
  readonly cell: Cell
  readonly state: CellState
  readonly accuracy: Accuracy | undefined
}

/** The result on one kind of target: of its rows, and of their runs. */
const resultOf = (
  { facts, pairs, seeds }: StudyPlan,
  { kind, variants }: TargetRows,
  collected: readonly CollectedCell[],
): StudyResult => ({
  ...facts,
  targetShift: kind,
  pairs,
  seeds,
  rows: variants.map((variant) => {
    const dependence = dependenceOf(variant)
    return {
      name: variant.name,
      chosenOnLabels: chosenOnLabels(variant.configuration.method, variant.configuration.preset),
      runs: collected.flatMap(({ cell, accuracy }) =>
        cell.variant !== variant || accuracy === undefined
          ? []
          : [
              {
                target: cell.target,
                accuracy,
                ...(dependence.source ? { source: cell.source } : {}),
                ...(dependence.seed ? { seed: cell.seed } : {}),
              },
            ],
      ),
    }
  }),
  failed: collected.flatMap(({ cell, state }) =>
    state.tag === 'Failed' ? [{ run: describeCell(cell), reason: state.reason }] : [],
  ),
  missing: collected.flatMap(({ cell, state }) =>
    state.tag === 'Finished' || state.tag === 'Failed' ? [] : [{ run: describeCell(cell), state }],
  ),
})

/** The rows of a kind of target. */
interface TargetRows {
  readonly kind: TargetKind
  readonly variants: readonly Variant[]
}

/** The rows of each kind of target, kinds in the order of their first rows. */
const rowsByTarget = (variants: readonly Variant[]): readonly TargetRows[] => {
  const kindOf = ({ configuration: { targetShift } }: Variant): string => JSON.stringify(targetShift ?? null)
  return [...new Set(variants.map(kindOf))].map((key) => {
    const own = variants.filter((variant) => kindOf(variant) === key)
    return { kind: own[0]?.configuration.targetShift, variants: own }
  })
}

/**
 * Gathers what the finished runs of a plan reached, whoever ran them: a result for each kind of target. Nothing is
 * computed or written. Fails with `InvalidSetting` where a directory holds a run with another configuration, or of another CLIP or other images.
 */
export const collectStudy = (plan: StudyPlan): Effect.Effect<readonly StudyResult[]> =>
  pipe(
    cellStates(plan, plan.cells),
    Effect.flatMap(
      Effect.traverseArrayWithIndex((i, state): Effect.Effect<readonly CollectedCell[]> => {
        const cell = plan.cells[i]
        if (cell === undefined) return Effect.of([])
        return state.tag === 'Finished'
          ? pipe(
              cellAccuracy(cell),
              Effect.map((accuracy) => [{ cell, state, accuracy }]),
            )
          : Effect.of([{ cell, state, accuracy: undefined }])
      }),
    ),
    Effect.map((collected) =>
      rowsByTarget(plan.variants).map((rows) =>
        resultOf(
          plan,
          rows,
          collected.flat().filter(({ cell }) => rows.variants.includes(cell.variant)),
        ),
      ),
    ),
  )
