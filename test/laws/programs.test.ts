import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import { placeholder } from '../../src/dsl/node.js'
import { nodesOf } from '../../src/dsl/program.js'
import { closeLoop } from '../../src/dsl/transformations/close-loop.js'
import type { Node, Program, TensorValue } from '../../src/dsl/index.js'
import { evaluate, explainFault, fromJson, programOfNodes, toJson } from '../../src/dsl/index.js'
import type { NamedValues } from '../../src/values/named-values.js'
import type { ProgramCompiler } from '../../src/laws/index.js'
import {
  allOps,
  arbitraryLoss,
  arbitraryProgram,
  checkProgramsOn,
  explainProgramViolation,
} from '../../src/laws/index.js'
import { expectationOf } from '../../src/laws/programs/expectation.js'
import { expectLeft, expectRight } from '../expect-either.js'

/** An engine that is the oracle rounded to float32, its outputs changed by `change`. */
const engineWith = (
  name: string,
  change: (outputs: NamedValues, program: Program) => NamedValues = (outputs) => outputs,
): ProgramCompiler<string> => ({
  name,
  compile: (program, { sizes, weights }) =>
    TE.right({
      run: (inputs) =>
        pipe(
          evaluate(program, { ...weights, ...inputs }, sizes, 'float32'),
          E.bimap(explainFault, (outputs) => change(outputs, program)),
          TE.fromEither,
        ),
      dispose: () => TE.right(undefined),
    }),
})

const explain = (failure: string): string => failure

const scaledBy =
  (factor: number) =>
  (value: TensorValue): TensorValue =>
    value.dtype === 'f32' ? { ...value, data: Float64Array.from(value.data, (x) => factor * x) } : value

