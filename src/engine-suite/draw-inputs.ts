/** Random values for the inputs of a program. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../dsl/program.js'
import { explainEngineFailure } from '../engines/explain.js'
import { staticShapes } from '../engines/static-shapes.js'
import type { Sizes } from '../shapes/dim.js'
import { symbolsOf } from '../shapes/dim.js'
import type { NamedValues } from '../values/named-values.js'
import { foldIn, keyFromSeed, normal, uniform } from '../values/random-key.js'
import { lookup } from '../values/record.js'
import type { DType, TensorValue } from '../values/value.js'
import { elementCount, tensorValue } from '../values/value.js'

/** Numbers from `from`, and below `to`. */
export interface NumberRange {
  readonly from: number
  readonly to: number
}

export interface DrawnInputs {
  readonly seed: number
  /** Of inputs by name. Without one, floats are normally distributed, and integers are 0 or 1. */
  readonly ranges: Readonly<Record<string, NumberRange>>
  /** Values that are not drawn. */
  readonly given: NamedValues
}

/** The sizes of a program's symbols: those that are given, and 2 for each other symbol of an input. */
export const completeSizes = ({ inputs }: Program, given: Sizes): Sizes => ({
  ...Object.fromEntries(
    inputs.flatMap(({ attributes: { shape } }) => shape.flatMap(symbolsOf)).map((symbol) => [symbol, 2]),
  ),
  ...given,
})

const drawn = (
  dtype: DType,
  shape: readonly number[],
  key: ReturnType<typeof keyFromSeed>,
  range: NumberRange | undefined,
): TensorValue => {
  const count = elementCount(shape)
  if (dtype === 'f32' && range === undefined) return { dtype, shape, data: normal(key, count) }
  const { from, to } = range ?? { from: 0, to: 2 }
  const numbers = Array.from(uniform(key, count), (share) => from + share * (to - from))
  return tensorValue(dtype, shape, dtype === 'f32' ? numbers : numbers.map(Math.floor))
}

/** Values for all inputs of a program at these sizes. Fails with a sentence where a size does not fit. */
export const drawInputs = (
  program: Program,
  sizes: Sizes,
  { seed, ranges, given }: DrawnInputs,
): E.Either<string, NamedValues> =>
  pipe(
    staticShapes(program, sizes),
    E.bimap(explainEngineFailure, ({ shape }) =>
      Object.fromEntries(
        program.inputs.map((input, i) => {
          const { name, dtype } = input.attributes
          const key = foldIn(keyFromSeed(seed), i)
          return [name, lookup(name, given) ?? drawn(dtype, shape(input), key, lookup(name, ranges))]
        }),
      ),
    ),
  )
