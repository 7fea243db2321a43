/** A training step of AD-CLIP within a limit on memory: whole, or as many images at a time as fit. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Fault } from '../src/dsl/fault.js'
import * as Effect from '../src/effects/effect.js'
import type { Engine } from '../src/engines/engine.js'
import type { Failure } from '../src/effects/failure.js'
import { interpret } from '../src/effects/interpreter.js'
import { memoryWorld } from '../src/effects/runtimes/memory-runtime.js'
import { planMemory } from '../src/training/memory-plan.js'
import { withStep } from '../src/training/ready-step.js'
import { adam, microBatchedStep } from '../src/optimizers/index.js'
import type { StepSetting } from './ad-clip-step.js'
import { adClipInputs, adClipLoss, adClipStep, drawnValues, stepSizes } from './ad-clip-step.js'

const rejected = (fault: Fault): Failure => ({
  tag: 'ProgramRejected',
  where: 'step of the benchmark',
  fault,
})

const stepInParts = (setting: StepSetting) => {
  const { total, terms, representations = [], isTrainable } = adClipLoss(setting)
  return microBatchedStep(
    { loss: total, report: terms, isTrainable },
    { representations, rows: 'B' },
    adam({ learningRate: 0.01, weightDecay: 5e-4 }),
  )
}

/** One step: its sessions made, the step taken, the sessions given back. What it is planned as goes to standard error. */
export const stepWithinMemory = (
  setting: StepSetting,
  limit: number,
  engine: Engine,
): E.Either<Failure, TE.TaskEither<Failure, unknown>> =>
  pipe(
    E.Do,
    E.bind('step', () => E.mapLeft(rejected)(adClipStep(setting))),
    E.bind('parts', () => E.mapLeft(rejected)(stepInParts(setting))),
    E.let('sizes', () => stepSizes(setting)),
    E.let('values', ({ step, sizes }) => drawnValues(step, sizes)),
    E.bind('plan', ({ step, parts, sizes, values }) => {
      const held = Object.values(values).reduce((sum, { data }) => sum + data.byteLength, 0)
      return planMemory({ step, parts, sizes, held }, limit)
    }),
    E.map(({ step, sizes, values, plan: { microBatches, bytes } }) => {
      console.error(`${microBatches?.rows ?? setting.batch} images of each domain at a time, ${bytes} bytes`)
      const inputs = adClipInputs(setting)
      const carried = new Set(step.carried.map(({ parameter }) => parameter))
      const effect = withStep(
        {
          step,
          microBatches,
          sizes,
          frozen: Object.fromEntries(Object.entries(values).filter(([name]) => !carried.has(name))),
          state: step.carried.flatMap((each) => {
            const initial = values[each.parameter]
            return initial === undefined ? [] : [{ ...each, initial }]
          }),
        },
        (ready) =>
          ready.take(
            Object.fromEntries(
              step.program.inputs.flatMap(({ attributes: { name } }) => {
                const value = inputs[name]
                return value === undefined ? [] : [[name, value] as const]
              }),
            ),
            ready.kept,
            1,
          ),
      )
      return interpret(
        pipe(
          effect,
          Effect.map(({ reported }) => reported),
        ),
      )(memoryWorld({ engine }).runtime)
    }),
  )