describe('random programs', () => {
  it('together use every primitive', () => {
    const nodes = fc
      .sample(arbitraryProgram(), { seed: 1, numRuns: 500 })
      .flatMap(({ program }) => nodesOf(program))
    const used = new Set(nodes.map(({ op }) => op))
    expect(allOps.filter((op) => !used.has(op))).toEqual([])
  })

  it('are valid, and are the same after a round trip through JSON', () => {
    fc.assert(
      fc.property(arbitraryProgram(), ({ program, values, sizes }) => {
        const again = expectRight(fromJson(toJson(program)))
        expect(E.isRight(evaluate(again, values, sizes))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('can be losses, with one real scalar as output', () => {
    fc.assert(
      fc.property(arbitraryLoss(), ({ program, values, sizes }) => {
        const { loss } = expectRight(evaluate(program, values, sizes))
        expect([loss.dtype, loss.shape]).toEqual(['f32', []])
      }),
      { numRuns: 50 },
    )
  })
})

describe('an engine tried on random programs', () => {
  it('agrees with the oracle if it rounds to float32', async () => {
    const report = expectRight(await checkProgramsOn(engineWith('rounded'), { explain, runs: 25 })())
    expect(report).toMatchObject({ tag: 'ProgramsAgree', programs: 25 })
    expect(report.compared).toBeGreaterThan(25 * 5)
    expect(report.atEdge).toBeLessThan(report.compared / 50)
    expect(report.primitives.size).toBeGreaterThan(allOps.length / 2)
  })

  it.each([
    ['scaled by 1.00001', scaledBy(1.00001)],
    ['off by a bit of 16', scaledBy(1 + 2 ** -9)],
  ])('disagrees with the oracle if it is %s', async (name, change) => {
    const violation = expectLeft(
      await checkProgramsOn(engineWith(name, R.map(change)), { explain, runs: 20 })(),
    )
    expect(violation).toMatchObject({ engine: name, finding: { tag: 'Differs' } })
  })

  it('disagrees with the oracle if it gives false for true', async () => {
    const negated = R.map((value: TensorValue) =>
      value.dtype === 'bool' ? { ...value, data: value.data.map((x) => 1 - x) } : value,
    )
    const violation = expectLeft(
      await checkProgramsOn(engineWith('negated', negated), { explain, runs: 50 })(),
    )
    expect(violation.finding).toMatchObject({ tag: 'Differs', expected: { dtype: 'bool' } })
  })

  it('is reported with the smallest program, and how to reproduce it, if it fails or throws', async () => {
    const fails = engineWith('no tanh')
    const noTanh: ProgramCompiler<string> = {
      ...fails,
      compile: (program, options) =>
        Object.values<Node>(program.outputs).some(({ op }) => op === 'tanh')
          ? TE.left('tanh is not there')
          : fails.compile(program, options),
    }
    const violation = expectLeft(await checkProgramsOn(noTanh, { explain, runs: 200 })())
    expect(violation.finding).toMatchObject({ tag: 'Fails', message: 'tanh is not there' })
    const words = explainProgramViolation(violation)
    expect(words).toContain('tanh')
    expect(words).toContain(`seed: 1, path: '${violation.path}'`)

    const { seed, path } = violation
    const again = expectLeft(await checkProgramsOn(noTanh, { explain, runs: 1, seed, path })())
    expect(again).toMatchObject({ programs: 1, finding: { tag: 'Fails' } })

    const throwing = engineWith('throwing', () => {
      throw new Error('out of memory')
    })
    expect(expectLeft(await checkProgramsOn(throwing, { explain, runs: 1 })()).finding).toMatchObject({
      tag: 'Fails',
      message: 'thrown: Error: out of memory',
    })
  })

  it('disagrees with the oracle if an output is missing or has another shape', async () => {
    const differenceOf = async (engine: ProgramCompiler<string>): Promise<unknown> =>
      expectLeft(await checkProgramsOn(engine, { explain, runs: 1 })()).finding
    expect(await differenceOf(engineWith('silent', () => ({})))).toMatchObject({
      difference: 'there is no such output',
    })
    const flat = engineWith('flat', (outputs) =>
      R.map((value: TensorValue) => ({ ...value, shape: [1, ...value.shape] }))(outputs),
    )
    expect(await differenceOf(flat)).toMatchObject({ difference: expect.stringContaining('instead of') })
  })
})

/** Whether each output of nodes depends on a jump at an edge, where `x` has these values. */
const atEdge = (x: readonly number[], outputs: (x: Node) => Readonly<Record<string, Node>>) => {
  const program = expectRight(programOfNodes(outputs(b.input('x', [x.length]))))
  const values: NamedValues = { x: { dtype: 'f32', shape: [x.length], data: Float32Array.from(x) } }
  return R.map(({ atEdge: edge }: { readonly atEdge: boolean }) => edge)(
    expectRight(expectationOf(program, values, {}, [1, 2])),
  )
}

describe('a jump of a primitive', () => {
  it('is at an edge if rounding may move its operands across the edge', () => {
    const third = (x: Node): Node => b.div(x, b.scalar(3))
    expect(
      atEdge([3, 6], (x) => ({ floor: b.floor(third(x)), far: b.floor(b.add(third(x), b.scalar(0.5))) })),
    ).toEqual({ floor: true, far: false })
    expect(
      atEdge([0.25, 0.5], (x) => ({
        less: b.less(b.mul(b.sqrt(x), b.sqrt(x)), x),
        same: b.lessEqual(b.sqrt(x), b.sqrt(x)),
        argMax: b.argMax(b.exp(b.broadcastTo(b.scalar(0.1), [4])), 0),
        largest: b.argMax(b.exp(x), 0),
      })),
    ).toEqual({ less: true, same: false, argMax: true, largest: false })
  })

  it('that truncates to whole numbers has its edges at whole numbers other than 0', () => {
    const root = (x: Node): Node => b.mul(b.sqrt(x), b.sqrt(x))
    const cut = (x: Node) => ({ cut: b.cast(root(x), 'i32') })
    expect([atEdge([3], cut), atEdge([1e-20], cut)]).toEqual([{ cut: true }, { cut: false }])
  })

  it('is not at an edge if nothing is rounded; results that depend on one at an edge are uncertain', () => {
    const jump = (x: Node): Node => b.cast(b.lessEqual(b.exp(b.log(x)), x), 'f32')
    expect(
      atEdge([1, 2], (x) => ({
        whole: b.floor(x),
        equal: b.equal(x, x),
        after: b.add(jump(x), b.sin(x)),
        apart: b.sin(x),
      })),
    ).toEqual({ whole: false, equal: false, after: true, apart: false })
  })
})

describe('the allowed rounding error', () => {
  const allowed = (node: Node, x: number): number => {
    const values: NamedValues = { x: { dtype: 'f32', shape: [], data: Float32Array.of(x) } }
    const { y } = expectRight(expectationOf(expectRight(programOfNodes({ y: node })), values, {}, [1, 2]))
    return y.allowed[0] ?? Number.NaN
  }
  const x = b.input('x', [])

  it('is a few units in the last place, more if large terms cancel, and 0 for whole numbers', () => {
    const exp = allowed(b.exp(x), 1)
    expect(exp / Math.E).toBeGreaterThan(2 ** -23)
    expect(exp / Math.E).toBeLessThan(2 ** -17)
    const cancelled = allowed(b.sub(b.add(b.exp(x), b.scalar(1000)), b.scalar(1000)), 1)
    expect(cancelled).toBeGreaterThan(100 * exp)
    expect(cancelled).toBeLessThan(1e4 * exp)
    expect(allowed(b.cast(x, 'i32'), 1)).toBe(0)
  })

  it('of a sigmoid is that of a number near 1, however small it is', () => {
    expect(allowed(b.sigmoid(x), -5)).toBeGreaterThan(2 ** -24)
    expect(allowed(b.sigmoid(x), -5)).toBeLessThan(2 ** -19)
  })

  it('of a loop is that of its step: 1 - tanh² loses digits inside of a loop as outside', () => {
    const slope = (y: Node): Node => b.sub(b.scalar(1), b.mul(b.tanh(y), b.tanh(y)))
    const leaf = placeholder('state', [], 'f32')
    const step = { carries: [{ leaf, initial: x, next: slope(leaf) }], sequences: [], stacked: [] }
    const [looped = x] = closeLoop({ ...step, length: 1, reverse: false }).carries
    const [outside, inside] = [allowed(slope(x), 5), allowed(looped, 5)]
    // 1 - tanh²(5) is 1.8e-4, and the square is rounded next to 1.
    expect(outside).toBeGreaterThan(2 ** -24)
    expect(inside / outside).toBeGreaterThan(0.2)
    expect(inside / outside).toBeLessThan(5)
  })

  it('of standard normal numbers is that of numbers around 4, however small they are', () => {
    const normal = b.randomNormal(b.literal([1, 2], [2], 'i32'), [])
    expect(allowed(normal, 0)).toBeGreaterThan(2 ** -23)
    expect(allowed(normal, 0)).toBeLessThan(2 ** -17)
  })

  it('of a sum grows with its terms, not with its result', () => {
    const terms = b.concat([b.expandDims(x, 0), b.literal([1e4, -1e4], [2])], 0)
    expect(allowed(b.sum(terms, [0]), 1)).toBeGreaterThan(1e4 * 2 ** -24)
  })
})
