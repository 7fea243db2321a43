/** The training loop: batches through a step program, with metrics, checkpoints and resume. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { NamedValues } from '../values/named-values.js'
import { reportProgress, yieldControl } from '../effects/operations.js'
import type { Checkpoint } from './checkpoint.js'
import { saveCheckpoint } from './checkpoint.js'
import { explainedDivergence } from './divergence.js'
import type { StateCheck } from './finite-state.js'
import { checkFigures, checkScores, infiniteAmong, stateCheck } from './finite-state.js'
import type { Figures, FitPlan } from './fit-plan.js'
import { checkpointPath, metricsPath } from './fit-plan.js'
import type { Metrics } from './metrics.js'
import { appendMetrics, rewindMetrics, scalarsOf } from './metrics.js'
import type { ReadyStep, StepWatch } from './ready-step.js'
import { withStep } from './ready-step.js'
import { checkPlan, startOf, stateOf } from './start.js'
import type { Log } from './trackers/tracker.js'
import { bindWeights } from './weights.js'

/** What a run ends with. */
export interface Fitted {
  /** Learned parameters and the optimizer's state, by the names of the step's parameters. */
  readonly state: NamedValues
  /** One record for each step, those of the run that was resumed included. */
  readonly metrics: readonly Metrics[]
}

/** Looks at every operation of each step, if the plan asks for it. */
const watchOf = ({ detectAnomalies = false }: FitPlan, first: NamedValues): StepWatch | undefined =>
  detectAnomalies ? { trigger: 'everyNode', mayBeInfinite: infiniteAmong(first) } : undefined

const onSave = ({ onSave: see = () => Effect.unit }: FitPlan) => see

/** Metrics of all steps so far, the last one first: a linked list, so that a run of many steps takes linear time. */
type History = { readonly last: Metrics; readonly before: History } | undefined

const recorded = (before: History, metrics: readonly Metrics[]): History =>
  metrics.reduce<History>((history, last) => ({ last, before: history }), before)

const inOrder = (history: History): readonly Metrics[] => {
  const reversed: Metrics[] = []
  for (let rest = history; rest !== undefined; rest = rest.before) reversed.push(rest.last)
  return reversed.toReversed()
}

/** Steps done, the state that the engine does not hold, and the metrics so far. */
interface Position {
  readonly done: number
  readonly kept: NamedValues
  readonly history: History
}

/** A step on the engine, the check of the states that it leads to, and what its metrics are written down by. */
interface CheckedStep extends ReadyStep {
  readonly check: StateCheck
  readonly logs: readonly Log[]
}

/** The state after the steps so far. Fails with `Diverged` where it cannot be continued from. */
const usableState = ({ state, check }: CheckedStep, { done, kept }: Position): Effect.Effect<NamedValues> =>
  pipe(
    state(kept),
    Effect.flatMapEither((now) => check(now, done)),
  )

/** A state that cannot be continued from is not saved: the checkpoint before it stays. */
const saveState = (
  ready: CheckedStep,
  directory: string,
  now: Position,
  before: (checkpoint: Checkpoint) => Effect.Effect<void> = () => Effect.unit,
): Effect.Effect<void> =>
  pipe(
    usableState(ready, now),
    Effect.map((state) => ({ step: now.done, state })),
    Effect.tap(before),
    Effect.flatMap((checkpoint) => saveCheckpoint(checkpointPath(directory), checkpoint)),
  )

/**
 * Saves the state where the user stops the run between two checkpoints, so that no finished step is lost. `onSave` is
 * left out: it is for the states that every run saves, and a run that was stopped ends as one that was not.
 */
const savedIfStopped =
  (plan: FitPlan, ready: CheckedStep, now: Position) =>
  <A>(work: Effect.Effect<A>): Effect.Effect<A> => {
    const { directory, saveEvery } = plan
    return directory === undefined || now.done % saveEvery === 0
      ? work
      : pipe(
          work,
          Effect.orElse((failure) =>
            pipe(
              Effect.when(failure.tag === 'Interrupted')(saveState(ready, directory, now)),
              Effect.apSecond(Effect.left(failure)),
            ),
          ),
        )
  }

/** Begins to follow a run from the steps that it goes on from. */
const logsOf = (
  { directory, trackers = [] }: FitPlan,
  earlier: readonly Metrics[],
): Effect.Effect<readonly Log[]> =>
  directory === undefined
    ? Effect.of([])
    : pipe(
        trackers,
        Effect.traverseArray((tracker) => tracker(directory, earlier)),
      )

/** The losses of a step, for a progress bar. */
const lossesOf = (metrics: Figures): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(metrics).flatMap(([name, value]) =>
      name === 'loss' || name.endsWith('/loss') ? [[name, value.toFixed(4)]] : [],
    ),
  )

