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

/** All that a training run depends on. What a batch holds depends on the number of its step alone. */
export interface FitPlan {
  readonly label: string
  readonly directory: string
  readonly step: TrainStep
  /** How the step is taken in parts, if it is. */
  readonly microBatches?: MicroBatches | undefined
  readonly sizes: Sizes
  /** Frozen weights and first values of the learnable ones. */
  readonly weights: NamedValues
  /** Where the weights are from, for messages. */
  readonly weightsFrom: string
  readonly steps: number
  /** Inputs of a step; the first is number 0. */
  readonly batch: (step: number) => Effect.Effect<NamedValues>
  /** Steps between two checkpoints. */
  readonly saveEvery: number
  /**
   * Sees the first state, and every state before it is saved. A run that was killed shows it some states twice, so what
   * it does must not depend on how often it has seen one.
   */
  readonly onSave?: (checkpoint: Checkpoint) => Effect.Effect<void>
  /** Go on from the checkpoint in the directory, if there is one; otherwise such a checkpoint is removed. */
  readonly resume: boolean
}

export const checkpointPath = (directory: string): string => join(directory, 'checkpoint.safetensors')
export const metricsPath = (directory: string): string => join(directory, 'metrics.jsonl')

/** The first state: learnable weights as given, the optimizer's as it starts. */
const initialState = ({ step, weights, weightsFrom, sizes }: FitPlan): E.Either<Failure, NamedValues> => {
  const learnable = step.carried.map(({ parameter }) => parameter)
  return pipe(
    evaluate(step.initialState, {}, sizes),
    E.mapLeft((fault): Failure => ({ tag: 'ProgramRejected', where: 'initial state', fault })),
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

/** A loss that is not a number stops the run; what was saved before stays. */
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

/** Steps done, and what the last one left. */
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
    Effect.bind('metrics', ({ taken }) =>
      Effect.fromEither(checkFinite(scalarsOf(taken.reported), done + 1)),
    ),
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

/** Fails where there is nothing to train, or no such number of steps. */
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
 * Fails where steps are to be taken by a step that trains no parameter, or not a whole number of them; with `Diverged` if a loss is not finite, with `Interrupted` if the user stops it: `resume` goes on from the
 * last checkpoint.
 */
export const fit = (plan: FitPlan): Effect.Effect<NamedValues> =>
  pipe(
    Effect.Do,
    Effect.tap(() => Effect.fromEither(checkPlan(plan))),
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
    Effect.bind('state', ({ start }) => Effect.fromEither(stateOf(plan, start.state, start.where))),
    Effect.tap(({ saved, start }) => Effect.when(saved === undefined)(onSave(plan)(start))),
    Effect.bind('frozen', () =>
      Effect.fromEither(
        bindWeights(plan.step.program, plan.weights, plan.weightsFrom, {
          sizes: plan.sizes,
          except: plan.step.carried.map(({ parameter }) => parameter),
        }),
      ),
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
