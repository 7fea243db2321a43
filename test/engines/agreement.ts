/** Running programs on an engine and on the oracle, and comparing what they answer. */
import { evaluate } from '../../src/dsl/evaluate/evaluate.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../../src/dsl/program.js'
import type { TensorValue } from '../../src/values/value.js'
import type { Engine } from '../../src/engines/engine.js'
import type { NamedValues } from '../../src/values/named-values.js'
import type { Tolerance } from '../../src/engine-conformance/agreement.js'
import { difference, runOnce } from '../../src/engine-conformance/agreement.js'
import { expectRight } from '../expect-either.js'

export type Sizes = Readonly<Record<string, number>>

export { f32, i32 } from '../../src/engine-conformance/drawn-values.js'

export const bool = (shape: readonly number[], values: readonly number[]): TensorValue => ({
  dtype: 'bool',
  shape,
  data: Uint8Array.from(values),
})

/** Whole numbers from -15 to 15 in no order, times `by`. */
export const counting = (count: number, by = 1): readonly number[] =>
  Array.from({ length: count }, (_, i) => ((i * 7919) % 31) * by - 15 * by)

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
  const found = expectRight(await runOnce(engine, { program, values, sizes })())
  return Object.entries(expected).flatMap(([name, value]) => {
    const differs = difference(found[name], value, tolerance)
    return differs === undefined ? [] : [`${name}: ${differs}`]
  })
}
