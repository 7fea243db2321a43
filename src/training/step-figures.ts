/** Where a step lies in a training: figures that are recorded with its losses. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Fault } from '../dsl/index.js'
import { evaluate, input, program } from '../dsl/index.js'
import * as Effect from '../effects/effect.js'
import { now } from '../effects/operations.js'
import { programRejected } from '../engines/failure.js'
import type { Schedule } from '../optimizers/index.js'
import type { Figures, StepTaken } from './fit-plan.js'

/** The names of these figures: they are facts of a step, no losses. */
export const factsOfSteps = ['epoch', 'learningRate', 'time'] as const

/** The rate of a schedule after a number of updates, in double precision. */
export const rateAfter = (schedule: Schedule): ((updates: number) => E.Either<Fault, number>) => {
  const step = input('step', [])
  const scheduled = program({ step }, { rate: schedule(step) })
  return (updates) =>
    pipe(
      scheduled,
      E.chain((rate) =>
        evaluate(rate, { step: { dtype: 'f32', shape: [], data: Float32Array.of(updates) } }),
      ),
      E.map(({ rate }) => rate.data[0] ?? Number.NaN),
    )
}

/**
 * `onStep` of a plan: the epoch of a step, counted from 1; the rate that the schedule has for it, not scaled for any parameter; and
 * the time at which it was done, in seconds since 1970.
 *
 * @example
 * const onStep = stepFigures(constantSchedule(1e-3), 20)
 */
export const stepFigures = (
  schedule: Schedule,
  stepsPerEpoch: number,
): ((taken: Pick<StepTaken, 'step'>) => Effect.Effect<Figures>) => {
  const rate = rateAfter(schedule)
  return ({ step }) =>
    pipe(
      Effect.Do,
      Effect.bindEither('learningRate', () =>
        pipe(rate(step - 1), E.mapLeft(programRejected('learning rate'))),
      ),
      Effect.bind('milliseconds', () => now),
      Effect.map(({ learningRate, milliseconds }) => ({
        epoch: Math.ceil(step / stepsPerEpoch),
        learningRate,
        time: milliseconds / 1000,
      })),
    )
}
