/** Random values for the inputs of a random application. */
import * as fc from 'fast-check'
import { keyFromSeed, permutation } from '../../values/random-key.js'
import type { DType, TensorValue } from '../../values/value.js'
import { elementCount, tensorValue } from '../../values/value.js'

type Interval = readonly [number, number]

/** Which numbers an operand takes. */
export type Domain =
  | { readonly kind: 'real'; readonly ordinary: readonly Interval[]; readonly smooth: readonly Interval[] }
  | { readonly kind: 'whole'; readonly min: number; readonly max: number; readonly wraps: boolean }
  | { readonly kind: 'truth' }

/**
 * - `ordinary`: finite float32 numbers where the primitive is defined; ties, zeros and whole numbers are common.
 * - `smooth`: all numbers of an application differ and lie away from kinks and poles, so that a step of 1e-3 crosses none.
 * - `special`: ordinary ones mixed with NaN, infinities, -0 and the ends of the int32 range.
 */
export type ValueKind = 'ordinary' | 'smooth' | 'special'

/** Away from 0, where abs, relu and their kin have their kinks. */
export const real: Domain = {
  kind: 'real',
  ordinary: [[-3, 3]],
  smooth: [
    [-2, -0.1],
    [0.1, 2],
  ],
}
export const positive: Domain = { kind: 'real', ordinary: [[0.125, 4]], smooth: [[0.25, 4]] }
export const nonzero: Domain = {
  kind: 'real',
  ordinary: [
    [-3, -0.25],
    [0.25, 3],
  ],
  smooth: [
    [-2, -0.25],
    [0.25, 2],
  ],
}
/** Away from whole numbers. */
export const fractional: Domain = {
  kind: 'real',
  ordinary: [[-3, 3]],
  smooth: [
    [-1.8, -1.2],
    [-0.8, -0.2],
    [0.2, 0.8],
    [1.2, 1.8],
  ],
}
/** Away from halves. */
export const nearWhole: Domain = {
  kind: 'real',
  ordinary: [[-3, 3]],
  smooth: [
    [-1.4, -0.6],
    [-0.4, 0.4],
    [0.6, 1.4],
  ],
}
/** Divisors near 1 and -1: divided by them, what is away from whole numbers stays so. */
export const nearOne: Domain = {
  kind: 'real',
  ordinary: [
    [-3, -0.25],
    [0.25, 3],
  ],
  smooth: [
    [-1.05, -0.95],
    [0.95, 1.05],
  ],
}
export const whole: Domain = { kind: 'whole', min: -5, max: 5, wraps: true }
export const wholePositive: Domain = { kind: 'whole', min: 1, max: 5, wraps: false }
/** Positions of an axis of this size. */
export const position = (size: number): Domain => ({ kind: 'whole', min: 0, max: size - 1, wraps: false })
/** A random key: any two words. */
export const word: Domain = { kind: 'whole', min: -(2 ** 31), max: 2 ** 31 - 1, wraps: false }
export const truth: Domain = { kind: 'truth' }

/** The element type of a domain's numbers. */
export const dtypeOf = ({ kind }: Domain): DType =>
  kind === 'real' ? 'f32' : kind === 'whole' ? 'i32' : 'bool'

const within = ([low, high]: Interval): fc.Arbitrary<number> =>
  fc.float({ min: Math.fround(low), max: Math.fround(high), noNaN: true }).map((x) => (x === 0 ? 0 : x))

const wholesWithin = ([low, high]: Interval): readonly number[] =>
  Array.from({ length: Math.max(0, Math.floor(high) - Math.ceil(low) + 1) }, (_, i) => Math.ceil(low) + i + 0)

const ordinaryNumber = (intervals: readonly Interval[]): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.oneof(...intervals.map(within)) },
    { weight: 1, arbitrary: fc.constantFrom(...intervals.flatMap(wholesWithin)) },
  )

const specialNumbers = [Number.NaN, Infinity, -Infinity, -0, 0]
const extremeWholes = [2 ** 31 - 1, -(2 ** 31), 2 ** 30]

/** The number at a fraction of the way through intervals laid end to end. */
const along = (intervals: readonly Interval[], fraction: number): number => {
  let rest = fraction * intervals.reduce((total, [low, high]) => total + high - low, 0)
  for (const [low, high] of intervals) {
    if (rest <= high - low) return low + rest
    rest -= high - low
  }
  return intervals.at(-1)?.[1] ?? 0
}

const number = (domain: Domain, kind: ValueKind): fc.Arbitrary<number> => {
  switch (domain.kind) {
    case 'real': {
      const ordinary = ordinaryNumber(domain.ordinary)
      return kind === 'special' ? fc.oneof(ordinary, fc.constantFrom(...specialNumbers)) : ordinary
    }
    case 'whole': {
      const ordinary = fc.integer({ min: domain.min, max: domain.max })
      return kind === 'special' && domain.wraps
        ? fc.oneof(ordinary, fc.constantFrom(...extremeWholes))
        : ordinary
    }
    case 'truth':
      return fc.constantFrom(0, 1)
  }
}

const asValue = (domain: Domain, shape: readonly number[], numbers: readonly number[]): TensorValue =>
  tensorValue(dtypeOf(domain), shape, numbers)

/** A tensor to be drawn: its sizes, and which numbers it holds. */
interface DrawnTensor {
  readonly shape: readonly number[]
  readonly domain: Domain
}

const fill = (wanted: DrawnTensor, kind: ValueKind): fc.Arbitrary<TensorValue> => {
  const count = elementCount(wanted.shape)
  return fc
    .array(number(wanted.domain, kind), { minLength: count, maxLength: count })
    .map((numbers) => asValue(wanted.domain, wanted.shape, numbers))
}

/** Real tensors whose elements, over all tensors, are the steps of one scale in random order: no two are close. */
const spread = (all: readonly DrawnTensor[]): fc.Arbitrary<readonly TensorValue[]> =>
  fc.integer({ min: 0, max: 2 ** 31 - 1 }).chain((seed) => {
    const counts = all.map(({ shape }) => elementCount(shape))
    const total = counts.reduce((sum, count) => sum + count, 0)
    const order = permutation(keyFromSeed(seed), total)
    const starts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0))
    return fc.tuple(
      ...all.map((wanted, t) => {
        const { domain, shape } = wanted
        if (domain.kind !== 'real') return fill(wanted, 'ordinary')
        const numbers = Array.from({ length: counts[t] ?? 0 }, (_, i) =>
          along(domain.smooth, ((order[(starts[t] ?? 0) + i] ?? 0) + 0.5) / total),
        )
        return fc.constant(asValue(domain, shape, numbers))
      }),
    )
  })

/** Values for several tensors. */
export const arbitraryValues = (
  all: readonly DrawnTensor[],
  kind: ValueKind,
): fc.Arbitrary<readonly TensorValue[]> =>
  kind === 'smooth' ? spread(all) : fc.tuple(...all.map((wanted) => fill(wanted, kind)))
