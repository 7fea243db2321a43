import { describe, expect, it } from 'vitest'
import { explainFault } from '../../src/dsl/fault.js'
import { input, linear, mean, mul, parameter, program, randomKey, sum } from '../../src/dsl/index.js'
import type { TensorValue } from '../../src/dsl/index.js'
import type { Initialiser } from '../../src/model/index.js'
import {
  heNormal,
  heUniform,
  initialise,
  lecunNormal,
  normal,
  ones,
  orthogonal,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from '../../src/model/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

const key = randomKey.keyFromSeed(3)
const drawnBy = (initialiser: Initialiser, shape: readonly number[]): TensorValue =>
  expectRight(initialiser(key, shape))

const moments = ({ data }: TensorValue) => {
  const numbers = [...data]
  const average = numbers.reduce((total, x) => total + x, 0) / numbers.length
  const variance = numbers.reduce((total, x) => total + (x - average) ** 2, 0) / numbers.length
  return { average, deviation: Math.sqrt(variance), largest: Math.max(...numbers.map(Math.abs)) }
}

describe('an initialiser', () => {
  // 64 outputs, 32 inputs, a kernel of 3 x 3: fanIn 288, fanOut 576.
  const shape = [64, 32, 3, 3]
  it.each([
    { name: 'heNormal', initialiser: heNormal, deviation: Math.sqrt(2 / 288), bound: Infinity },
    { name: 'heUniform', initialiser: heUniform, deviation: Math.sqrt(2 / 288), bound: Math.sqrt(6 / 288) },
    { name: 'xavierNormal', initialiser: xavierNormal, deviation: Math.sqrt(2 / 864), bound: Infinity },
    {
      name: 'xavierUniform',
      initialiser: xavierUniform,
      deviation: Math.sqrt(2 / 864),
      bound: Math.sqrt(6 / 864),
    },
    { name: 'lecunNormal', initialiser: lecunNormal, deviation: Math.sqrt(1 / 288), bound: Infinity },
    { name: 'normal', initialiser: normal(0.02), deviation: 0.02, bound: Infinity },
    { name: 'uniform', initialiser: uniform(0.3), deviation: 0.3 / Math.sqrt(3), bound: 0.3 },
    // The deviation of a standard normal within ±2: 0.8796.
    { name: 'truncatedNormal', initialiser: truncatedNormal(0.02), deviation: 0.8796 * 0.02, bound: 0.04 },
  ])('$name has the deviation and the bounds of its definition', ({ initialiser, deviation, bound }) => {
    const drawn = drawnBy(initialiser, shape)
    expect(drawn.shape).toEqual(shape)
    const found = moments(drawn)
    expect(Math.abs(found.average)).toBeLessThan(0.03 * deviation)
    expect(found.deviation / deviation).toBeCloseTo(1, 1)
    expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(0.02)
    expect(found.largest).toBeLessThanOrEqual(bound + 1e-7)
  })

  it('fills with zeros or ones', () => {
    expect([...drawnBy(zeros, [2]).data, ...drawnBy(ones, [3]).data]).toEqual([0, 0, 1, 1, 1])
  })

  it.each([
    [6, 6],
    [4, 9],
    [9, 4],
    [5, 3, 2, 2],
  ])('orthogonal gives orthonormal rows, or columns if there are more rows: %j', (...sizes) => {
    const { data } = drawnBy(orthogonal, sizes)
    const rows = sizes[0] ?? 0
    const columns = data.length / rows
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)]
    const at = (i: number, k: number): number =>
      (rows <= columns ? data[i * columns + k] : data[k * columns + i]) ?? 0
    for (let i = 0; i < count; i += 1) {
      for (let j = 0; j < count; j += 1) {
        const product = Array.from({ length }, (_, k) => at(i, k) * at(j, k)).reduce((a, b) => a + b, 0)
        expect(product).toBeCloseTo(i === j ? 1 : 0, 6)
      }
    }
  })
})

describe('initialise', () => {
  const x = input('x', ['B', 3])
  const y = linear(x, parameter('fc.weight', [4, 3]), parameter('fc.bias', [4]))
  const loss = mean(y, [0, 1])

  it('gives each parameter what the first rule that matches its name gives', () => {
    const weights = expectRight(
      initialise(loss, key, {
        default: heNormal,
        rules: [
          [/bias$/, zeros],
          [/./, ones],
        ],
      }),
    )
    expect(Object.keys(weights).toSorted()).toEqual(['fc.bias', 'fc.weight'])
    expect([...(weights['fc.bias']?.data ?? [])]).toEqual([0, 0, 0, 0])
    expect(new Set(weights['fc.weight']?.data)).toEqual(new Set([1]))
  })

  it('gives a parameter the same values in whichever program it is', () => {
    const rules = { default: normal(1) }
    const alone = initialise(sum(parameter('fc.weight', [4, 3])), key, rules)
    const ofProgram = initialise(expectRight(program({ x }, { y })), key, rules)
    expect(expectRight(ofProgram)['fc.weight']).toEqual(expectRight(alone)['fc.weight'])
    expect(expectRight(ofProgram)['fc.weight']).not.toEqual(
      expectRight(initialise(loss, randomKey.keyFromSeed(4), rules))['fc.weight'],
    )
  })

  it('takes sizes for the symbols in shapes of parameters', () => {
    const table = sum(parameter('table', ['V', 2]))
    expect(expectRight(initialise(table, key, { default: ones, sizes: { V: 5 } }))['table']?.shape).toEqual([
      5, 2,
    ])
    expect(explainFault(expectLeft(initialise(table, key, { default: ones })))).toContain(
      "dim 'V' has no size",
    )
  })

  it('names the parameters that no rule matches', () => {
    expect(explainFault(expectLeft(initialise(loss, key, { rules: [[/weight$/, ones]] })))).toBe(
      "no rule gives a first value to the parameter 'fc.bias' [4]; add a rule such as [/bias$/, zeros], or a 'default'",
    )
  })

  it('names a parameter whose shape its initialiser cannot fill', () => {
    expect(explainFault(expectLeft(initialise(loss, key, { default: heNormal })))).toBe(
      "the parameter 'fc.bias' [4] cannot be initialised by its rule: it has fewer than two axes, so it has no count of inputs and outputs; give it a rule of its own, such as [/bias$/, zeros]",
    )
  })

  it('names a parameter that is not f32', () => {
    const scaled = mul(parameter('count', [], 'i32'), 2)
    expect(explainFault(expectLeft(initialise(scaled, key, { default: ones })))).toContain(
      "'count' [] cannot be initialised by its rule: it is i32",
    )
  })
})
