/** The outputs that an engine may give for a program: the oracle's, with a rounding error allowed for each element. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../../values/record.js'
import type { Sizes } from '../../shapes/dim.js'
import type { NamedValues } from '../../values/named-values.js'
import { evaluate } from '../../dsl/evaluate/evaluate.js'
import type { Fault } from '../../dsl/fault.js'
import type { Node } from '../../dsl/primitives/primitive.js'
import type { Program } from '../../dsl/program.js'
import { programOfNodes } from '../../dsl/program.js'
import type { RandomKey } from '../../values/random-key.js'
import { foldIn, uniform } from '../../values/random-key.js'
import type { TensorValue } from '../../values/value.js'
import { elementCount } from '../../values/value.js'
import { topologicalOrder } from '../../dsl/walk.js'
import { sizesOfShape } from '../argument.js'
import { elementAt, unroundedValue } from '../tensor-values.js'
import { isAtEdge } from './jumps.js'
import type { RoundingFactor } from './rounding-model.js'
import { roundingModel } from './rounding-model.js'

export interface Expected {
  readonly value: TensorValue
  /** The allowed difference of each element. */
  readonly allowed: Float64Array
  /** Whether it depends on a jump at an edge, where another result may also be right. */
  readonly atEdge: boolean
}

/** Half a unit in the last place of float32, relative: the error of one rounding. */
const unitRoundoff = 2 ** -24
/** What an engine's exp or tanh may be off by, in such units. */
const unitsOff = 4
const smallestNormal = 2 ** -126
/** Evaluations with random rounding. */
const samples = 6
/** How many times the root mean square change in the samples is allowed. */
const margin = 8

/** The `count` elements of a factor. */
type Rounding = (factor: number, count: number) => ArrayLike<number>

const factorsAt = (factors: readonly RoundingFactor[], sizes: Sizes, rounding: Rounding): NamedValues =>
  Object.fromEntries(
    factors.map(({ name, shape }, i) => {
      const lengths = sizesOfShape(shape, sizes)
      return [name, unroundedValue('f32', lengths, rounding(i, elementCount(lengths)))]
    }),
  )

const withoutRounding: Rounding = (_, count) => new Float64Array(count).fill(1)

const randomRounding =
  (key: RandomKey): Rounding =>
  (factor, count) =>
    Float64Array.from(
      uniform(foldIn(key, factor), count),
      (fraction) => 1 + unitsOff * unitRoundoff * (2 * fraction - 1),
    )

/** Root mean square change of an element in the samples, times the margin. */
const uncertaintyIn =
  (exact: TensorValue, sampled: readonly (TensorValue | undefined)[]) =>
  (element: number): number => {
    const squares = sampled.map((sample) =>
      sample === undefined ? 0 : (elementAt(sample, element) - elementAt(exact, element)) ** 2,
    )
    return margin * Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / samples)
  }

const allowedIn = (exact: TensorValue, sampled: readonly (TensorValue | undefined)[]): Float64Array => {
  if (exact.dtype !== 'f32') return new Float64Array(exact.data.length)
  const uncertainty = uncertaintyIn(exact, sampled)
  return Float64Array.from(
    exact.data,
    (x, i) => unitsOff * unitRoundoff * Math.abs(x) + smallestNormal + uncertainty(i),
  )
}

/**
 * What is expected of each output of a program. The key gives the rounding of the samples.
 *
 * Fails where the program cannot be evaluated with these values.
 */
export const expectationOf = <Outputs extends string>(
  program: Program<string, Outputs>,
  values: NamedValues,
  sizes: Sizes,
  key: RandomKey,
): E.Either<Fault, Readonly<Record<Outputs, Expected>>> => {
  const model = roundingModel(program.outputs)
  const outputName = (name: string): string => `output/${name}`
  const positionName = (jump: number): string => `position/${jump}`
  const watched: Readonly<Record<string, Node>> = Object.fromEntries([
    ...Object.entries<Node>(model.outputs).map(([name, node]) => [outputName(name), node]),
    ...model.jumps.map(({ position }, i) => [positionName(i), position]),
  ])
  const withFactors = (watching: Program, rounding: Rounding): E.Either<Fault, NamedValues> =>
    evaluate(watching, { ...values, ...factorsAt(model.factors, sizes, rounding) }, sizes)
  return pipe(
    E.Do,
    E.bind('outputs', () => evaluate(program, values, sizes)),
    E.bind('watching', (): E.Either<Fault, Program> => programOfNodes(watched)),
    E.bind('exact', ({ watching }) => withFactors(watching, withoutRounding)),
    E.bind('sampled', ({ watching }) =>
      E.traverseArray((sample: number) => withFactors(watching, randomRounding(foldIn(key, sample))))(
        Array.from({ length: samples }, (_, i) => i),
      ),
    ),
    E.map(({ outputs, exact, sampled }) => {
      const atEdge = new Set(
        model.jumps.flatMap((jump, i) => {
          const position = exact[positionName(i)]
          return position !== undefined &&
            isAtEdge(
              jump,
              position.data,
              uncertaintyIn(
                position,
                sampled.map((of) => of[positionName(i)]),
              ),
            )
            ? [jump.node]
            : []
        }),
      )
      return R.mapWithIndex((name: Outputs, value: TensorValue): Expected => ({
        value,
        allowed: allowedIn(
          value,
          sampled.map((of) => of[outputName(name)]),
        ),
        atEdge: topologicalOrder([model.outputs[name]]).some((node) => atEdge.has(node)),
      }))(outputs)
    }),
  )
}
