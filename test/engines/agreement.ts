/** Running programs on an engine and on the oracle, and comparing what they answer. */
import { evaluate } from '../../src/dsl/evaluate/evaluate.js'
import type { Node } from '../../src/dsl/primitive.js'
import { programOfNodes } from '../../src/dsl/program.js'
import type { TensorValue } from '../../src/dsl/value.js'
import type { Engine, NamedValues } from '../../src/effects/engine.js'
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

/** Outputs of an engine for named nodes: all of them in one program, run once. */
export const runOn = async (
  engine: Engine,
  outputs: Readonly<Record<string, Node>>,
  values: NamedValues,
  sizes: Sizes = {},
): Promise<NamedValues> => {
  const program = expectRight(programOfNodes(outputs))
  const named = (leaves: typeof program.inputs | typeof program.parameters): NamedValues =>
    Object.fromEntries(
      leaves.flatMap(({ attributes: { name } }) => {
        const value = values[name]
        return value === undefined ? [] : [[name, value]]
      }),
    )
  const executable = expectRight(
    await engine.compile(program, { sizes, weights: named(program.parameters), state: [] })(),
  )
  const results = await executable.run(named(program.inputs))()
  expectRight(await executable.dispose()())
  return expectRight(results)
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
  const expected = expectRight(evaluate(expectRight(programOfNodes(outputs)), values, sizes))
  const found = await runOn(engine, outputs, values, sizes)
  return Object.entries(expected).flatMap(([name, value]) => {
    const differs = difference(found[name], value, tolerance)
    return differs === undefined ? [] : [`${name}: ${differs}`]
  })
}
