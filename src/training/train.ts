/** Training in one call: an objective, an optimizer and batches to weights, metrics and evaluations. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../values/record.js'
import type { Sizes } from '../shapes/dim.js'
import type { Fault } from '../dsl/fault.js'
import type { NamedValues } from '../values/named-values.js'
import { weightsReadBy } from '../dsl/read-by.js'
import * as Effect from '../effects/effect.js'
import type { Failure } from '../effects/failure.js'
import { programRejected } from '../engines/failure.js'
import type { Objective } from '../optimizers/objective.js'
import type { TrainStep } from '../optimizers/train-step.js'
import { trainStep } from '../optimizers/train-step.js'
import type { Transformation } from '../optimizers/transformation.js'
import type { Figures } from './fit-plan.js'
import type { Fitted } from './fit.js'
import { fitRecorded } from './fit.js'
import type { GivenWeights } from './given.js'
import { isOutcome, weightsGiven } from './given.js'
import type { EngineChoice } from './perform-here.js'
import { performHere } from './perform-here.js'
import type { Metrics } from './metrics.js'
import type { Monitor, Scheduled } from './monitor.js'
import { withMonitors } from './monitor.js'
import type { RunStart } from './run-start.js'
import { sizesOfBatch } from './sizes-of-batch.js'
import type { Tracker } from './trackers/tracker.js'

/** The step that is taken: of an objective and an optimizer, or any step. */
type StepSource =
  | { readonly objective: Objective; readonly optimizer: Transformation }
  | { readonly step: E.Either<Fault, TrainStep> }

/** Everything that a run depends on. */
export type TrainingPlan = StepSource & {
  /** First values of trained parameters, and values of the frozen ones; more weights than the step has are left out. */
  readonly weights: GivenWeights
  /**
   * The inputs of a step, as values, or as an outcome or an effect that gives them; steps count from 0. Entries that the
   * step does not read are left out.
   */
  readonly batches: (
    step: number,
  ) => NamedValues | E.Either<Failure, NamedValues> | Effect.Effect<NamedValues>
  /** The number of steps. */
  readonly steps: number
  /** Monitors by the number of steps from one look to the next. All of them look after the last step, too. */
  readonly every?: Readonly<Record<number, Monitor | readonly Monitor[]>>
  /** Where metrics and checkpoints are written; nothing is written without it. */
  readonly directory?: string
  /** They write down the metrics of each step for other programs; nothing without a directory. */
  readonly trackers?: readonly Tracker[]
  /** Steps between two checkpoints; by default there is one, at the end. */
  readonly saveEvery?: number
  /** What is done with a run that is in the directory; `new` if not given: it is not overwritten. */
  readonly start?: RunStart
  /** What progress is reported under. */
  readonly label?: string
  /** Sizes of symbols that no input has. */
  readonly sizes?: Sizes
  /** Look at every operation of every step, and stop at the first that makes a NaN; slower. */
  readonly detectAnomalies?: boolean
}

/** What a run ends with. */
export interface Trained {
  /** All weights of the step: trained ones, and frozen ones as they were given. */
  readonly weights: NamedValues
  /** One record for each step: its number from 1, its scalars, and the figures of monitors. */
  readonly metrics: readonly Metrics[]
  /** What monitors gave after the last step: `test/accuracy`. */
  readonly evaluations: Figures
}

const stepOf = (plan: TrainingPlan): E.Either<Fault, TrainStep> =>
  'step' in plan ? plan.step : trainStep(plan.objective, plan.optimizer)

const isEffect = (given: NamedValues | Effect.Effect<NamedValues>): given is Effect.Effect<NamedValues> =>
  typeof given['tag'] === 'string'

const batchAt =
  ({ batches }: TrainingPlan) =>
  (step: number): Effect.Effect<NamedValues> => {
    const batch = batches(step)
    if (isOutcome(batch)) return Effect.fromEither(batch)
    return isEffect(batch) ? batch : Effect.of(batch)
  }

/** Monitors with their intervals, the longest first, so that those that look often see the figures of the others. */
const scheduled = ({ every = {} }: TrainingPlan): E.Either<Failure, readonly Scheduled[]> => {
  const intervals = Object.keys(every).map(Number)
  const wrong = intervals.find((interval) => !Number.isSafeInteger(interval) || interval < 1)
  return wrong === undefined
    ? E.right(
        intervals
          .toSorted((a, b) => b - a)
          .flatMap((interval) => [every[interval] ?? []].flat().map((monitor) => ({ interval, monitor }))),
      )
    : E.left({
        tag: 'InvalidSetting',
        field: 'steps',
        problem: `monitors cannot look every ${wrong} steps`,
        advice: 'give a whole number, 1 or more',
      })
}

