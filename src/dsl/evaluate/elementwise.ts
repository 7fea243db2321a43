/** Elementwise evaluation: one operand, two with numpy broadcasting, and `where`. */
import type { DType } from '../../values/value.js'
import type { DenseArray } from './array.js'
import { broadcastSizes } from '../../values/broadcast-sizes.js'
import { at, broadcast, generate, mapElements } from './array.js'
import { errorFunction } from './error-function.js'

export const mapArray = ({ shape, data }: DenseArray, f: (value: number) => number): DenseArray => ({
  shape,
  data: mapElements(data, f),
})

/** Rounds toward what the element type holds: i32 wraps, bool is 0 or 1. */
export const conform = (x: DenseArray, dtype: DType): DenseArray => {
  switch (dtype) {
    case 'f32':
      return x
    case 'i32':
      return mapArray(x, (value) => Math.trunc(value) | 0)
    case 'bool':
      return mapArray(x, (value) => Number(value !== 0))
  }
}

export const zipWith = (a: DenseArray, b: DenseArray, f: (a: number, b: number) => number): DenseArray => {
  const shape = broadcastSizes(a.shape, b.shape)
  const [left, right] = [broadcast(a, shape).data, broadcast(b, shape).data]
  // A loop of its own: two functions for each element would cost a third more.
  const data = new Float64Array(left.length)
  for (let i = 0; i < data.length; i += 1) data[i] = f(left[i] ?? Number.NaN, right[i] ?? Number.NaN)
  return { shape, data }
}

export const where = (condition: DenseArray, a: DenseArray, b: DenseArray): DenseArray => {
  const shape = broadcastSizes(condition.shape, a.shape, b.shape)
  const [wide, wideA, wideB] = [broadcast(condition, shape), broadcast(a, shape), broadcast(b, shape)]
  return generate(shape, (i) => at(at(wide, i) !== 0 ? wideA : wideB, i))
}

/** To the nearest whole number, halves to the even one. The difference to the floor is exact. */
const roundHalfToEven = (x: number): number => {
  const below = Math.floor(x)
  const rest = x - below
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : Number.isFinite(x) ? below + 1 : x
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

export const unaryFunctions = {
  neg: (x: number) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  round: roundHalfToEven,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  rsqrt: (x: number) => 1 / Math.sqrt(x),
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf: errorFunction,
  sigmoid,
  relu: (x: number) => (x < 0 ? 0 : x),
  gelu: (x: number) => (x === -Infinity ? 0 : 0.5 * x * (1 + errorFunction(x * Math.SQRT1_2))),
  softplus: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  not: (x: number) => Number(x === 0),
} as const

const truth = (condition: boolean): number => Number(condition)

/** `a` if it `wins`, else `b`; NaN if either is NaN. */
const pickNumber = (a: number, b: number, wins: boolean): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : wins ? a : b

/** Power as IEEE 754 defines it, unlike `**`: 1 to any power is 1, also to NaN, and -1 to an infinite power is 1. */
const power = (a: number, b: number): number =>
  a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b

/** Remainder with the sign of the divisor. `%` is exact and has the sign of the dividend. */
const remainder = (a: number, b: number): number => {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

export const binaryFunctions = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  div: (a: number, b: number) => a / b,
  mod: remainder,
  pow: power,
  maximum: (a: number, b: number) => pickNumber(a, b, a >= b),
  minimum: (a: number, b: number) => pickNumber(a, b, a <= b),
  equal: (a: number, b: number) => truth(a === b),
  less: (a: number, b: number) => truth(a < b),
  lessEqual: (a: number, b: number) => truth(a <= b),
  and: (a: number, b: number) => truth(a !== 0 && b !== 0),
  or: (a: number, b: number) => truth(a !== 0 || b !== 0),
} as const

const product = (a: number, b: number): number => a * b

/** Multiplication: exact in 32 bits for integers. */
export const multiply = (dtype: DType): ((a: number, b: number) => number) =>
  dtype === 'i32' ? Math.imul : product
