/** How a training run starts: from first values, or from the checkpoint of an earlier run. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import * as Effect from '../effects/effect.js'
import type { Failure } from '../effects/failure.js'
import { makeFolder, pathStatus, remove } from '../effects/operations.js'
import { taken } from '../effects/outputs.js'
import type { EngineState } from '../engines/engine.js'
import { programRejected } from '../engines/failure.js'
import type { NamedValues } from '../values/named-values.js'
import type { Checkpoint } from './checkpoint.js'
import { loadCheckpoint } from './checkpoint.js'
import type { FitPlan } from './fit-plan.js'
import { checkpointPath, metricsPath } from './fit-plan.js'
import type { RunStart } from './run-start.js'
import { trackedPaths } from './trackers/tracked-paths.js'
import { bindWeights, checkTensor } from './weights.js'

/** Fails if there is nothing to train, or the number of steps is impossible. */
export const checkPlan = ({ label, steps, step, saveEvery }: FitPlan): E.Either<Failure, void> => {
  if (!Number.isSafeInteger(steps) || steps < 0) {
    return E.left({
      tag: 'InvalidSetting',
      field: 'steps',
      problem: `there cannot be ${steps} steps`,
      advice: 'give a whole number, 0 or more',
    })
  }
  if (!(Number.isSafeInteger(saveEvery) && saveEvery >= 1) && saveEvery !== steps) {
    return E.left({
      tag: 'InvalidSetting',
      field: 'steps',
      problem: `a checkpoint cannot be saved every ${saveEvery} steps`,
      advice: 'give a whole number, 1 or more',
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

/** The first state: learnable weights as given, the optimizer's as it starts. */
export const initialState = ({
  step,
  weights,
  weightsFrom,
  sizes,
}: FitPlan): E.Either<Failure, NamedValues> => {
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

/** The state as the engine takes it. Fails where a tensor is missing, has another shape, or holds a NaN. */
export const stateOf = (
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

/** The state from which a run starts. */
export interface Start extends Checkpoint {
  /** The source of the state, for messages. */
  readonly where: string
  /** Whether it continues a run. */
  readonly continues: boolean
}

/** The checkpoint that a run continues from; `undefined` where it begins. Fails as `checkStart` does where it cannot start so. */
const savedIn = (directory: string, start: RunStart): Effect.Effect<Checkpoint | undefined> => {
  const files = [checkpointPath(directory), metricsPath(directory)]
  const remains = pipe(
    files,
    Effect.traverseArray(pathStatus),
    Effect.map((all) => all.some(({ kind }) => kind !== 'missing')),
  )
  const checked = pipe(
    remains,
    Effect.flatMap((there) => {
      if (there && start === 'new')
        return taken(directory, 'it holds a training run', { ways: ['resume', 'overwrite'] })
      return there || start !== 'resume'
        ? Effect.unit
        : Effect.left({
            tag: 'RunMissing',
            directory,
            wanted: 'training run',
            found: 'it holds no checkpoint and no metrics',
            wantedTo: 'resume',
          })
    }),
  )
  const removed = pipe(
    [...files, ...trackedPaths(directory)],
    Effect.traverseArray(remove),
    Effect.as(undefined),
  )
  return pipe(
    checked,
    Effect.apSecond(makeFolder(directory)),
    Effect.apSecond(start === 'overwrite' ? removed : loadCheckpoint(checkpointPath(directory))),
  )
}

/** The state from which a run starts, and where it comes from. */
export const startOf = (plan: FitPlan): Effect.Effect<Start> =>
  pipe(
    plan.directory === undefined ? Effect.of(undefined) : savedIn(plan.directory, plan.start),
    Effect.flatMap((saved): Effect.Effect<Start> =>
      saved === undefined || plan.directory === undefined
        ? pipe(
            Effect.fromEither(initialState(plan)),
            Effect.map((state) => ({ step: 0, state, where: plan.weightsFrom, continues: false })),
          )
        : Effect.of({ ...saved, where: checkpointPath(plan.directory), continues: true }),
    ),
  )
