/** What calls are drawn from: dims, shapes, axes, and pairs of shapes that broadcast. */
import * as fc from 'fast-check'
import { addDims, divideDims, multiplyDims } from '../../../src/shapes/dim.js'
import type { Dim, DType } from '../../../src/dsl/index.js'
import * as E from 'fp-ts/lib/Either.js'

/** Takes one value of an arbitrary. */
export type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T

/**
 * An arbitrary that is written as a function of the values that it draws. They come from a seed of its own: what is drawn
 * after `fc.gen` would begin with the same random numbers, and a call's name tell what is changed in it.
 */
export const drawn = <T>(make: (draw: Draw) => T): fc.Arbitrary<T> => {
  const made = fc.gen().map((generate) => make((arbitrary) => generate(() => arbitrary)))
  return fc.noBias(fc.integer()).chain((seed) => fc.constantFrom(...fc.sample(made, { numRuns: 1, seed })))
}

export const size: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(1, 2, 3, 4, 6, 8, 12, 16, 77),
  fc.integer({ min: 2, max: 9999 }),
)

export const symbol: fc.Arbitrary<string> = fc.constantFrom('B', 'K', 'L', 'N', 'D', 'width', 'd_2')

/** `'L+4'`, `'12*B'`, `'D/8'`, `'2*(L+4)'`: as the algebra writes them. */
const computed: fc.Arbitrary<Dim> = drawn((draw) => {
  const [a, b, factor] = [draw(symbol), draw(fc.oneof(symbol, size)), draw(size)]
  const sum = addDims(a, b)
  return draw(
    fc.constantFrom<Dim>(
      sum,
      multiplyDims(a, b),
      multiplyDims(sum, factor),
      E.getOrElse((): Dim => a)(divideDims(a, factor)),
      multiplyDims(multiplyDims(a, b), factor),
    ),
  )
})

/** The same in an order of a user's own. */
const irregular: fc.Arbitrary<string> = fc.constantFrom('4+L', 'B*12', '(L+4)*2', '2*B*3', 'L+1+M+1', 'B/2/2')

export const dim: fc.Arbitrary<Dim> = fc.oneof(
  { weight: 10, arbitrary: size },
  { weight: 6, arbitrary: symbol },
  { weight: 3, arbitrary: computed },
  { weight: 1, arbitrary: irregular },
)

export const shape = (minLength: number, maxLength: number): fc.Arbitrary<readonly Dim[]> =>
  fc.array(dim, { minLength, maxLength })

export const dtype: fc.Arbitrary<DType> = fc.constantFrom('f32', 'f32', 'i32', 'bool')
export const numeric: fc.Arbitrary<DType> = fc.constantFrom('f32', 'f32', 'i32')

/** An axis of a tensor of a rank, counted from the front or from the end. */
export const axisOf = (rank: number): fc.Arbitrary<number> => fc.integer({ min: -rank, max: rank - 1 })

export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/** Shapes that broadcast to a shape: leading axes may lack, others may be 1. */
export const narrowed = (full: readonly Dim[]): fc.Arbitrary<readonly Dim[]> =>
  drawn((draw) => {
    const kept = full.slice(draw(fc.oneof(fc.constant(0), fc.nat(full.length))))
    return draw(fc.boolean()) ? kept : kept.map((one) => draw(fc.constantFrom(one, one, 1)))
  })

export const shuffled = <T>(items: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length })

/** Names of axes in specs. */
export const axisNames = ['b', 'h', 'q', 'd', 'k', 'e'] as const

/** A dim for each of `axisNames`. */
export const namedSizes: fc.Arbitrary<ReadonlyMap<string, Dim>> = fc
  .tuple(dim, dim, dim, dim, dim, dim)
  .map((sizes) => new Map<string, Dim>(axisNames.map((name, i) => [name, sizes[i] ?? 1])))
