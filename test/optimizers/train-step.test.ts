import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import {
  cast,
  explainFault,
  input,
  matmul,
  mean,
  mul,
  parameter,
  scalar,
  square,
  sub,
  sum,
} from '../../src/dsl/index.js'
import {
  adam,
  chain,
  clipByGlobalNorm,
  microBatchedStep,
  sgd,
  trainStep,
} from '../../src/optimizers/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { drawn, expectClose, f32, i32, numberOf } from '../support/evaluation.js'
import { initialState, runStep } from '../support/training.js'

const x = input('x', ['B', 3])
const target = input('target', ['B', 2])
const frozen = parameter('frozen', [3, 4])
const learned = parameter('learned', [4, 2])
const bias = parameter('bias', [2])
const prediction = matmul(matmul(x, frozen), learned)
const residual = sub(sub(prediction, bias), target)
const loss = mean(square(residual))
const learns = (name: string): boolean => name !== 'frozen'
const values = {
  x: drawn(1, [5, 3]),
  target: drawn(2, [5, 2]),
  frozen: drawn(3, [3, 4]),
  learned: drawn(4, [4, 2]),
  bias: drawn(5, [2]),
}

describe('a training step', () => {
  const optimizer = chain(clipByGlobalNorm(1), adam({ learningRate: 0.1, weightDecay: 0.01 }))
  const report = { largest: sum(prediction) }
  const step = expectRight(trainStep({ loss, report, isTrainable: learns }, optimizer))
  const stateNames = ['firstMoment/learned', 'firstMoment/bias', 'secondMoment/learned', 'secondMoment/bias']
  const stateParameters = stateNames.map((name) => `optimizer/1/1/${name}`)

  it('carries the trained parameters, the state of each link of the chain, and the step count', () =>
    expect(new Set(step.carried.map(({ parameter: name }) => name))).toEqual(
      new Set(['learned', 'bias', ...stateParameters, 'optimizer/step']),
    ))

  it('returns the loss, the report and the next value of everything that it carries', () =>
    expect(new Set(Object.keys(step.program.outputs))).toEqual(
      new Set(['loss', 'largest', ...step.carried.map(({ output }) => output)]),
    ))

  it('gives next values of the shape and type of the present ones', () => {
    const taken = new Map(step.program.parameters.map((node) => [node.attributes.name, node]))
    const outputs = new Map(Object.entries(step.program.outputs))
    for (const { parameter: name, output } of step.carried) {
      expect(outputs.get(output)).toMatchObject({
        shape: taken.get(name)?.shape,
        dtype: taken.get(name)?.dtype,
      })
    }
  })

  it('has an initial state of zeros, which needs no inputs and no parameters', () => {
    const state = initialState(step)
    expect(new Set(Object.keys(state))).toEqual(new Set([...stateParameters, 'optimizer/step']))
    for (const { data } of Object.values(state)) expect([...data].every((number) => number === 0)).toBe(true)
    expect(state['optimizer/step']?.dtype).toBe('i32')
  })

  it('reports the loss before the update, and counts steps', () => {
    const { outputs, next } = runStep(step, { ...values, ...initialState(step) })
    expectClose([...(outputs['loss']?.data ?? [])], [numberOf(loss, values)])
    expect([...(next['optimizer/step']?.data ?? [])]).toEqual([1])
    expect([...(runStep(step, next).next['optimizer/step']?.data ?? [])]).toEqual([2])
  })

  it('makes the loss smaller', () => {
    const { next } = runStep(step, { ...values, ...initialState(step) })
    expect(numberOf(loss, next)).toBeLessThan(numberOf(loss, values))
  })

  it('depends on frozen parameters but does not carry them', () => {
    const taken = step.program.parameters.map(({ attributes }) => attributes.name)
    expect(taken).toContain('frozen')
    expect(step.carried.map(({ parameter: name }) => name)).not.toContain('frozen')
  })
})

describe('a training step trains', () => {
  it('all parameters by default, or those that isTrainable names', () => {
    const step = expectRight(trainStep({ loss }, sgd({ learningRate: 0.1 })))
    expect(new Set(step.carried.map(({ parameter: name }) => name))).toEqual(
      new Set(['frozen', 'learned', 'bias', 'optimizer/step']),
    )
  })

  it('no integer parameters: they have no gradient', () => {
    const steps = parameter('steps', [2], 'i32')
    const scaled = sum(mul(bias, cast(steps, 'f32')))
    const step = expectRight(trainStep({ loss: scaled }, adam({ learningRate: 0.1 })))
    expect(step.carried.map(({ parameter: name }) => name)).not.toContain('steps')
    const { next } = runStep(step, {
      bias: f32([2], [0, 0]),
      steps: i32([2], [1, -1]),
      ...initialState(step),
    })
    expectClose([...(next['bias']?.data ?? [])], [-0.1, 0.1], 1e-6)
  })

  it('nothing where no parameter is trainable, and still reports', () => {
    const step = expectRight(trainStep({ loss, isTrainable: () => false }, sgd({ learningRate: 0.1 })))
    expect(step.carried).toEqual([{ parameter: 'optimizer/step', output: 'next/optimizer/step' }])
    const { outputs } = runStep(step, { ...values, ...initialState(step) })
    expectClose([...(outputs['loss']?.data ?? [])], [numberOf(loss, values)])
  })
})

describe('a training step is refused', () => {
  const broken = b.matmul(learned.node, frozen.node)

  it('with the first broken shape rule of its loss', () => {
    const outcome = trainStep({ loss: { ...loss, node: b.sum(broken, [0, 1]) } }, sgd({ learningRate: 1 }))
    expect(explainFault(expectLeft(outcome))).toContain('matmul: inner dims 2 and 3 differ')
  })

  it.each([-0.1, Number.NaN, Infinity])('where the learning rate is %d', (learningRate) => {
    const outcome = trainStep({ loss }, adam({ learningRate }))
    expect(explainFault(expectLeft(outcome)).split(/ at \S+train-step\.test\.ts:\d+:\d+$/)).toEqual([
      `${learningRate} is not a learning rate: give a finite number that is not negative`,
      '',
    ])
  })

  it('with the first broken shape rule of its report', () => {
    const outcome = trainStep(
      { loss, report: { wrong: { node: broken, dtype: 'f32' } } },
      sgd({ learningRate: 1 }),
    )
    expect(explainFault(expectLeft(outcome))).toContain('matmul: inner dims 2 and 3 differ')
  })

  it.each(['loss', 'next/slope', 'next/learned'])('where something is reported as %s', (name) => {
    const outcome = trainStep({ loss, report: { [name]: scalar(777) } }, sgd({ learningRate: 1 }))
    expect(explainFault(expectLeft(outcome))).toBe(
      `'${name}' cannot be reported: the step gives such names to its own outputs; report it under another name`,
    )
  })

  it.each(['loss', 'next/slope', 'gradient/norm', 'cotangent/0'])(
    'in parts, too, where something is reported as %s',
    (name) => {
      const cut = { representations: [prediction], rows: 'B' }
      const outcome = microBatchedStep(
        { loss, report: { [name]: scalar(777) } },
        cut,
        sgd({ learningRate: 1 }),
      )
      expect(explainFault(expectLeft(outcome))).toContain(`'${name}' cannot be reported`)
    },
  )
})
