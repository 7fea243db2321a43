/** What is said of a run whose numbers stopped being finite: which operation began it, on which batch, and what is left. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { Diverged, Failure } from '../effects/failure.js'
import { reportProgress, yieldControl } from '../effects/operations.js'
import type { NamedValues } from '../values/named-values.js'
import type { Checkpoint } from './checkpoint.js'
import { loadCheckpoint } from './checkpoint.js'
import { infiniteAmong } from './finite-state.js'
import type { FitPlan } from './fit-plan.js'
import { checkpointPath } from './fit-plan.js'
import type { ReadyStep } from './ready-step.js'
import { withStep } from './ready-step.js'
import { initialState, stateOf } from './start.js'

/** The last checkpoint of a run; undefined where none was saved. */
const lastSaved = ({ directory }: FitPlan): Effect.Effect<Checkpoint | undefined> =>
  directory === undefined ? Effect.of(undefined) : loadCheckpoint(checkpointPath(directory))

/** Takes the steps from one on, up to that with this number. */
const retake = (plan: FitPlan, ready: ReadyStep, from: number, to: number): Effect.Effect<unknown> =>
  Effect.iterate(
    { done: from, kept: ready.kept },
    {
      while: ({ done }) => done < to,
      body: ({ done, kept }) =>
        pipe(
          Effect.Do,
          Effect.bind('alive', () => yieldControl),
          Effect.bind('inputs', () => plan.batch(done)),
          Effect.bind('taken', ({ inputs }) => ready.take(inputs, kept, done + 1)),
          Effect.tap(() =>
            reportProgress({
              label: 'looking for the first number that is not finite',
              done: done + 1 - from,
              total: to - from,
              fields: {},
            }),
          ),
          Effect.map(({ taken }) => ({ done: done + 1, kept: taken.kept })),
        ),
    },
  )

/**
 * Takes the steps since the last checkpoint again, and looks at every operation, until one makes a number that is not
 * finite and reaches what must be finite. Gives the failure with that operation; the failure as it was where the steps
 * cannot be taken again, or go well this time.
 */
const traced = (
  plan: FitPlan,
  frozen: NamedValues,
  saved: Checkpoint | undefined,
  failure: Diverged,
): Effect.Effect<Diverged> =>
  pipe(
    Effect.Do,
    Effect.bind('start', () =>
      saved === undefined
        ? pipe(
            Effect.fromEither(initialState(plan)),
            Effect.map((state): Checkpoint => ({ step: 0, state })),
          )
        : Effect.of(saved),
    ),
    Effect.bindEither('state', ({ start }) => stateOf(plan, start.state, plan.weightsFrom)),
    Effect.flatMap(({ start, state }) =>
      withStep(
        { ...plan, frozen, state, watch: { trigger: 'outputs', mayBeInfinite: infiniteAmong(start.state) } },
        (ready) => retake(plan, ready, start.step, failure.step),
      ),
    ),
    Effect.attempt,
    Effect.map((outcome) =>
      E.isLeft(outcome) && outcome.left.tag === 'Diverged'
        ? { ...outcome.left, quantity: failure.quantity, value: failure.value, noticed: failure.step }
        : failure,
    ),
  )

/**
 * A failure of a run, with what can be said of it. A run that diverged is traced to the operation that began it; its batch
 * and the last checkpoint are named.
 */
export const explainedDivergence =
  (plan: FitPlan, frozen: NamedValues) =>
  (failure: Failure): Effect.Effect<never> =>
    failure.tag === 'Diverged'
      ? pipe(
          Effect.Do,
          Effect.bind('saved', () => lastSaved(plan)),
          Effect.bind('found', ({ saved }) =>
            failure.origin === undefined ? traced(plan, frozen, saved, failure) : Effect.of(failure),
          ),
          Effect.flatMap(({ saved, found }) =>
            Effect.left({
              ...found,
              ...(plan.examples === undefined ? {} : { batch: plan.examples(found.step - 1) }),
              ...(saved === undefined ? {} : { saved: saved.step }),
            }),
          ),
        )
      : Effect.left(failure)
