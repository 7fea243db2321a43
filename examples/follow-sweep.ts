/** Follows a sweep while it runs: reads the metrics of all runs below a folder again and again, and prints what is best so far. */
import { pipe } from 'fp-ts/lib/function.js'
import { Effect, pause, printLine } from 'tensile/effects'
import { findRuns, methodInWords, stateInWords } from 'tensile/experiments'
import type { RunRecord } from 'tensile/experiments'
import { metricsPath, readMetrics } from 'tensile/training'

/** A run with its accuracy on the target once it is evaluated, and on the labelled images of its last 20 steps. */
interface Standing {
  readonly run: RunRecord
  readonly onTarget: number | undefined
  readonly onSource: number | undefined
}

const standingOf = (run: RunRecord): Effect.Effect<Standing> =>
  pipe(
    readMetrics(metricsPath(run.directory)),
    Effect.map((metrics) => {
      const last = metrics.slice(-20).flatMap(({ accuracy }) => accuracy ?? [])
      return {
        run,
        onTarget: run.tag === 'Adaptation' ? run.evaluation?.adapted.overall : undefined,
        onSource: last.length === 0 ? undefined : last.reduce((sum, value) => sum + value, 0) / last.length,
      }
    }),
  )

const best = (what: string, by: (of: Standing) => number | undefined, all: readonly Standing[]): string => {
  const [first] = all.filter((of) => by(of) !== undefined).toSorted((a, b) => (by(b) ?? 0) - (by(a) ?? 0))
  if (first === undefined) return `${what}: none yet`
  const { run } = first
  const method = run.tag === 'Adaptation' ? methodInWords(run) : 'pretraining'
  return `${what}: ${(100 * (by(first) ?? 0)).toFixed(1)} %, ${method}, ${run.directory} (${stateInWords(run.state)})`
}

const isOver = ({ run: { state } }: Standing): boolean => state.tag === 'Finished' || state.tag === 'Failed'

/** Looks once: prints the best runs, and gives how many are over. */
const look = (folder: string): Effect.Effect<number> =>
  pipe(
    findRuns([folder]),
    Effect.flatMap(({ runs }) => Effect.traverseArray(standingOf)(runs)),
    Effect.tap((all) =>
      pipe(
        [
          `${all.filter(isOver).length} of ${all.length} runs are over`,
          best('best on its target', ({ onTarget }) => onTarget, all),
          best('best on labelled images', ({ onSource }) => onSource, all),
        ],
        Effect.traverseArray((line) => printLine(line)),
      ),
    ),
    Effect.map((all) => all.filter(isOver).length),
  )

/**
 * Looks every so many milliseconds until so many runs are over. Run it next to a study:
 * `interpret(followSweep('runs/table', { runs: 18, every: 30_000 }))(nodeRuntime(referenceEngine, printingTerminal))()`.
 */
export const followSweep = (
  folder: string,
  { runs, every }: { readonly runs: number; readonly every: number },
): Effect.Effect<void> =>
  pipe(
    look(folder),
    Effect.flatMap((over) =>
      Effect.iterate(over, {
        while: (count) => count < runs,
        body: () => pipe(pause(every), Effect.apSecond(look(folder))),
      }),
    ),
    Effect.as(undefined),
  )
