/** Training steps run on the oracle one after another: outputs become the parameters of the next step. */
import type { NamedValues } from '../../src/values/named-values.js'
import type { Sizes } from '../../src/shapes/dim.js'
import { evaluate } from '../../src/dsl/index.js'
import type { TrainStep } from '../../src/optimizers/index.js'
import { expectRight } from '../expect-either.js'

/** The optimizer's state before the first step; `weights` are needed where it begins at the weights. */
export const initialState = (step: TrainStep, sizes: Sizes = {}, weights: NamedValues = {}): NamedValues =>
  expectRight(evaluate(step.initialState, weights, sizes))

/** The outputs of a step, and the values with which the next step starts. */
export const runStep = (
  step: TrainStep,
  values: NamedValues,
): { readonly outputs: NamedValues; readonly next: NamedValues } => {
  const outputs = expectRight(evaluate(step.program, values))
  const carried = step.carried.flatMap(({ parameter, output }) => {
    const value = outputs[output]
    return value === undefined ? [] : [[parameter, value] as const]
  })
  return { outputs, next: { ...values, ...Object.fromEntries(carried) } }
}

/** The values after each of several steps. */
export const runSteps = (step: TrainStep, weights: NamedValues, count: number): readonly NamedValues[] => {
  const after: NamedValues[] = []
  let values: NamedValues = { ...weights, ...initialState(step, {}, weights) }
  for (let i = 0; i < count; i += 1) {
    values = runStep(step, values).next
    after.push(values)
  }
  return after
}