/** Writes down what a step left: its metrics, and the state if it is time. */
const record = (plan: FitPlan, ready: CheckedStep, metrics: Metrics, now: Position): Effect.Effect<void> => {
  const { directory, saveEvery, steps } = plan
  if (directory === undefined) return Effect.unit
  return pipe(
    appendMetrics(metricsPath(directory), metrics),
    Effect.apSecond(
      pipe(
        ready.logs,
        Effect.traverseArray((log) => log(metrics)),
      ),
    ),
    Effect.apSecond(
      Effect.when(now.done % saveEvery === 0 || now.done === steps)(
        saveState(ready, directory, now, onSave(plan)),
      ),
    ),
  )
}

const takeStep = (plan: FitPlan, ready: CheckedStep, before: Position): Effect.Effect<Position> => {
  const { done, kept, history } = before
  const { onStep = () => Effect.of<Figures>({}) } = plan
  const step = done + 1
  return pipe(
    Effect.Do,
    Effect.bind('inputs', () =>
      pipe(yieldControl, Effect.apSecond(plan.batch(done)), savedIfStopped(plan, ready, before)),
    ),
    Effect.bind('taken', ({ inputs }) => ready.take(inputs, kept, step)),
    Effect.bindEither('own', ({ taken }) => checkFigures(scalarsOf(taken.reported), step)),
    Effect.bind('figures', ({ taken, own }) =>
      onStep({ step, metrics: own, state: ready.state(taken.kept) }),
    ),
    Effect.tapEither(({ figures }) => checkScores(figures, step)),
    Effect.let('metrics', ({ own, figures }): Metrics => ({ ...own, ...figures, step })),
    Effect.let('now', ({ taken, metrics }): Position => ({
      done: step,
      kept: taken.kept,
      history: recorded(history, [metrics]),
    })),
    Effect.tap(({ metrics, now }) => record(plan, ready, metrics, now)),
    Effect.tap(({ own }) =>
      reportProgress({ label: plan.label, done: step, total: plan.steps, fields: lossesOf(own) }),
    ),
    Effect.map(({ now }) => now),
  )
}

/**
 * Trains to the last step; gives the whole state, the optimizer's included, and the metrics of all steps. On a machine and
 * engine that compute the same twice, a run that was killed and resumed ends in the same weights, bit for bit.
 *
 * A batch may hold more than the step reads, and may have another size than the first; the step is compiled once for each
 * size.
 *
 * Fails with `ProgramRejected` if the step trains no parameter, with `InvalidSetting` if `steps` is not a whole number,
 * with `NotFinite` if a first weight is NaN or a figure of a monitor is not finite, with `Diverged` if a scalar of a step or
 * an element of the state is not finite. `Diverged` names the operation that made the first number that is not finite: the
 * steps since the last checkpoint are taken again to find it.
 *
 * Fails with `Interrupted` if the user stops it; the step that is being taken is finished and saved before. `resume`
 * continues from the last checkpoint, which is always finite.
 */
export const fitRecorded = (plan: FitPlan): Effect.Effect<Fitted> =>
  pipe(
    Effect.Do,
    Effect.tapEither(() => checkPlan(plan)),
    Effect.bind('start', () => startOf(plan)),
    Effect.bindEither('state', ({ start }) => stateOf(plan, start.state, start.where)),
    Effect.tap(({ start: { step, state, continues } }) =>
      Effect.when(!continues)(onSave(plan)({ step, state })),
    ),
    Effect.bindEither('frozen', () =>
      bindWeights(plan.step.program, plan.weights, plan.weightsFrom, {
        sizes: plan.sizes,
        except: plan.step.carried.map(({ parameter }) => parameter),
      }),
    ),
    Effect.bind('earlier', ({ start }) =>
      plan.directory === undefined
        ? Effect.of<readonly Metrics[]>([])
        : rewindMetrics(metricsPath(plan.directory), start.step),
    ),
    Effect.bind('logs', ({ earlier }) => logsOf(plan, earlier)),
    Effect.flatMap(({ start, state, frozen, earlier, logs }) =>
      pipe(
        withStep({ ...plan, frozen, state, watch: watchOf(plan, start.state) }, (taken) => {
          const ready: CheckedStep = { ...taken, check: stateCheck(start.state), logs }
          return pipe(
            Effect.iterate<Position>(
              { done: start.step, kept: ready.kept, history: recorded(undefined, earlier) },
              {
                while: ({ done }) => done < plan.steps,
                body: (position) => takeStep(plan, ready, position),
              },
            ),
            Effect.flatMap((last) =>
              pipe(
                usableState(ready, last),
                Effect.map((usable): Fitted => ({ state: usable, metrics: inOrder(last.history) })),
              ),
            ),
          )
        }),
        Effect.orElse(explainedDivergence(plan, frozen)),
      ),
    ),
  )

/** `fitRecorded`, of whose results the state is kept. */
export const fit = (plan: FitPlan): Effect.Effect<NamedValues> =>
  pipe(
    fitRecorded(plan),
    Effect.map(({ state }) => state),
  )
