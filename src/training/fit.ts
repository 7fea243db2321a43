/** The training loop: batches through a step program, with metrics, checkpoints and resume. */
import * as E from 'fp-ts/lib/Either.js'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import type { Sizes } from '../shapes/dim.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import type { TrainStep } from '../optimizers/train-step.js'
import * as Effect from '../effects/effect.js'
import type { EngineState } from '../engines/engine.js'
import type { NamedValues } from '../values/named-values.js'
import type { Failure } from '../effects/failure.js'
import { makeFolder, remove, reportProgress, yieldControl } from '../effects/operations.js'
import { bindWeights, checkTensor } from './weights.js'
import type { Checkpoint } from './checkpoint.js'
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js'
import type { StateCheck } from './finite-state.js'
import { checkFigures, stateCheck } from './finite-state.js'
import type { Metrics } from './metrics.js'
import { appendMetrics, rewindMetrics, scalarsOf } from './metrics.js'
import type { MicroBatches, ReadyStep } from './ready-step.js'
import { withStep } from './ready-step.js'
import { programRejected } from '../engines/failure.js'

/** Numbers by name. */
export type Figures = Readonly<Record<string, number>>

/** A step that was just taken. */
export interface StepTaken {
  /** Steps done, this one included. */
  readonly step: number
  /** The step's scalars. */
  readonly metrics: Figures
  /** The state after the step: reading it copies it from the engine. */
  readonly state: Effect.Effect<NamedValues>
}

/** What a run ends with. */
export interface Fitted {
  /** Learned parameters and the optimizer's state, by the names of the step's parameters. */
  readonly state: NamedValues
  /** One record for each step, those of the run that was resumed included. */
  readonly metrics: readonly Metrics[]
}

/** Everything that a training run depends on. A batch depends only on the number of its step. */
export interface FitPlan {
  readonly label: string
  /** Where metrics and checkpoints are written; without it, nothing is written. */
  readonly directory?: string | undefined
  readonly step: TrainStep
  /** Micro-batches, if the step is taken in parts. */
  readonly microBatches?: MicroBatches | undefined
  readonly sizes: Sizes
  /** Frozen weights and first values of the learnable ones. */
  readonly weights: NamedValues
  /** The source of the weights, for messages. */
  readonly weightsFrom: string
  readonly steps: number
  /** Inputs of a step; the first is number 0. */
  readonly batch: (step: number) => Effect.Effect<NamedValues>
  /** Steps between two checkpoints. */
  readonly saveEvery: number
  /**
   * Runs on the first state, and on every state before it is saved. A run that was killed and resumed calls it again for
   * some states, so it must be idempotent.
   */
  readonly onSave?: (checkpoint: Checkpoint) => Effect.Effect<void>
  /** Runs after each step; the figures that it gives are recorded with the step's metrics. */
  readonly onStep?: (taken: StepTaken) => Effect.Effect<Figures>
  /** Continue from the checkpoint in the directory, if there is one. If false, such a checkpoint is removed. */
  readonly resume: boolean
}

export const checkpointPath = (directory: string): string => join(directory, 'checkpoint.safetensors')
export const metricsPath = (directory: string): string => join(directory, 'metrics.jsonl')

/** The first state: learnable weights as given, the optimizer's as it starts. */
const initialState = ({ step, weights, weightsFrom, sizes }: FitPlan): E.Either<Failure, NamedValues> => {
  const learnable = step.carried.map(({ parameter }) => parameter)
  return pipe(
    bindWeights(step.initialState, weights, weightsFrom, { sizes }),
    E.chainW((begun) =>
      pipe(evaluate(step.initialState, begun, sizes), E.mapLeft(programRejected('initial state'))),
    ),
    E.chain((optimizer) =>
      pipe(
        step.program.parameters.filter(
          ({ attributes: { name } }) => learnable.includes(name) && !Object.hasOwn(optimizer, name),
        ),
        E.traverseArray(({ attributes }) =>
          pipe(
            checkTensor(weights, weightsFrom, attributes, sizes),
            E.map((value) => [attributes.name, value] as const),
          ),
        ),
        E.map((learned): NamedValues => ({ ...Object.fromEntries(learned), ...optimizer })),
      ),
    ),
  )
}

const stateOf = (
  { step, sizes }: FitPlan,
  values: NamedValues,
  where: string,
): E.Either<Failure, readonly EngineState[]> =>
  pipe(
    step.carried,
    E.traverseArray(({ parameter, output }) => {
      const leaf = step.program.parameters.find(({ attributes }) => attributes.name === parameter)
      return pipe(
        checkTensor(values, where, leaf?.attributes ?? { name: parameter, shape: [], dtype: 'f32' }, sizes),
        E.map((initial) => ({ parameter, output, initial })),
      )
    }),
  )

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

/** A step on the engine, and the check of the states that it leads to. */
interface CheckedStep extends ReadyStep {
  readonly check: StateCheck
}

