import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import { bool, disagreements, f32, i32 } from './agreement.js'
import { engines } from './engines.js'

const smallest = -(2 ** 31)
const largest = 2 ** 31 - 1

const numbers = [
  Number.NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  -2.5,
  3,
  1e-30,
  -1e-20,
  40,
  -40,
  100,
  -100,
  1e30,
]

const unary = {
  neg: b.neg,
  abs: b.abs,
  sign: b.sign,
  floor: b.floor,
  round: b.round,
  exp: b.exp,
  expm1: b.expm1,
  log: b.log,
  log1p: b.log1p,
  sqrt: b.sqrt,
  rsqrt: b.rsqrt,
  tanh: b.tanh,
  erf: b.erf,
  sigmoid: b.sigmoid,
  relu: b.relu,
  softplus: b.softplus,
}
const binary = {
  add: b.add,
  sub: b.sub,
  mul: b.mul,
  div: b.div,
  mod: b.mod,
  maximum: b.maximum,
  minimum: b.minimum,
  equal: b.equal,
  less: b.less,
  lessEqual: b.lessEqual,
}

describe.each(engines)('on $name, elementwise primitives', (engine) => {
  it('agree with the oracle on numbers, infinities and NaN', async () => {
    const count = numbers.length
    const x = b.input('x', [count])
    const column = b.input('column', [count, 1])
    const outputs = {
      ...Object.fromEntries(Object.entries(unary).map(([name, op]) => [name, op(x)])),
      ...Object.fromEntries(Object.entries(binary).map(([name, op]) => [name, op(x, column)])),
      toBool: b.cast(x, 'bool'),
      toI32: b.cast(x, 'i32'),
      where: b.where(b.less(x, column), x, column),
    }
    const values = { x: f32([count], numbers), column: f32([count, 1], numbers) }
    expect(await disagreements(engine, outputs, values)).toEqual([])
  })

  it('agree with the oracle on moderate numbers', async () => {
    const x = b.input('x', [2001])
    const values = {
      x: f32(
        [2001],
        Array.from({ length: 2001 }, (_, i) => (i - 1000) / 100),
      ),
    }
    const outputs = { sin: b.sin(x), cos: b.cos(x), gelu: b.gelu(x), erf: b.erf(x), tanh: b.tanh(x) }
    const tolerance = { absolute: 2e-6, relative: 2e-6 }
    expect(await disagreements(engine, outputs, values, { tolerance })).toEqual([])
  })

  it('keep all digits of results near 0: log1p, expm1 and softplus', async () => {
    const x = b.input('x', [9])
    const near = [1e-12, -1e-12, 3e-9, -2.5e-7, 1e-4, -1e-3, 0.04, -0.3, 1.5]
    const left = near.map((small) => -20 * Math.abs(small) - 5)
    const outputs = { log1p: b.log1p(x), expm1: b.expm1(x), softplus: b.softplus(b.input('left', [9])) }
    const tolerance = { absolute: 0, relative: 2e-6 }
    const values = { x: f32([9], near), left: f32([9], left) }
    expect(await disagreements(engine, outputs, values, { tolerance })).toEqual([])
  })

  it('round halves to the even neighbour', async () => {
    const halves = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 0.49999997, 8388609]
    const outputs = { round: b.round(b.input('x', [halves.length])) }
    expect(await disagreements(engine, outputs, { x: f32([halves.length], halves) })).toEqual([])
  })

  it('give NaN for fractional powers of negative bases, and numbers for whole ones', async () => {
    const base = [2, -2, -8, 0, -1, 1, Number.NaN, 0, 9]
    const power = [-2, 3, 1 / 3, 0, 5, Number.NaN, 0, -1, 0.5]
    const outputs = { pow: b.pow(b.input('x', [9]), b.input('y', [9])) }
    expect(await disagreements(engine, outputs, { x: f32([9], base), y: f32([9], power) })).toEqual([])
  })

  it('wrap integers to 32 bits and truncate their quotients', async () => {
    const integers = [0, 1, -1, 2, -2, 7, -7, 65536, 123456789, largest, smallest]
    const count = integers.length
    const [x, y] = [b.input('x', [count], 'i32'), b.input('y', [count, 1], 'i32')]
    const outputs = {
      ...Object.fromEntries(Object.entries(binary).map(([name, op]) => [name, op(x, y)])),
      neg: b.neg(x),
      abs: b.abs(x),
      sign: b.sign(x),
      byThree: b.div(x, b.scalar(3, 'i32')),
      byMinusOne: b.div(x, b.scalar(-1, 'i32')),
      where: b.where(b.less(x, y), x, y),
      toF32: b.cast(x, 'f32'),
      toBool: b.cast(x, 'bool'),
    }
    const values = { x: i32([count], integers), y: i32([count, 1], integers) }
    expect(await disagreements(engine, outputs, values)).toEqual([])
  })

  it('wrap floats that are cast to integers, and cast infinities and NaN to 0', async () => {
    const floats = [
      1.9,
      -1.9,
      3e9,
      -3e9,
      1e10,
      -1e10,
      2 ** 63,
      -(2 ** 63),
      1e30,
      Number.NaN,
      Infinity,
      -Infinity,
    ]
    const outputs = { cast: b.cast(b.input('x', [12]), 'i32') }
    expect(await disagreements(engine, outputs, { x: f32([12], floats) })).toEqual([])
  })

  it('combine booleans by and, or, not and where', async () => {
    const [x, y, z] = [b.input('x', [8], 'bool'), b.input('y', [8], 'bool'), b.input('z', [8], 'bool')]
    const outputs = {
      not: b.not(x),
      and: b.and(x, y),
      or: b.or(x, y),
      equal: b.equal(x, y),
      where: b.where(x, y, z),
      toF32: b.cast(x, 'f32'),
      toI32: b.cast(x, 'i32'),
    }
    const bit = (place: number) =>
      bool(
        [8],
        Array.from({ length: 8 }, (_, i) => (i >> place) & 1),
      )
    expect(await disagreements(engine, outputs, { x: bit(0), y: bit(1), z: bit(2) })).toEqual([])
  })
})
