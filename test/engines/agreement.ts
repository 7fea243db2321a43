/** Running programs on an engine and on the oracle, and comparing what they answer. */
import type * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { evaluate } from '../../src/dsl/evaluate/evaluate.js'
import type { Node } from '../../src/dsl/primitive.js'
import type { Program } from '../../src/dsl/program.js'
import { programOfNodes } from '../../src/dsl/program.js'
import type { TensorValue } from '../../src/dsl/value.js'
import type { Engine, NamedValues } from '../../src/effects/engine.js'
import type { EngineFailure } from '../../src/effects/failure.js'
import { expectRight } from '../expect-either.js'

export type Sizes = Readonly<Record<string, number>>

export const f32 = (shape: readonly number[], values: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(values),
})
export const i32 = (shape: readonly number[], values: readonly number[]): TensorValue => ({
  dtype: 'i32',
  shape,
  data: Int32Array.from(values),
})
export const bool = (shape: readonly number[], values: readonly number[]): TensorValue => ({
  dtype: 'bool',
  shape,
  data: Uint8Array.from(values),
})

/** Whole numbers from -15 to 15 in no order, times `by`. */
export const counting = (count: number, by = 1): readonly number[] =>
  Array.from({ length: count }, (_, i) => ((i * 7919) % 31) * by - 15 * by)

/** What an engine makes of a program, compiled, run once and disposed of. */
export const outcomeOn = (
  engine: Engine,
  program: Program,
  values: NamedValues,
  sizes: Sizes,
): Promise<E.Either<EngineFailure, NamedValues>> => {
  const named = (leaves: Program['inputs'] | Program['parameters']): NamedValues =>
    Object.fromEntries(
      leaves.flatMap(({ attributes: { name } }) => {
        const value = values[name]
        return value === undefined ? [] : [[name, value]]
      }),
    )
  return pipe(
    engine.compile(program, { sizes, weights: named(program.parameters), state: [] }),
    TE.chain((executable) =>
      pipe(
        executable.run(named(program.inputs)),
        TE.chainFirst(() => executable.dispose()),
      ),
    ),
  )()
}

/** How far two numbers may be apart: `absolute + relative * |expected|`. */
export interface Tolerance {
  readonly absolute: number
  readonly relative: number
}

const close = (found: number, expected: number, { absolute, relative }: Tolerance): boolean =>
  Object.is(found, expected) ||
  found === expected ||
  Math.abs(found - expected) <= absolute + relative * Math.abs(expected)

/** The first element in which two tensors differ, in words. */
export const difference = (
  found: TensorValue | undefined,
  expected: TensorValue,
  tolerance: Tolerance,
): string | undefined => {
  if (found === undefined) return 'no such output'
  if (found.dtype !== expected.dtype || found.shape.join() !== expected.shape.join()) {
    return `${found.dtype}[${found.shape.join()}] instead of ${expected.dtype}[${expected.shape.join()}]`
  }
  // What float32 cannot hold, it rounds: so does the comparison.
  const rounded = expected.dtype === 'f32' ? Float32Array.from(expected.data) : expected.data
  const at = rounded.findIndex((value, i) => !close(found.data[i] ?? 0, value, tolerance))
  return at < 0 ? undefined : `element ${at} is ${found.data[at]} instead of ${rounded[at]}`
}

/** In which outputs an engine differs from the oracle: nothing where all is well. */
export const disagreements = async (
  engine: Engine,
  outputs: Readonly<Record<string, Node>>,
  values: NamedValues,
  {
    sizes = {},
    tolerance = { absolute: 1e-5, relative: 1e-5 },
  }: { sizes?: Sizes; tolerance?: Tolerance } = {},
): Promise<readonly string[]> => {
  const program = expectRight(programOfNodes(outputs))
  const expected = expectRight(evaluate(program, values, sizes))
  const found = expectRight(await outcomeOn(engine, program, values, sizes))
  return Object.entries(expected).flatMap(([name, value]) => {
    const differs = difference(found[name], value, tolerance)
    return differs === undefined ? [] : [`${name}: ${differs}`]
  })
}