/** The state after the steps so far. Fails with `Diverged` where it cannot be continued from. */
const usableState = ({ state, check }: CheckedStep, { done, kept }: Position): Effect.Effect<NamedValues> =>
  pipe(
    state(kept),
    Effect.flatMapEither((now) => check(now, done)),
  )

/** A state that cannot be continued from is not saved: the checkpoint before it stays. */
const save = (plan: FitPlan, ready: CheckedStep, directory: string, now: Position): Effect.Effect<void> =>
  pipe(
    usableState(ready, now),
    Effect.map((state) => ({ step: now.done, state })),
    Effect.tap(onSave(plan)),
    Effect.flatMap((checkpoint) => saveCheckpoint(checkpointPath(directory), checkpoint)),
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
      Effect.when(now.done % saveEvery === 0 || now.done === steps)(save(plan, ready, directory, now)),
    ),
  )
}

const takeStep = (
  plan: FitPlan,
  ready: CheckedStep,
  { done, kept, history }: Position,
): Effect.Effect<Position> => {
  const { onStep = () => Effect.of<Figures>({}) } = plan
  const step = done + 1
  return pipe(
    Effect.Do,
    Effect.bind('alive', () => yieldControl),
    Effect.bind('inputs', () => plan.batch(done)),
    Effect.bind('taken', ({ inputs }) => ready.take(inputs, kept)),
    Effect.bindEither('own', ({ taken }) => checkFigures(scalarsOf(taken.reported), step)),
    Effect.bind('figures', ({ taken, own }) =>
      onStep({ step, metrics: own, state: ready.state(taken.kept) }),
    ),
    Effect.tapEither(({ figures }) => checkFigures(figures, step)),
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

/** Fails if there is nothing to train, or the number of steps is impossible. */
const checkPlan = ({ label, steps, step }: FitPlan): E.Either<Failure, void> => {
  if (!Number.isSafeInteger(steps) || steps < 0) {
    return E.left({
      tag: 'InvalidSetting',
      field: 'steps',
      problem: `there cannot be ${steps} steps`,
      advice: 'give a whole number, 0 or more',
    })
  }
  const trains = step.carried.some(({ parameter }) => !Object.hasOwn(step.initialState.outputs, parameter))
  return trains || steps === 0
    ? E.right(undefined)
    : E.left({
        tag: 'ProgramRejected',
        where: label,
        fault: {
          tag: 'ProgramFault',
          message: 'the step trains no parameter',
          advice: 'the loss must depend on parameters of type f32, and `isTrainable` must name some of them',
        },
      })
}

/** The state from which a run starts. */
interface Start extends Checkpoint {
  /** The source of the state, for messages. */
  readonly where: string
  /** Whether it continues a run. */
  readonly continues: boolean
}

const savedIn = (directory: string | undefined, resume: boolean): Effect.Effect<Checkpoint | undefined> => {
  if (directory === undefined) return Effect.of(undefined)
  const path = checkpointPath(directory)
  return pipe(
    makeFolder(directory),
    Effect.apSecond(resume ? loadCheckpoint(path) : pipe(remove(path), Effect.as(undefined))),
  )
}

const startOf = (plan: FitPlan): Effect.Effect<Start> =>
  pipe(
    savedIn(plan.directory, plan.resume),
    Effect.flatMap((saved): Effect.Effect<Start> =>
      saved === undefined || plan.directory === undefined
        ? pipe(
            Effect.fromEither(initialState(plan)),
            Effect.map((state) => ({ step: 0, state, where: plan.weightsFrom, continues: false })),
          )
        : Effect.of({ ...saved, where: checkpointPath(plan.directory), continues: true }),
    ),
  )

/**
 * Trains to the last step; gives the whole state, the optimizer's included, and the metrics of all steps. On a machine and
 * engine that compute the same twice, a run that was killed and resumed ends in the same weights, bit for bit.
 *
 * A batch may hold more than the step reads, and may have another size than the first; the step is compiled once for each
 * size.
 *
 * Fails with `ProgramRejected` if the step trains no parameter, with `InvalidSetting` if `steps` is not a whole number,
 * with `NotFinite` if a first weight is NaN, with `Diverged` if a scalar of a step, a figure of a monitor, or an element of
 * the state is not finite, with `Interrupted` if the user stops it; `resume` then continues from the last checkpoint, which
 * is always finite.
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
    Effect.flatMap(({ start, state, frozen, earlier }) =>
      withStep({ ...plan, frozen, state }, (taken) => {
        const ready: CheckedStep = { ...taken, check: stateCheck(start.state) }
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
    ),
  )

/** `fitRecorded`, of whose results the state is kept. */
export const fit = (plan: FitPlan): Effect.Effect<NamedValues> =>
  pipe(
    fitRecorded(plan),
    Effect.map(({ state }) => state),
  )
