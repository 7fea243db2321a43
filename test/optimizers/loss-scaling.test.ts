import { describe, expect, it } from 'vitest'
import type { NamedValues } from '../../src/values/named-values.js'
import { input, matmul, mean, mul, parameter, scalar, square, sub, sum } from '../../src/dsl/index.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { runOnce } from '../../src/engine-conformance/agreement.js'
import type { Transformation } from '../../src/optimizers/index.js'
import {
  adam,
  chain,
  clipByGlobalNorm,
  cosineSchedule,
  scaleByName,
  sgd,
  trainStep,
  withLossScaling,
} from '../../src/optimizers/index.js'
import { expectRight } from '../expect-either.js'
import { drawn, f32 } from '../support/evaluation.js'
import { initialState, runStep, runSteps } from '../support/training.js'

const w = parameter('w', [3, 2])
const residual = sub(matmul(input('x', ['B', 3]), w), input('target', ['B', 2]))
const loss = mean(square(residual))
const values = { x: drawn(1, [5, 3]), target: drawn(2, [5, 2]), w: drawn(3, [3, 2]) }
const overflowing = {
  ...values,
  x: f32(
    [5, 3],
    Array.from({ length: 15 }, () => Infinity),
  ),
}

const stepWith = (optimizer: Transformation) => expectRight(trainStep({ loss }, optimizer))
const numbers = (of: NamedValues, name: string): readonly number[] => [...(of[name]?.data ?? [])]
const scale = (of: NamedValues): number => numbers(of, 'optimizer/scale')[0] ?? Number.NaN

describe('loss scaling', () => {
  const descent = chain(clipByGlobalNorm(1), adam({ learningRate: cosineSchedule({ peak: 0.1, total: 20 }) }))

  it('by a power of two changes no bit of the weights and of the reported loss', () => {
    const [plain, scaled] = [stepWith(descent), stepWith(withLossScaling(descent))]
    const [last, lastScaled] = [runSteps(plain, values, 5).at(-1), runSteps(scaled, values, 5).at(-1)]
    expect(numbers(lastScaled ?? {}, 'w')).toEqual(numbers(last ?? {}, 'w'))
    expect(numbers(last ?? {}, 'w')).not.toEqual([...values.w.data])
    expect(numbers(runStep(scaled, { ...values, ...initialState(scaled) }).outputs, 'loss')).toEqual(
      numbers(runStep(plain, { ...values, ...initialState(plain) }).outputs, 'loss'),
    )
  })

  it('works inside of a chain, and two scales multiply', () => {
    const halved = scaleByName(() => 0.5)
    const within = chain(withLossScaling(sgd({ learningRate: 0.1 })), halved)
    const twice = chain(withLossScaling(withLossScaling(sgd({ learningRate: 0.1 }))), halved)
    const [plain] = runSteps(stepWith(chain(sgd({ learningRate: 0.1 }), halved)), values, 1)
    for (const optimizer of [within, twice]) {
      const [after] = runSteps(stepWith(optimizer), values, 1)
      expect(numbers(after ?? {}, 'w')).toEqual(numbers(plain ?? {}, 'w'))
    }
  })

  it('skips a step whose gradients are not finite: it changes the scale and nothing else', () => {
    const step = stepWith(withLossScaling(descent))
    const [before = {}] = runSteps(step, values, 1)
    const { next } = runStep(step, { ...before, x: overflowing.x })
    const changed = Object.keys(next).filter(
      (name) => numbers(next, name).join() !== numbers(before, name).join(),
    )
    expect(changed.toSorted()).toEqual(['optimizer/scale', 'optimizer/step', 'optimizer/streak', 'x'])
    expect(scale(before)).toBe(2 ** 16)
    expect(scale(next)).toBe(2 ** 15)
  })

  it('continues after a skipped step as if that step had not been', () => {
    const step = stepWith(withLossScaling(descent))
    const { next: skipped } = runStep(step, { ...overflowing, ...initialState(step) })
    const { next } = runStep(step, { ...skipped, x: values.x })
    const [first = {}] = runSteps(step, values, 1)
    expect(numbers(next, 'w')).toEqual(numbers(first, 'w'))
  })

  it('doubles the scale after growthInterval finite steps in a row', () => {
    const step = stepWith(withLossScaling(sgd({ learningRate: 0.01 }), { initial: 8, growthInterval: 2 }))
    const scales: number[] = []
    let present: NamedValues = { ...values, ...initialState(step) }
    for (const { x } of [values, values, values, overflowing, values, values, values]) {
      present = runStep(step, { ...present, x }).next
      scales.push(scale(present))
    }
    expect(scales).toEqual([8, 16, 16, 8, 8, 16, 16])
  })

  it('never lets the scale grow above 2^24', () => {
    const scaling = withLossScaling(sgd({ learningRate: 0 }), { initial: 2 ** 23, growthInterval: 1 })
    expect(runSteps(stepWith(scaling), values, 3).map(scale)).toEqual([2 ** 24, 2 ** 24, 2 ** 24])
  })

  it('never lets the scale fall below 2^-24, from which it grows again', () => {
    const scaling = withLossScaling(sgd({ learningRate: 0 }), { initial: 2 ** -23, growthInterval: 1 })
    const step = stepWith(scaling)
    const after = runSteps(step, overflowing, 3)
    expect(after.map(scale)).toEqual([2 ** -24, 2 ** -24, 2 ** -24])
    expect(scale(runStep(step, { ...after.at(-1), x: values.x }).next)).toBe(2 ** -23)
  })
})

describe('gradients that float16 rounds to 0', () => {
  // The derivative by the product is 2^-30, and the smallest number of float16 is 2^-24.
  const tiny = mul(sum(matmul(input('x', [5, 3]), w)), scalar(2 ** -30))
  const engine = onnxEngine({ threads: 1, precision: 'float16' })
  const learned = async (optimizer: Transformation): Promise<readonly number[]> => {
    const step = expectRight(trainStep({ loss: tiny }, optimizer))
    const given = { x: values.x, w: f32([3, 2], [0, 0, 0, 0, 0, 0]), ...initialState(step) }
    const found = await runOnce(engine, { program: step.program, values: given, sizes: {} })()
    return numbers(expectRight(found), 'next/w')
  }
  const descent = sgd({ learningRate: 2 ** 30 })

  it('are lost without loss scaling, and kept with it', async () => {
    expect(await learned(descent)).toEqual([0, 0, 0, 0, 0, 0])
    const found = await learned(withLossScaling(descent))
    const columns = [0, 1, 2].map((column) =>
      [0, 1, 2, 3, 4].reduce((total, row) => total + (values.x.data[row * 3 + column] ?? 0), 0),
    )
    for (const [i, value] of found.entries())
      expect(value).toBeCloseTo(-(columns[Math.floor(i / 2)] ?? Number.NaN), 2)
  })
})
