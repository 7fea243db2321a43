/** Transformations around optimizers: groups of parameters, accumulation, averages of weights, masks of weight decay. */
import { describe, expect, it } from 'vitest'
import type { NamedValues } from '../../src/values/named-values.js'
import {
  add,
  explainFault,
  input,
  matmul,
  mean,
  mul,
  parameter,
  square,
  sub,
  sum,
} from '../../src/dsl/index.js'
import type { Transformation } from '../../src/optimizers/index.js'
import {
  accumulate,
  adam,
  addWeightDecay,
  chain,
  ema,
  isMatrix,
  perGroup,
  scaleByLearningRate,
  sgd,
  trainStep,
  withLossScaling,
} from '../../src/optimizers/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { drawn, expectClose, f32 } from '../support/evaluation.js'
import { initialState, runStep, runSteps } from '../support/training.js'

const kernel = parameter('body.weight', [3, 2])
const bias = parameter('head.bias', [2])
const residual = sub(add(matmul(input('x', ['B', 3]), kernel), bias), input('target', ['B', 2]))
const loss = mean(square(residual))
const weights = { 'body.weight': drawn(3, [3, 2]), 'head.bias': drawn(4, [2]) }
const batch = { x: drawn(1, [6, 3]), target: drawn(2, [6, 2]) }
const values = { ...weights, ...batch }

const stepWith = (optimizer: Transformation) => expectRight(trainStep({ loss }, optimizer))
const numbers = (of: NamedValues | undefined, name: string): readonly number[] => [
  ...(of?.[name]?.data ?? []),
]
const after = (optimizer: Transformation, count: number) =>
  runSteps(stepWith(optimizer), values, count).at(-1)

describe('perGroup', () => {
  const [fast, slow] = [adam({ learningRate: 0.1 }), sgd({ learningRate: 0.01, momentum: 0.9 })]

  it('updates each parameter as the optimizer of its group does, in the first step', () => {
    const found = after(perGroup({ 'head.': fast, rest: slow }), 1)
    expectClose(numbers(found, 'head.bias'), numbers(after(fast, 1), 'head.bias'))
    expectClose(numbers(found, 'body.weight'), numbers(after(slow, 1), 'body.weight'))
  })

  it('takes the longest beginning that fits, in whatever order the groups are given', () => {
    for (const groups of [
      { 'head.': slow, 'head.bias': fast, rest: slow },
      { 'head.bias': fast, rest: slow, 'head.': slow },
    ])
      expectClose(numbers(after(perGroup(groups), 1), 'head.bias'), numbers(after(fast, 1), 'head.bias'))
  })

  it('carries the state of a group for the parameters of the group alone', () =>
    expect(new Set(Object.keys(initialState(stepWith(perGroup({ 'head.': fast, rest: slow })))))).toEqual(
      new Set([
        'optimizer/head./1/firstMoment/head.bias',
        'optimizer/head./1/secondMoment/head.bias',
        'optimizer/rest/1/velocity/body.weight',
        'optimizer/step',
      ]),
    ))

  it('scales the loss once for each group that scales it, and no group sees the scale of another', () => {
    const plain = after(perGroup({ 'head.': fast, rest: slow }), 3)
    const scaled = after(
      perGroup({ 'head.': withLossScaling(fast), rest: withLossScaling(slow, { initial: 8 }) }),
      3,
    )
    for (const name of Object.keys(weights)) expectClose(numbers(scaled, name), numbers(plain, name), 1e-12)
  })

  it('is a fault of the step where a parameter is in no group', () =>
    expect(
      explainFault(expectLeft(trainStep({ loss }, perGroup({ 'head.': fast, 'tail.': slow })))),
    ).toContain(
      "the parameter 'body.weight' begins with none of 'head.', 'tail.', and there is no group 'rest'",
    ))
})

describe('accumulate', () => {
  const rows = (of: typeof batch, from: number, to: number) => ({
    x: f32([to - from, 3], [...of.x.data].slice(from * 3, to * 3)),
    target: f32([to - from, 2], [...of.target.data].slice(from * 2, to * 2)),
  })
  const optimizer = adam({ learningRate: 0.1 })

  it('equals steps with whole batches, after every so many steps with parts of them', () => {
    const step = stepWith(accumulate(3, optimizer))
    const whole = runSteps(stepWith(optimizer), values, 2)
    let present: NamedValues = { ...values, ...initialState(step) }
    for (const update of whole) {
      const before = numbers(present, 'body.weight')
      for (const from of [0, 2]) {
        present = runStep(step, { ...present, ...rows(batch, from, from + 2) }).next
        expect(numbers(present, 'body.weight')).toEqual(before)
      }
      present = runStep(step, { ...present, ...rows(batch, 4, 6) }).next
      for (const name of Object.keys(weights))
        expectClose(numbers(present, name), numbers(update, name), 1e-12)
    }
  })

  it('changes nothing with one step', () =>
    expectClose(
      numbers(after(accumulate(1, optimizer), 3), 'body.weight'),
      numbers(after(optimizer, 3), 'body.weight'),
    ))
})

describe('ema', () => {
  const descent = sgd({ learningRate: 0.1 })
  const decay = 0.7
  const trajectory = runSteps(stepWith(descent), values, 4).map((of) => numbers(of, 'head.bias'))

  it('from the parameters begins at them, and follows the weights after each update', () => {
    const averages = trajectory.reduce<readonly number[]>(
      (average, now) => average.map((a, i) => decay * a + (1 - decay) * (now[i] ?? Number.NaN)),
      [...weights['head.bias'].data],
    )
    const step = stepWith(chain(descent, ema(decay, { from: 'parameters' })))
    const state = initialState(step, {}, weights)
    expect(numbers(state, 'optimizer/1/average/head.bias')).toEqual([...weights['head.bias'].data])
    expectClose(numbers(runSteps(step, values, 4).at(-1), 'optimizer/1/average/head.bias'), averages)
  })

  it('from zeros is the mean of the weights after updates, weighted by powers of the decay', () => {
    const shares = trajectory.map((_, i) => decay ** (trajectory.length - 1 - i))
    const total = shares.reduce((a, b) => a + b)
    const expected = [0, 1].map((i) =>
      trajectory.reduce(
        (average, now, t) => average + ((shares[t] ?? 0) * (now[i] ?? Number.NaN)) / total,
        0,
      ),
    )
    const found = after(chain(descent, ema(decay, { from: 'zeros' })), 4)
    expectClose(numbers(found, 'optimizer/1/average/head.bias'), expected)
  })

  it('changes no weight', () =>
    expect(numbers(after(chain(descent, ema(decay)), 4), 'head.bias')).toEqual(trajectory.at(-1)))
})

describe('weight decay', () => {
  it('of matrices alone leaves biases as they are', () => {
    const flat = sum(mul(add(sum(kernel), sum(bias)), 0))
    const step = expectRight(
      trainStep({ loss: flat }, chain(addWeightDecay(0.5, { only: isMatrix }), scaleByLearningRate(0.1))),
    )
    const [found] = runSteps(step, weights, 1)
    expect(numbers(found, 'head.bias')).toEqual([...weights['head.bias'].data])
    expectClose(
      numbers(found, 'body.weight'),
      [...weights['body.weight'].data].map((weight) => weight * 0.95),
    )
  })
})
