/** A trial: the sizes and values that a law is tried with. */
import type { Dim, Sizes } from '../shapes/dim.js'
import { symbolsOf } from '../shapes/dim.js'
import type { NamedValues } from '../values/named-values.js'
import type { RandomKey } from '../values/random-key.js'
import type { TensorValue } from '../values/value.js'
import type { Region } from './arbitraries/kind.js'
import type { AnyTensorArgument } from './argument.js'
import { sizesOfShape } from './argument.js'
import { cutTo, mapElements, takeAlong, unroundedValue } from './tensor-values.js'

export interface Trial {
  readonly sizes: Sizes
  /** Of every argument and every parameter. */
  readonly values: NamedValues
  /** The key for a law's own random choices: permutations, directions, amounts. */
  readonly key: RandomKey
}

/** The positions that stay of a symbol's axis, or their new order. */
type Positions = readonly number[]

const mentions = (dim: Dim, symbol: string): boolean => dim !== symbol && symbolsOf(dim).includes(symbol)

/** Labels of the positions that stay, renumbered; those of others become 0, for the kind to repair. */
const renumbered = (value: TensorValue, positions: Positions): TensorValue =>
  mapElements(value, (label) => Math.max(positions.indexOf(label), 0))

/** An argument's value with a symbol's axes, and labels that index them, restricted to positions. */
const selectIn = (
  { shape, indexes }: AnyTensorArgument,
  value: TensorValue,
  symbol: string,
  positions: Positions,
): TensorValue =>
  shape.reduce(
    (sofar, dim, axis) => (dim === symbol ? takeAlong(sofar, axis, positions) : sofar),
    indexes === symbol ? renumbered(value, positions) : value,
  )

/**
 * A trial with only some positions of a symbol, or all in another order: rows of the batch, classes. Axes of several
 * symbols (`'H*E'`) and parameters are cut to their new length.
 */
export const selectPositions = (
  tensors: readonly AnyTensorArgument[],
  trial: Trial,
  symbol: string,
  positions: Positions,
): Trial => {
  const sizes: Sizes = { ...trial.sizes, [symbol]: positions.length }
  const selected = tensors.flatMap((argument) => {
    const value = trial.values[argument.name]
    if (value === undefined) return []
    const restricted = selectIn(argument, value, symbol, positions)
    const shape = sizesOfShape(argument.shape, sizes)
    return [
      [
        argument.name,
        argument.shape.some((dim) => mentions(dim, symbol)) ? cutTo(restricted, shape) : restricted,
      ] as const,
    ]
  })
  return { ...trial, sizes, values: { ...trial.values, ...Object.fromEntries(selected) } }
}

/** An argument's value brought back among those of its kind. */
export const repaired = (
  argument: AnyTensorArgument,
  value: TensorValue,
  sizes: Sizes,
  region: Region,
): TensorValue =>
  unroundedValue(
    value.dtype,
    value.shape,
    argument.kind.repair(Float64Array.from(value.data), { shape: value.shape, sizes, region }),
  )