/** Names of the optimizer's own state. */
const ownState = (step: TrainStep): ReadonlySet<string> => new Set(Object.keys(step.initialState.outputs))

const trained = (step: TrainStep, weights: NamedValues, { state, metrics }: Fitted): Trained => {
  const own = ownState(step)
  const last = metrics.at(-1) ?? { step: 0 }
  return {
    weights: {
      ...weightsReadBy(step.program, weights),
      ...R.filterWithIndex((name: string) => !own.has(name))(state),
    },
    metrics,
    evaluations: R.filterWithIndex(
      (name: string) => name !== 'step' && !Object.hasOwn(step.program.outputs, name),
    )(last),
  }
}

/**
 * Training as an effect, for runtimes of one's own: see `train`.
 *
 * Fails with `ProgramRejected` where the objective, the optimizer or the first weights have a fault, and as `fit` does.
 *
 * @example
 * const loss = meanSquaredError(linear(input('x', ['B', 3]), parameter('w', [1, 3])), input('y', ['B', 1]))
 * const data = dataset({ x: tensor.f32([[1, 2, 3]]), y: tensor.f32([[4]]) })
 * const plan = { objective: { loss }, optimizer: adam({ learningRate: 1e-2 }), batches: data.batches(1), steps: 100 }
 * const fitted = trainingRun({ ...plan, weights: { w: tensor.f32([[0, 0, 0]]) } }) // Effect<Trained>
 */
export const trainingRun = (plan: TrainingPlan): Effect.Effect<Trained> => {
  const {
    steps,
    saveEvery = steps,
    directory,
    trackers,
    start = 'new',
    label = 'training',
    sizes: known,
    detectAnomalies,
  } = plan
  const batch = batchAt(plan)
  return pipe(
    Effect.Do,
    Effect.bindEither('monitors', () => scheduled(plan)),
    Effect.bindEither('step', () => E.mapLeft(programRejected(label))(stepOf(plan))),
    Effect.bindEither('weights', () =>
      E.mapLeft(programRejected('first weights'))(weightsGiven(plan.weights)),
    ),
    Effect.bind('first', () => batch(0)),
    Effect.bindEither('sizes', ({ step, first }) => sizesOfBatch(step.program, first, known)),
    Effect.flatMap(({ monitors, step, weights, sizes }) => {
      const own = ownState(step)
      const changing = step.carried.flatMap(({ parameter }) => (own.has(parameter) ? [] : [parameter]))
      return withMonitors(monitors, { weights, changing }, steps, (look) =>
        pipe(
          fitRecorded({
            label,
            directory,
            trackers,
            step,
            sizes,
            weights,
            weightsFrom: 'first weights',
            steps,
            batch,
            saveEvery,
            start,
            detectAnomalies,
            onStep: ({ step: done, metrics, state }) =>
              look({
                step: done,
                metrics,
                weights: pipe(state, Effect.map(R.filterWithIndex((name: string) => !own.has(name)))),
              }),
          }),
          Effect.map((fitted) => trained(step, weights, fitted)),
        ),
      )
    }),
  )
}

/**
 * Trains on an engine, in Node. Lines of monitors are printed to standard output. `trainingRun` is the same as an effect.
 *
 * The promise is rejected with an `Error` whose message says what failed and what to do; its `cause` is the `Failure`.
 *
 * @example
 * const loss = meanSquaredError(linear(input('x', ['B', 3]), parameter('w', [1, 3])), input('y', ['B', 1]))
 * const data = dataset({ x: tensor.f32([[1, 2, 3], [3, 2, 1]]), y: tensor.f32([[4], [2]]) })
 * const run = await train({
 *   objective: { loss },
 *   optimizer: adam({ learningRate: 1e-2 }),
 *   weights: { w: tensor.f32([[0, 0, 0]]) },
 *   batches: data.shuffled(randomKey.keyFromSeed(0)).batches(1),
 *   steps: 100,
 *   engine: onnxEngine(),
 *   every: { 50: logMetrics },
 * })
 */
export const train = ({ engine, ...plan }: TrainingPlan & EngineChoice): Promise<Trained> =>
  performHere(trainingRun(plan), { engine })
