import { describe, expect, it } from 'vitest'
import {
  add,
  evaluate,
  input,
  linear,
  mean,
  mul,
  parameter,
  square,
  sub,
  sum,
  tensor,
} from '../../src/dsl/index.js'
import { readBy } from '../../src/dsl/read-by.js'
import type { Tensor } from '../../src/dsl/index.js'
import { explainFault } from '../../src/dsl/fault.js'
import { microBatchedStep, sgd, trainStep, trainSteps } from '../../src/optimizers/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32 } from '../support/evaluation.js'
import { runStep, runSteps } from '../support/training.js'

const rate = 0.1
const x = input('x', ['B'])

describe('updates of an objective', () => {
  const average = parameter('average', [])
  const loss = square(sub(parameter('w', []), average))
  const next = add(mul(average, 0.5), mul(mean(x, 0), 0.5))

  it('are the next values of parameters that the optimizer does not train', () => {
    const step = expectRight(trainStep({ loss, updates: { average: next } }, sgd({ learningRate: rate })))
    const start = { x: f32([2], [1, 3]), w: f32([], [1]), average: f32([], [0]) }
    const [first, second] = runSteps(step, start, 2)
    expect(first?.['average']?.data[0]).toBeCloseTo(1, 12)
    expect(second?.['average']?.data[0]).toBeCloseTo(1.5, 12)
    // The loss reads the average as it was before the step.
    expect(first?.['w']?.data[0]).toBeCloseTo(1 - rate * 2, 12)
  })

  it('are refused for a parameter that there is not, or of another shape', () => {
    const refused = (updates: Readonly<Record<string, Tensor<[]> | Tensor<['B']>>>): string =>
      explainFault(expectLeft(trainStep({ loss, updates }, sgd({ learningRate: rate }))))
    expect(refused({ avrage: next })).toContain("updates: the objective has no parameter 'avrage'")
    expect(refused({ average: x })).toContain(
      "updates: the parameter 'average' is f32 [], and its next value is f32 [B]",
    )
  })

  it('are computed from the whole batch in micro-batches', () => {
    const rows = linear(input('rows', ['B', 2]), parameter('v', [2, 2]))
    const total = add(parameter('total', []), sum(rows))
    const split = expectRight(
      microBatchedStep(
        { loss: sum(rows), updates: { total } },
        { representations: [rows], rows: 'B' },
        sgd({ learningRate: rate }),
      ),
    )
    const given = {
      total: tensor.f32(10),
      'representation/0': f32([3, 2], [1, 2, 3, 4, 5, 6]),
    }
    const outputs = expectRight(evaluate(split.loss, readBy(split.loss, given)))
    expect(outputs['next/total']?.data[0]).toBeCloseTo(31, 12)
    expect(outputs['loss']?.data[0]).toBeCloseTo(21, 12)
  })
})

describe('a step of several objectives', () => {
  const [d, g] = [parameter('D', []), parameter('G', [])]
  // D follows 3 G, and G is judged by D.
  const follow = square(sub(d, mul(g, 3)))
  const judged = mul(square(g), d)
  const only = (name: string) => ({ isTrainable: (parameterName: string) => parameterName === name })
  const step = () =>
    expectRight(
      trainSteps({
        D: [{ loss: follow, ...only('D') }, sgd({ learningRate: rate })],
        G: [{ loss: judged, ...only('G') }, sgd({ learningRate: rate })],
      }),
    )
  const start = { D: tensor.f32(1), G: tensor.f32(2) }

  it('takes one after the other, as two steps in a row do', () => {
    const [after] = runSteps(step(), start, 1)
    const nextD = 1 - rate * 2 * (1 - 6)
    expect(after?.['D']?.data[0]).toBeCloseTo(nextD, 12)
    // The gradient 2 G D at the new D, without the part that goes through the step of D.
    expect(after?.['G']?.data[0]).toBeCloseTo(2 - rate * 2 * 2 * nextD, 12)
  })

  it('equals separate steps over many rounds, optimizers with states of their own included', () => {
    const objectives = {
      D: { loss: follow, ...only('D') },
      G: { loss: judged, report: { size: square(g) }, ...only('G') },
    }
    const optimizer = sgd({ learningRate: 0.01, momentum: 0.9 })
    const both = expectRight(trainSteps({ D: [objectives.D, optimizer], G: [objectives.G, optimizer] }))
    const [one, two] = [objectives.D, objectives.G].map((of) => expectRight(trainStep(of, optimizer)))
    const joint = runSteps(both, start, 5).at(-1)
    if (one === undefined || two === undefined) return expect.fail('there are two steps')
    let stateOne = runSteps(one, start, 1)[0] ?? {}
    let stateTwo = runSteps(two, { ...start, D: stateOne['D'] ?? start.D }, 1)[0] ?? {}
    for (let i = 1; i < 5; i += 1) {
      stateOne = runStep(one, { ...stateOne, G: stateTwo['G'] ?? start.G }).next
      stateTwo = runStep(two, { ...stateTwo, D: stateOne['D'] ?? start.D }).next
    }
    expect(joint?.['D']?.data[0]).toBeCloseTo(stateOne['D']?.data[0] ?? Number.NaN, 12)
    expect(joint?.['G']?.data[0]).toBeCloseTo(stateTwo['G']?.data[0] ?? Number.NaN, 12)
  })

  it('reports outputs under the names of their objectives', () => {
    const { outputs } = runStep(step(), runSteps(step(), start, 1)[0] ?? {})
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(['D/loss', 'G/loss', 'next/D', 'next/G']))
  })

  it('is refused where two objectives train one parameter, or one is called next', () => {
    const shared = trainSteps({
      D: [{ loss: follow }, sgd({ learningRate: rate })],
      G: [{ loss: judged }, sgd({ learningRate: rate })],
    })
    expect(explainFault(expectLeft(shared))).toMatch(
      /^the parameter '[DG]' is trained by 'D' and by 'G'; say with isTrainable/,
    )
    const misnamed = trainSteps({ next: [{ loss: follow }, sgd({ learningRate: rate })] })
    expect(explainFault(expectLeft(misnamed))).toContain("an objective cannot be called 'next'")
  })
})
