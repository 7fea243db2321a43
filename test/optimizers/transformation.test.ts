import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../src/dsl/index.js'
import {
  add,
  cast,
  div,
  explainFault,
  greater,
  input,
  mul,
  parameter,
  scalar,
  sqrt,
  square,
  sum,
  zerosLike,
} from '../../src/dsl/index.js'
import type { Transformation } from '../../src/optimizers/index.js'
import {
  chain,
  clipByGlobalNorm,
  mapTensors,
  scaleByLearningRate,
  stateless,
  trainStep,
  transformation,
  withLossScaling,
  zipTensors,
} from '../../src/optimizers/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { expectClose, f32 } from '../support/evaluation.js'
import { initialState, runSteps } from '../support/training.js'

const w = parameter('w', [2])
/** Its gradient is w. */
const loss = mul(sum(square(w)), 0.5)
const weightsAfter = (optimizer: Transformation, steps: number): readonly (readonly number[])[] =>
  runSteps(expectRight(trainStep({ loss }, optimizer)), { w: f32([2], [1, -2]) }, steps).map((values) => [
    ...(values['w']?.data ?? []),
  ])

/** Adagrad (Duchi et al. 2011), which counts in whole numbers the gradients that were longer than 1. */
const adagrad = transformation({
  init: (parameters) => ({
    squares: mapTensors(parameters, zerosLike),
    counts: { long: scalar(0, 'i32') },
  }),
  update: ({ updates, state: { squares, counts } }) => {
    const total = zipTensors(updates, squares, (g, before) => add(before, square(g)))
    const long = Object.values(updates).map((g) => cast(greater(sum(square(g)), 1), 'i32'))
    return {
      updates: zipTensors(updates, total, (g, of) => div(g, add(sqrt(of), 1e-8))),
      state: { squares: total, counts: { long: long.reduce((a, b) => add(a, b), counts.long) } },
    }
  },
})

const plainAdagrad = (rate: number, start: readonly number[], steps: number) => {
  const weights = [...start]
  const squares = start.map(() => 0)
  let long = 0
  for (let step = 0; step < steps; step += 1) {
    const gradient = [...weights]
    if (gradient.reduce((total, g) => total + g * g, 0) > 1) long += 1
    for (const [i, g] of gradient.entries()) {
      squares[i] = (squares[i] ?? 0) + g * g
      weights[i] = g - (rate * g) / Math.sqrt(squares[i] ?? 0)
    }
  }
  return { weights, squares, long }
}

describe('a transformation that a user writes', () => {
  it('has a state of records of tensors of any shape and type, named by their paths', () => {
    const step = expectRight(trainStep({ loss }, chain(adagrad, scaleByLearningRate(0.5))))
    expect(Object.keys(initialState(step))).toEqual([
      'optimizer/0/squares/w',
      'optimizer/0/counts/long',
      'optimizer/step',
    ])
    const plain = plainAdagrad(0.5, [1, -2], 3)
    const last = runSteps(step, { w: f32([2], [1, -2]) }, 3).at(-1)
    expectClose([...(last?.['w']?.data ?? [])], plain.weights, 1e-7)
    expectClose([...(last?.['optimizer/0/squares/w']?.data ?? [])], plain.squares, 1e-7)
    expect(last?.['optimizer/0/counts/long']).toMatchObject({ dtype: 'i32', shape: [] })
    expect([...(last?.['optimizer/0/counts/long']?.data ?? [])]).toEqual([plain.long])
  })

  it('can be chained after clipping, and within loss scaling', () => {
    const plain = chain(clipByGlobalNorm(1), adagrad, scaleByLearningRate(0.5))
    expect(weightsAfter(withLossScaling(plain), 3)).toEqual(weightsAfter(plain, 3))
  })

  it('can scale updates by a scalar that it computes', () => {
    const normalised = stateless((update) => div(update, sqrt(sum(square(update)))))
    const fifth = 1 / Math.sqrt(5)
    expectClose(weightsAfter(chain(normalised, scaleByLearningRate(1)), 1).flat(), [
      1 - fifth,
      -2 + 2 * fifth,
    ])
  })

  it('is a fault of the step where it breaks a shape rule', () => {
    const wrong = transformation({
      init: (parameters) => ({ other: mapTensors(parameters, zerosLike) }),
      update: ({ updates, state }) => {
        const [first, second] = Object.values(updates)
        return first === undefined || second === undefined
          ? { updates, state }
          : { updates: { w: add(first, second) }, state }
      },
    })
    const both = add(loss, sum(parameter('v', [3])))
    expect(explainFault(expectLeft(trainStep({ loss: both }, wrong)))).toContain('do not broadcast')
  })

  const begun = (first: Tensor<[]>): Transformation =>
    transformation({ init: () => ({ first }), update: ({ updates, state }) => ({ updates, state }) })

  it('may begin at values of parameters', () => {
    const step = expectRight(trainStep({ loss }, begun(sqrt(sum(square(w))))))
    const weights = { w: f32([2], [3, -4]) }
    expectClose([...(initialState(step, {}, weights)['optimizer/first']?.data ?? [])], [5])
  })

  it('is refused where its initial state needs values of inputs', () => {
    const failure = explainFault(expectLeft(trainStep({ loss }, begun(sum(input('x', ['B']))))))
    expect(failure).toBe(
      "the initial state of the optimizer needs the value of 'x'; inputs have no values before the first step: begin at the parameters, or at zeros",
    )
  })
})
