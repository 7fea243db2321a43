/** Rows of optimizers and schedules: what is compared is where an optimizer leads, and which rates a schedule has. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Fault, NamedValues, TensorValue } from '../../../src/dsl/index.js'
import {
  constant,
  evaluate,
  mul,
  parameter,
  scalar,
  square,
  stack,
  sub,
  sum,
  tensor,
} from '../../../src/dsl/index.js'
import type { Schedule, Transformation } from '../../../src/optimizers/index.js'
import { trainStep } from '../../../src/optimizers/index.js'
import type { Row } from './row.js'

/** As in `bench/peers/expressions.py`. */
const trial = { steps: 4, rates: 12 } as const

const w = parameter('w', [3])
const firstWeights = tensor.f32([0.5, -1, 2])
const objective = { loss: mul(sum(mul(square(sub(w, 1)), constant([3], [1, 2, 3]))), 0.5) }

/** The weights after some steps of an optimizer. */
const weightsAfterSteps = (optimizer: Transformation): TensorValue =>
  pipe(
    E.Do,
    E.bind('step', () => trainStep(objective, optimizer)),
    E.bind('state', ({ step }) => evaluate(step.initialState, { w: firstWeights })),
    E.chain(({ step, state }) => {
      const start: E.Either<Fault, NamedValues> = E.right({ ...state, w: firstWeights })
      return Array.from({ length: trial.steps }).reduce<typeof start>(
        (values) =>
          pipe(
            values,
            E.chain((known) =>
              pipe(
                evaluate(step.program, known),
                E.map((outputs) => ({
                  ...known,
                  ...Object.fromEntries(
                    step.carried.flatMap(({ parameter: name, output }) =>
                      outputs[output] === undefined ? [] : [[name, outputs[output]]],
                    ),
                  ),
                })),
              ),
            ),
          ),
        start,
      )
    }),
    E.match(
      ({ message }) => {
        throw new Error(message)
      },
      (values) => values['w'] ?? firstWeights,
    ),
  )

type Theirs = Pick<Row, 'pytorch' | 'jax' | 'note' | 'measure'>

/** An optimizer; in Python an expression for one, or, with the measure 'value', for the weights after the steps. */
export const optimizerRow = ({
  ours,
  measure = 'optimizer',
  ...row
}: Theirs & { readonly ours: () => Transformation }): Row => ({
  ...row,
  ours: () => weightsAfterSteps(ours()),
  values: { w: firstWeights },
  measure,
})

export const scheduleRow = ({
  ours,
  ...row
}: Omit<Theirs, 'measure'> & { readonly ours: () => Schedule }): Row => ({
  ...row,
  ours: () => {
    const rates = Array.from({ length: trial.rates }, (_, step) => ours()(scalar(step)))
    return stack(rates, 0, { count: 12 })
  },
  measure: 'schedule',
})
