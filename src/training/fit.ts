/** The training loop: batches through a step program, with metrics, checkpoints and resume. */
import * as E from 'fp-ts/lib/Either.js'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import type { Sizes } from '../dsl/dim.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import type { TrainStep } from '../optimizers/train-step.js'
import * as Effect from '../effects/effect.js'
import type { EngineState } from '../engines/engine.js'
import type { NamedValues } from '../dsl/values/named-values.js'
import type { Failure } from '../effects/failure.js'
import { makeFolder, remove, reportProgress, yieldControl } from '../effects/operations.js'
import { bindWeights, checkTensor } from './weights.js'
import type { Checkpoint } from './checkpoint.js'
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js'
import { appendMetrics, rewindMetrics, scalarsOf } from './metrics.js'
import type { MicroBatches, ReadyStep } from './ready-step.js'
import { withStep } from './ready-step.js'
import { programRejected } from '../engines/failure.js'

/** Everything that a training run depends on. A batch depends only on the number of its step. */
export interface FitPlan {
  readonly label: string
  readonly directory: string
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

/** A metric that is not finite stops the run; earlier checkpoints stay. */
const checkFinite = (
  metrics: Readonly<Record<string, number>>,
  step: number,
): E.Either<Failure, Readonly<Record<string, number>>> => {
  const bad = Object.entries(metrics).find(([, value]) => !Number.isFinite(value))
  return bad === undefined
    ? E.right(metrics)
    : E.left({ tag: 'Diverged', quantity: bad[0], step, value: bad[1] })
}

const onSave = ({ onSave: see = () => Effect.unit }: FitPlan) => see

/** Steps done, and the state that the engine does not hold. */
interface Position {
  readonly done: number
  readonly kept: NamedValues
}

const save = (plan: FitPlan, ready: ReadyStep, { done: step, kept }: Position): Effect.Effect<void> =>
  pipe(
    ready.state(kept),
    Effect.map((state) => ({ step, state })),
    Effect.tap(onSave(plan)),
    Effect.flatMap((checkpoint) => saveCheckpoint(checkpointPath(plan.directory), checkpoint)),
  )

const takeStep = (plan: FitPlan, ready: ReadyStep, { done, kept }: Position): Effect.Effect<Position> =>
  pipe(
    Effect.Do,
    Effect.bind('alive', () => yieldControl),
    Effect.bind('inputs', () => plan.batch(done)),
    Effect.bind('taken', ({ inputs }) => ready.take(inputs, kept)),
    Effect.bindEither('metrics', ({ taken }) => checkFinite(scalarsOf(taken.reported), done + 1)),
    Effect.let('now', ({ taken }): Position => ({ done: done + 1, kept: taken.kept })),
    Effect.tap(({ metrics }) => appendMetrics(metricsPath(plan.directory), { ...metrics, step: done + 1 })),
    Effect.tap(({ now }) =>
      Effect.when(now.done % plan.saveEvery === 0 || now.done === plan.steps)(save(plan, ready, now)),
    ),
    Effect.tap(({ metrics }) =>
      reportProgress({
        label: plan.label,
        done: done + 1,
        total: plan.steps,
        fields: { loss: (metrics['loss'] ?? Number.NaN).toFixed(4) },
      }),
    ),
    Effect.map(({ now }) => now),
  )

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

/**
 * Trains to the last step and returns the whole state, optimizer's included. On a machine and engine that compute
 * the same twice, a run that was killed and resumed ends in the same weights, bit for bit.
 *
 * Fails with `ProgramRejected` if the step trains no parameter, with `InvalidSetting` if `steps` is not a whole number,
 * with `Diverged` if a loss is not finite, with `Interrupted` if the user stops it; `resume` then continues from the last
 * checkpoint.
 */
export const fit = (plan: FitPlan): Effect.Effect<NamedValues> =>
  pipe(
    Effect.Do,
    Effect.tapEither(() => checkPlan(plan)),
    Effect.bind('folder', () => makeFolder(plan.directory)),
    Effect.bind('saved', () =>
      plan.resume
        ? loadCheckpoint(checkpointPath(plan.directory))
        : pipe(remove(checkpointPath(plan.directory)), Effect.as(undefined)),
    ),
    Effect.bind('start', ({ saved }) =>
      saved === undefined
        ? pipe(
            Effect.fromEither(initialState(plan)),
            Effect.map((state) => ({ step: 0, state, where: plan.weightsFrom })),
          )
        : Effect.of({ ...saved, where: checkpointPath(plan.directory) }),
    ),
    Effect.bindEither('state', ({ start }) => stateOf(plan, start.state, start.where)),
    Effect.tap(({ saved, start }) => Effect.when(saved === undefined)(onSave(plan)(start))),
    Effect.bindEither('frozen', () =>
      bindWeights(plan.step.program, plan.weights, plan.weightsFrom, {
        sizes: plan.sizes,
        except: plan.step.carried.map(({ parameter }) => parameter),
      }),
    ),
    Effect.tap(({ start }) => rewindMetrics(metricsPath(plan.directory), start.step)),
    Effect.flatMap(({ start, state, frozen }) =>
      withStep({ ...plan, frozen, state }, (ready) =>
        pipe(
          Effect.iterate<Position>(
            { done: start.step, kept: ready.kept },
            {
              while: ({ done }) => done < plan.steps,
              body: (position) => takeStep(plan, ready, position),
            },
          ),
          Effect.flatMap(({ kept }) => ready.state(kept)),
        ),
      ),
    ),
  )
