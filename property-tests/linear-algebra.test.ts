/** Cholesky factors and linear systems keep their laws, and are the same on engines. */
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  add,
  cholesky,
  evaluate,
  eye,
  gradients,
  input,
  matmul,
  mul,
  program,
  reorder,
  solve,
  sub,
  sum,
  transposeLast,
  tril,
  triangularSolve,
} from '../src/dsl/index.js'
import type { AnyTensor, NamedValues } from '../src/dsl/index.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { tfjsEngine } from '../src/engines/tfjs/engine.js'
import { expectRight } from '../test/expect-either.js'
import { drawn, expectClose, numbersOf } from '../test/support/evaluation.js'

const x = input('x', ['B', 'N', 'N'])
const right = input('right', ['B', 'N', 'K'])
const identity = eye('N')
/** Positive definite, with singular values of 1 or more. */
const definite = add(matmul(x, transposeLast(x)), identity)
/** With a diagonal of 2 or more on which nothing else is. */
const lower = add(tril(x, { diagonal: -1 }), mul(identity, 2))

interface Case {
  readonly values: NamedValues
  readonly sizes: Readonly<Record<'B' | 'N' | 'K', number>>
}

const arbitraryCase: fc.Arbitrary<Case> = fc
  .record({
    B: fc.integer({ min: 0, max: 3 }),
    N: fc.integer({ min: 1, max: 6 }),
    K: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
  })
  .map(({ seed, ...sizes }) => ({
    sizes,
    values: {
      x: drawn(seed, [sizes.B, sizes.N, sizes.N]),
      right: drawn(seed + 1, [sizes.B, sizes.N, sizes.K]),
    },
  }))

const zero = (numbers: readonly number[], within = 1e-9): void => {
  for (const number of numbers) expect(Math.abs(number)).toBeLessThan(within)
}

const factor = cholesky(definite)

/** Differences that are 0 for every matrix. */
const differences: Readonly<Record<string, AnyTensor>> = {
  'the Cholesky factor times its transpose is the matrix': sub(
    matmul(factor, transposeLast(factor)),
    definite,
  ),
  'the Cholesky factor is lower triangular': sub(factor, tril(factor)),
  'a matrix times the solution is the right side': sub(matmul(definite, solve(definite, right)), right),
  'a matrix that is not symmetric times the solution is the right side': sub(
    matmul(transposeLast(lower), solve(transposeLast(lower), right)),
    right,
  ),
  'a lower triangle times the solution is the right side': sub(
    matmul(lower, triangularSolve(lower, right)),
    right,
  ),
  'an upper triangle times the solution is the right side': sub(
    matmul(transposeLast(lower), triangularSolve(transposeLast(lower), right, { lower: false })),
    right,
  ),
  'two triangular systems solve that of the Cholesky factor': sub(
    triangularSolve(transposeLast(factor), triangularSolve(factor, right), { lower: false }),
    solve(definite, right),
  ),
}

describe('for random matrices', () => {
  it.each(Object.entries(differences))('%s', (_, difference) => {
    fc.assert(
      fc.property(arbitraryCase, ({ values, sizes }) => zero(numbersOf(difference, values, sizes))),
      { numRuns: 60 },
    )
  })

  it('the order of the equations changes no solution', () => {
    const [m, r] = [input('m', [4, 4]), input('r', [4, 1])]
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        (seed, order) => {
          const values = { m: drawn(seed, [4, 4]), r: drawn(seed + 1, [4, 1]) }
          const plain = numbersOf(solve(m, r), values)
          const scale = Math.max(1, ...plain.map(Math.abs))
          expectClose(
            numbersOf(solve(reorder(m, 0, order), reorder(r, 0, order)), values).map((of) => of / scale),
            plain.map((of) => of / scale),
            1e-8,
          )
        },
      ),
      { numRuns: 40 },
    )
  })
})

test.each([onnxEngine({ threads: 1 }), tfjsEngine('cpu')])(
  'factors, solutions and their gradients are the oracle’s on $name',
  async (engine) => {
    const outputs = {
      factor,
      solution: solve(definite, right),
      substituted: triangularSolve(lower, right),
    }
    const ofSystems = add(outputs.solution, outputs.substituted)
    const loss = add(sum(mul(factor, factor)), sum(mul(ofSystems, ofSystems)))
    const slopes = gradients(loss, { x, right })
    const of = expectRight(program({ x, right }, { ...outputs, ofX: slopes.x, ofRight: slopes.right }))
    const sizes = { B: 2, N: 4, K: 3 }
    const values = { x: drawn(7, [2, 4, 4]), right: drawn(8, [2, 4, 3]) }
    const expected = expectRight(evaluate(of, values, sizes))
    const executable = expectRight(await engine.compile(of, { sizes, weights: {}, state: [] })())
    const found = expectRight(await executable.run(values)())
    expectRight(await executable.dispose()())
    for (const [name, { data }] of Object.entries(expected)) {
      expectClose([...(found[name]?.data ?? [])], [...data], 1e-4)
    }
  },
)
