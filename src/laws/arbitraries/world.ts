/** Random shapes over small sizes and symbols: what the arguments of a random application are drawn from. */
import * as fc from 'fast-check'
import type { Dim, Shape, Sizes } from '../../shapes/dim.js'
import { knownSize } from '../../shapes/dim.js'

/** The dims that shapes are drawn from, the sizes of the symbols among them, and the numbers for attributes. */
export interface World {
  readonly dims: readonly Dim[]
  readonly sizes: Sizes
  readonly numbers: readonly number[]
}

const finite = [0, 1, -2.5, 0.5]

/** A world of sizes 1 to 3 (0, too, where axes may be empty) and three symbols. */
export const arbitraryWorld = (emptyAxes: boolean, infinities: boolean): fc.Arbitrary<World> => {
  const size = fc.integer({ min: emptyAxes ? 0 : 1, max: 4 })
  return fc.record({ B: size, K: size, L: size }).map((sizes) => ({
    dims: [1, 2, 3, 'B', 'K', 'L', ...(emptyAxes ? [0] : [])],
    sizes,
    numbers: infinities ? [...finite, -Infinity] : finite,
  }))
}

/** The size that a dim has in a world. */
export const sizeIn = ({ sizes }: World, dim: Dim): number => knownSize(sizes)(dim)

export const arbitraryDim = ({ dims }: World): fc.Arbitrary<Dim> => fc.constantFrom(...dims)

/** A dim whose axis has at least one position. */
export const arbitraryFilledDim = (world: World): fc.Arbitrary<Dim> =>
  fc.constantFrom(...world.dims.filter((dim) => sizeIn(world, dim) > 0))

/** A shape of any rank from `minRank` to `maxRank`. */
export const arbitraryShape = (world: World, minRank = 0, maxRank = 3): fc.Arbitrary<Shape> =>
  fc.array(arbitraryDim(world), { minLength: minRank, maxLength: maxRank })

/** An axis of a shape. */
export const arbitraryAxis = (shape: Shape): fc.Arbitrary<number> => fc.nat(shape.length - 1)

/** Some of the axes of a shape, ascending. */
export const arbitraryAxes = (shape: Shape): fc.Arbitrary<readonly number[]> => fc.subarray([...shape.keys()])

/** A shape that broadcasts to the given one: leading axes are left out, others are 1. */
export const arbitraryStretchable = (shape: Shape): fc.Arbitrary<Shape> =>
  fc
    .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }))
    .map(([dropped, flat]) => shape.map((dim, axis) => (flat[axis] === true ? 1 : dim)).slice(dropped))

/** A shape with the dim at an axis replaced by others. */
export const replaceDim = (shape: Shape, axis: number, ...by: readonly Dim[]): Shape => [
  ...shape.slice(0, axis),
  ...by,
  ...shape.slice(axis + 1),
]
