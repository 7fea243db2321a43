import { describe, expect, it } from 'vitest'
import { add, explainFault, mul, parameter, sized, square, sub, sum } from '../../src/dsl/index.js'
import type { MuonOptions, Transformation } from '../../src/optimizers/index.js'
import { adam, muon, sgd, trainStep } from '../../src/optimizers/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { drawn, expectClose, f32 } from '../support/evaluation.js'
import { initialState, runSteps } from '../support/training.js'

const filled = (rows: number, columns: number, element: (i: number) => number) =>
  f32(
    [rows, columns],
    Array.from({ length: rows * columns }, (_, i) => element(i)),
  )
const startOf = (i: number): number => (((7 * i) % 11) - 5) / 4
const targetOf = (i: number): number => (((5 * i) % 7) - 3) / 3

/** The weights of a quadratic after three steps. */
const afterThree = (
  rows: number,
  columns: number,
  options: Omit<MuonOptions, 'learningRate'>,
): readonly number[] => {
  const shape = [sized('R', rows), sized('C', columns)] as const
  const w = parameter('w', shape)
  const loss = mul(sum(square(sub(w, parameter('target', shape)))), 0.5)
  const step = expectRight(
    trainStep({ loss, isTrainable: (name) => name === 'w' }, muon({ learningRate: 0.1, ...options })),
  )
  const values = { w: filled(rows, columns, startOf), target: filled(rows, columns, targetOf) }
  return [...(runSteps(step, values, 3).at(-1)?.['w']?.data ?? [])]
}

type Matrix = readonly (readonly number[])[]
const transposed = (x: Matrix): Matrix => (x[0] ?? []).map((_, j) => x.map((row) => row[j] ?? NaN))
const product = (x: Matrix, y: Matrix): Matrix =>
  x.map((row) =>
    transposed(y).map((column) => row.reduce((total, a, k) => total + a * (column[k] ?? NaN), 0)),
  )
const combined = (x: Matrix, y: Matrix, a: number, b: number): Matrix =>
  x.map((row, i) => row.map((element, j) => a * element + b * (y[i]?.[j] ?? NaN)))
const scaled = (x: Matrix, by: number): Matrix => combined(x, x, by, 0)

/** The iteration of Jordan et al., matrix by matrix, without a transpose for tall ones. */
const plainOrthogonal = (x: Matrix): Matrix => {
  let [now] = [scaled(x, 1 / Math.hypot(...x.flat()))]
  for (let i = 0; i < 5; i += 1) {
    const gram = product(now, transposed(now))
    const quintic = product(product(gram, gram), now)
    now = combined(combined(now, product(gram, now), 3.4445, -4.775), quintic, 1, 2.0315)
  }
  return now
}

describe('Muon', () => {
  it('has the weights of PyTorch after three steps', () => {
    // torch.optim.Muon of torch 2.15 with its Newton-Schulz iterations in float64.
    expectClose(
      afterThree(3, 2, {}),
      [
        -1.1115125004894366, 0.5075234812691827, -0.29199762381811684, 0.9848310901104627, 0.5634255163366935,
        -0.5914868346854508,
      ],
    )
    expectClose(
      afterThree(3, 2, { nesterov: false, momentum: 0.8, weightDecay: 0.3 }),
      [
        -1.0479170231640536, 0.4787276563588572, -0.26799581298916286, 0.9176938284642697, 0.5422179248103979,
        -0.552131968583397,
      ],
    )
    expectClose(
      afterThree(2, 4, {}),
      [
        -1.177170674820295, 0.5133804091176336, -0.42776575302778413, 0.9582749494395923, 0.3433634095010661,
        -0.5841533886135828, 0.7976148639698097, -0.1429514654455835,
      ],
    )
  })

  it('moves a matrix by the learning rate times its orthogonal momentum, and a kernel as a matrix of its first axis', () => {
    const target = drawn(1, [4, 3, 2])
    const rows = Array.from({ length: 4 }, (_, i) => [...target.data.slice(6 * i, 6 * i + 6)])
    const w = parameter('w', [4, 3, 2])
    const loss = sum(mul(w, parameter('direction', [4, 3, 2])))
    const optimizer = muon({ learningRate: 1, weightDecay: 0 })
    const step = expectRight(trainStep({ loss, isTrainable: (name) => name === 'w' }, optimizer))
    const [values] = runSteps(step, { w: f32([4, 3, 2], Array(24).fill(0)), direction: target }, 1)
    expectClose([...(values?.['w']?.data ?? [])], scaled(plainOrthogonal(rows), -1).flat(), 1e-12)
  })

  it('moves all singular values by about the learning rate: by 0.7 to 1.2 times', () => {
    const direction = drawn(2, [5, 5])
    const w = parameter('w', [5, 5])
    const loss = sum(mul(w, parameter('direction', [5, 5])))
    const optimizer = muon({ learningRate: 1, weightDecay: 0 })
    const step = expectRight(trainStep({ loss, isTrainable: (name) => name === 'w' }, optimizer))
    const [values] = runSteps(step, { w: f32([5, 5], Array(25).fill(0)), direction }, 1)
    const moved = [...(values?.['w']?.data ?? [])]
    // The squares of the singular values add up to the squared norm.
    const squared = moved.reduce((total, x) => total + x * x, 0)
    expect(squared).toBeGreaterThan(5 * 0.6 ** 2)
    expect(squared).toBeLessThan(5 * 1.25 ** 2)
  })

  it('leaves the other parameters to another optimizer', () => {
    const [w, bias] = [parameter('w', [3, 2]), parameter('bias', [2])]
    const loss = add(sum(square(w)), sum(square(bias)))
    const weights = { w: drawn(3, [3, 2]), bias: drawn(4, [2]) }
    const biasAfter = (optimizer: Transformation): readonly number[] => [
      ...(runSteps(expectRight(trainStep({ loss }, optimizer)), weights, 4).at(-1)?.['bias']?.data ?? []),
    ]
    expectClose(
      biasAfter(muon({ learningRate: 0.1, others: adam({ learningRate: 0.03 }) })),
      biasAfter(adam({ learningRate: 0.03 })),
    )
    const names = Object.keys(
      initialState(
        expectRight(trainStep({ loss }, muon({ learningRate: 0.1, others: adam({ learningRate: 1 }) }))),
      ),
    )
    expect(names).toContain('optimizer/these/0/average/w')
    expect(names).not.toContain('optimizer/these/0/average/bias')
    const frozen = muon({ learningRate: 0.1, only: () => false, others: sgd({ learningRate: 0 }) })
    expect(runSteps(expectRight(trainStep({ loss }, frozen)), weights, 1)[0]?.['w']).toEqual(weights.w)
  })

  it('refuses a vector that no other optimizer takes, and settings that make no sense', () => {
    const loss = sum(square(parameter('bias', [2])))
    expect(explainFault(expectLeft(trainStep({ loss }, muon({ learningRate: 0.1 }))))).toContain(
      "muon: [2] is no matrix; give an optimizer as 'others'",
    )
    const matrix = sum(square(parameter('w', [2, 2])))
    for (const wrong of [{ momentum: 1 }, { iterations: 0 }, { weightDecay: -1 }]) {
      expect(
        explainFault(expectLeft(trainStep({ loss: matrix }, muon({ learningRate: 0.1, ...wrong })))),
      ).toContain('but it must be')
    }
  })
})
