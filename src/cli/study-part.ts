/** Doing a part of a study, and what is printed of it. */
import { pipe } from 'fp-ts/lib/function.js'
import { keysOf } from '../dsl/documents/literals.js'
import { counted } from '../effects/counted.js'
import { inertJson } from '../effects/printable.js'
import { Effect } from '../effects/index.js'
import { collectStudy } from '../experiments/study/collect.js'
import { cellStates, cellStateWords } from '../experiments/study/cell-state.js'
import type { CellState } from '../experiments/study/cell-state.js'
import type { Cell } from '../experiments/study/cell.js'
import type { CellNeeds } from '../experiments/study/cell-needs.js'
import { cellNeeds } from '../experiments/study/cell-needs.js'
import { encodeShare } from '../experiments/study/encode-domains.js'
import type { Study, StudyPlan } from '../experiments/study/plan.js'
import { planStudy } from '../experiments/study/plan.js'
import { runCells } from '../experiments/study/run-cells.js'
import type { StudyOptions } from '../experiments/study/run-study.js'
import { studyLine } from '../experiments/study/study-line.js'
import { shareOf } from '../experiments/study/share.js'
import type { StudyResult } from '../experiments/study/study-result.js'
import { dependenceOf } from '../experiments/study/variant.js'
import type { StudyPart } from './options/study-part-options.js'

/** What a part of a study ends in: lines for standard output and for standard error, and whether all of it is done. */
export interface PartResult {
  readonly output: readonly string[]
  readonly notes: readonly string[]
  readonly complete: boolean
}

/** How far a run is, in words. */
export const cellStateInWords = (state: CellState): string =>
  state.tag === 'Failed' ? `failed: ${state.reason}` : cellStateWords[state.tag]

/** A cell as a line of JSON. A cell that stands for all sources or seeds names none. */
const cellLine = (cell: Cell, index: number, state: CellState, needs: CellNeeds | undefined): string => {
  const { variant, source, target, seed, name, directory } = cell
  const dependence = dependenceOf(variant)
  return inertJson({
    index,
    name,
    row: variant.name,
    method: variant.configuration.method,
    ...(dependence.source ? { source } : {}),
    target,
    targetShift: variant.configuration.targetShift,
    ...(dependence.seed ? { seed } : {}),
    directory,
    state: cellStateInWords(state),
    needs,
  })
}

const planned = (plan: StudyPlan, { tokenizer }: StudyOptions): Effect.Effect<PartResult> =>
  pipe(
    Effect.Do,
    Effect.bind('states', () => cellStates(plan, plan.cells)),
    Effect.bindEither('needs', () => cellNeeds(plan, tokenizer)),
    Effect.map(({ states, needs }) => ({
      output: states.flatMap((state, i) => {
        const cell = plan.cells[i]
        return cell === undefined ? [] : [cellLine(cell, i, state, needs[i])]
      }),
      notes: [],
      complete: true,
    })),
  )

/** How many runs are in each state: `18 runs: 3 finished, 15 not begun`. */
const statesLine = (states: readonly CellState[]): string => {
  const counts = keysOf(cellStateWords).flatMap((tag) => {
    const those = states.filter((state) => state.tag === tag).length
    return those === 0 ? [] : [`${those} ${cellStateWords[tag]}`]
  })
  return `${counted(states.length, 'run')}: ${counts.join(', ')}`
}

const rehearsed = (plan: StudyPlan): Effect.Effect<PartResult> =>
  pipe(
    cellStates(plan, plan.cells),
    Effect.map((states) => ({
      output: [studyLine(plan), statesLine(states)],
      notes: [],
      complete: true,
    })),
  )

/** Runs cells, and says how each of them ended. */
const done = (plan: StudyPlan, cells: readonly Cell[], options: StudyOptions): Effect.Effect<PartResult> =>
  pipe(
    runCells(plan, cells, options),
    Effect.flatMap(() => cellStates(plan, cells)),
    Effect.map((states) => ({
      output: cells.flatMap((cell, i) => {
        const state = states[i]
        return state === undefined ? [] : [`${cell.name}: ${cellStateInWords(state)}`]
      }),
      notes: [],
      complete: states.every(({ tag }) => tag === 'Finished'),
    })),
  )

/** What is not in a table, for standard error. */
const openRuns = (results: readonly StudyResult[]): readonly string[] => [
  ...results.flatMap(({ failed }) => failed.map(({ run, reason }) => `failed: ${run}: ${reason}`)),
  ...results.flatMap(({ missing }) =>
    missing.map(({ run, state }) => `missing: ${run}: ${cellStateInWords(state)}`),
  ),
]

const cellOf = (plan: StudyPlan, index: number): Effect.Effect<Cell> => {
  const cell = plan.cells[index]
  return cell === undefined
    ? Effect.left({
        tag: 'InvalidSetting',
        field: 'cell',
        at: String(index),
        problem: `the study has ${plan.cells.length} runs`,
        advice: `they are numbered from 0 to ${plan.cells.length - 1}`,
      })
    : Effect.of(cell)
}

/** Does a part of a study. `table` makes of results, one for each kind of target, what is printed. */
export const studyPartEffect = (
  study: Study,
  part: StudyPart,
  options: StudyOptions,
  table: (results: readonly StudyResult[]) => string,
): Effect.Effect<PartResult> => {
  const collected = (plan: StudyPlan): Effect.Effect<PartResult> =>
    pipe(
      collectStudy(plan),
      Effect.map((results) => {
        const notes = openRuns(results)
        return { output: [table(results)], notes, complete: notes.length === 0 }
      }),
    )
  const ofPlan = (plan: StudyPlan): Effect.Effect<PartResult> => {
    switch (part.tag) {
      case 'Plan':
        return planned(plan, options)
      case 'DryRun':
        return rehearsed(plan)
      case 'Collect':
        return collected(plan)
      case 'Cell':
        return pipe(
          cellOf(plan, part.index),
          Effect.flatMap((cell) => done(plan, [cell], options)),
        )
      case 'Shard':
        return done(plan, shareOf(part.share, plan.cells), options)
      case 'Encode':
        return pipe(
          encodeShare(plan, part.share, part.features),
          Effect.map((count) => ({ output: [`images: ${count}`], notes: [], complete: true })),
        )
      case 'Whole':
        return pipe(
          runCells(plan, plan.cells, options),
          Effect.flatMap(() => collected(plan)),
        )
    }
  }
  return pipe(planStudy(study, options), Effect.flatMap(ofPlan))
}
