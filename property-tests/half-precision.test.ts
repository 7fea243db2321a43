/** Matrix products in half precision differ from the exact ones by no more than the rounding of each number allows. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import * as b from '../src/dsl/builder.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import type { Node } from '../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../src/dsl/program.js'
import type { NamedValues } from '../src/values/named-values.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { runOnce } from '../src/engine-conformance/agreement.js'
import { f32 } from '../src/engine-conformance/drawn-values.js'
import { expectRight } from '../test/expect-either.js'

/** Half of the distance from 1 to the next number. */
const unitRoundoff = { float16: 2 ** -11, bfloat16: 2 ** -8 } as const

/** Half of the distance between the smallest numbers; bfloat16's are below anything that is drawn here. */
const smallest = 2 ** -25

/** Numbers of either sign that no format takes for 0 or for infinity. */
const number = fc
  .tuple(fc.constantFrom(-1, 1), fc.float({ min: 2 ** -6, max: 64, noNaN: true }))
  .map(([sign, size]) => sign * size)

const size = fc.integer({ min: 1, max: 5 })
const factors = fc
  .record({ rows: size, inner: fc.integer({ min: 1, max: 40 }), columns: size, transposed: fc.boolean() })
  .chain((sizes) => {
    const numbers = (count: number) => fc.array(number, { minLength: count, maxLength: count })
    return fc.record({
      sizes: fc.constant(sizes),
      left: numbers(sizes.rows * sizes.inner),
      right: numbers(sizes.inner * sizes.columns),
    })
  })

const absolute = (values: readonly number[]): readonly number[] => values.map(Math.abs)

it.each(['float16', 'bfloat16'] as const)(
  'products in %s are within the bound of their rounding',
  async (precision) => {
    const engine = onnxEngine({ threads: 1, precision })
    const u = unitRoundoff[precision]
    await fc.assert(
      fc.asyncProperty(factors, async ({ sizes: { rows, inner, columns, transposed }, left, right }) => {
        const x = b.input('x', [rows, inner])
        const w = b.input('w', transposed ? [columns, inner] : [inner, columns])
        const y: Node = b.matmul(x, transposed ? b.transposeLast(w) : w)
        const program = expectRight(programOfNodes({ y }))
        const valuesOf = (l: readonly number[], r: readonly number[]): NamedValues => ({
          x: f32([rows, inner], l),
          w: f32(transposed ? [columns, inner] : [inner, columns], r),
        })
        const values = valuesOf(left, right)
        const found = expectRight(await runOnce(engine, { program, values, sizes: {} })())['y']?.data ?? []
        const exact = expectRight(evaluate(program, values, {}))['y']?.data ?? []
        // Σ|x||w|, to which the errors of the terms are relative: Higham, Accuracy and Stability, section 3.5.
        const terms =
          expectRight(evaluate(program, valuesOf(absolute(left), absolute(right)), {}))['y']?.data ?? []
        expect(found).toHaveLength(rows * columns)
        for (const [i, value] of [...exact].entries()) {
          // Two operands and the result are rounded, and the terms are added up in 32 bits.
          const relative = (1 + u) ** 3 * (1 + inner * 2 ** -24) ** 2 - 1
          const allowed = relative * (terms[i] ?? 0) + smallest
          expect(Math.abs((found[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(allowed)
        }
      }),
      { numRuns: 40 },
    )
  },
)
