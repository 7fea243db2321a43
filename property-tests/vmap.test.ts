/** vmap against a loop: a program of all examples gives what the program gives of each, stacked. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as b from '../src/dsl/builder.js'
import type { Dim } from '../src/shapes/dim.js'
import { anyNode } from '../src/dsl/erasure.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { explainFault } from '../src/dsl/fault.js'
import type { Node, NodeOf } from '../src/dsl/primitives/primitive.js'
import type { Program } from '../src/dsl/program.js'
import { programOfNodes } from '../src/dsl/program.js'
import { keyFromSeed } from '../src/values/random-key.js'
import { gradientNodes } from '../src/dsl/transformations/reverse-mode.js'
import { batchNodes } from '../src/dsl/transformations/vmap.js'
import type { NamedValues } from '../src/values/named-values.js'
import type { TensorValue } from '../src/values/value.js'
import { explain } from '../src/effects/index.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { allOps, arbitraryApplication } from '../src/laws/arbitraries/application.js'
import { arbitraryLoss, arbitraryProgram } from '../src/laws/arbitraries/program.js'
import type { Runnable } from '../src/laws/arbitraries/runnable.js'
import { realLeaves } from '../src/laws/gradient-check.js'
import { expectationOf } from '../src/laws/programs/expectation.js'
import { differenceFrom } from '../src/laws/programs/program-violation.js'
import { expectRight } from '../test/expect-either.js'
import { expectClose } from '../test/support/evaluation.js'

/** Random choices of a batch: how many examples there are, whether a symbol counts them, which leaves vary. */
interface Choice {
  readonly count: number
  readonly symbolic: boolean
  readonly varies: readonly boolean[]
}

const arbitraryChoice: fc.Arbitrary<Choice> = fc.record({
  count: fc.integer({ min: 1, max: 3 }),
  symbolic: fc.boolean(),
  varies: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
})

/** Value i of an example: the elements moved by i places, so that they stay in the domain that they were drawn from. */
const valueOf = ({ dtype, shape, data }: TensorValue, example: number): TensorValue => {
  const numbers = [...data]
  const moved = numbers.map((_, i) => numbers[(i + example) % numbers.length] ?? 0)
  if (dtype === 'f32') return { dtype, shape, data: Float64Array.from(moved) }
  if (dtype === 'i32') return { dtype, shape, data: Int32Array.from(moved) }
  return { dtype, shape, data: Uint8Array.from(moved) }
}

const stack = (values: readonly TensorValue[]): TensorValue => {
  const shape = [values.length, ...(values[0]?.shape ?? [])]
  const data = values.flatMap((value) => [...value.data])
  const dtype = values[0]?.dtype ?? 'f32'
  if (dtype === 'f32') return { dtype, shape, data: Float64Array.from(data) }
  if (dtype === 'i32') return { dtype, shape, data: Int32Array.from(data) }
  return { dtype, shape, data: Uint8Array.from(data) }
}

interface Batch {
  readonly program: Program
  readonly values: NamedValues
  readonly sizes: Readonly<Record<string, number>>
  /** What a loop gives: the results of each example, stacked. */
  readonly expected: NamedValues
}

/** A key that varies needs a literal number of examples. */
const drawsPerExample = (node: Node): boolean =>
  node.fault?.message.includes('needs a literal number of examples') === true

/** The program of all examples, its values, and what a loop gives; undefined where the number has to be a literal. */
const batchOf = (
  outputs: Readonly<Record<string, Node>>,
  leaves: readonly (NodeOf<'input'> | NodeOf<'parameter'>)[],
  { values, sizes }: Pick<Runnable, 'values' | 'sizes'>,
  { count, symbolic, varies }: Choice,
): Batch | undefined => {
  const size: Dim = symbolic ? 'N' : count
  const chosen = leaves.filter((_, i) => varies[i] === true)
  const examples = new Map(
    chosen.map((leaf): [Node, Node] => {
      const { name, shape, dtype } = leaf.attributes
      return [anyNode(leaf), b.input(name, [size, ...shape], dtype)]
    }),
  )
  const names = Object.keys(outputs)
  const roots = batchNodes(Object.values(outputs), examples, size)
  if (roots.some(drawsPerExample)) return undefined
  const varying = new Set(chosen.map(({ attributes: { name } }) => name))
  const of = (example: number): NamedValues =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        varying.has(name) ? valueOf(value, example) : value,
      ]),
    )
  const single = expectRight(programOfNodes(outputs))
  const loop = Array.from({ length: count }, (_, i) => expectRight(evaluate(single, of(i), sizes)))
  const program = expectRight(
    programOfNodes(Object.fromEntries(names.map((name, i) => [name, roots[i] ?? b.scalar(0)]))),
  )
  return {
    program,
    values: Object.fromEntries(
      [...program.inputs, ...program.parameters].flatMap(({ attributes: { name } }) => {
        const value = values[name]
        if (value === undefined) return []
        const all = Array.from({ length: count }, (_, i) => valueOf(value, i))
        return [[name, varying.has(name) ? stack(all) : value] as const]
      }),
    ),
    sizes: { ...sizes, N: count },
    expected: Object.fromEntries(
      names.map((name) => [name, stack(loop.map((results) => results[name] ?? expect.fail(name)))]),
    ),
  }
}

const expectLoop = ({ program, values, sizes, expected }: Batch): void => {
  const found = expectRight(evaluate(program, values, sizes))
  for (const [name, value] of Object.entries(expected)) {
    expect(found[name]?.shape).toEqual(value.shape)
    expect(found[name]?.dtype).toBe(value.dtype)
    expectClose([...(found[name]?.data ?? [])], [...value.data], 1e-9)
  }
}

const leavesOf = ({ inputs, parameters }: Program): readonly (NodeOf<'input'> | NodeOf<'parameter'>)[] => [
  ...inputs,
  ...parameters,
]

describe('a program of all examples gives what a loop gives:', () => {
  it.each(allOps)('%s', (op) => {
    fc.assert(
      fc.property(arbitraryApplication(op), arbitraryChoice, (application, choice) => {
        const leaves = leavesOf(application.program)
        const batch = batchOf({ result: application.node }, leaves, application, choice)
        if (batch !== undefined) expectLoop(batch)
      }),
      { numRuns: 40 },
    )
  })

  it('any random program', () => {
    let compared = 0
    fc.assert(
      fc.property(arbitraryProgram({ steps: 16 }), arbitraryChoice, (runnable, choice) => {
        const batch = batchOf(runnable.program.outputs, leavesOf(runnable.program), runnable, choice)
        if (batch === undefined) return
        expectLoop(batch)
        compared += 1
      }),
      { numRuns: 300 },
    )
    expect(compared).toBeGreaterThan(200)
  })

  it('the gradients of a random program, example by example', () => {
    fc.assert(
      fc.property(arbitraryLoss({ steps: 10 }), arbitraryChoice, (runnable, choice) => {
        const leaves = realLeaves(runnable.program)
        const gradients = gradientNodes(runnable.program.outputs.loss, leaves.map(anyNode))
        const named = Object.fromEntries(gradients.map((gradient, i) => [`gradient${i}`, gradient]))
        const batch = batchOf(named, leavesOf(runnable.program), runnable, choice)
        if (batch !== undefined) expectLoop(batch)
      }),
      { numRuns: 150 },
    )
  })
})

describe('the gradient of a program of all examples', () => {
  it('is the sum of the gradients of the examples where a leaf is the same for all', () => {
    fc.assert(
      fc.property(arbitraryLoss({ steps: 10 }), arbitraryChoice, (runnable, choice) => {
        const { loss } = runnable.program.outputs
        const leaves = realLeaves(runnable.program)
        const [wrt] = leaves
        if (wrt === undefined) return
        const shared = {
          ...choice,
          varies: choice.varies.map((varies, i) => varies && leavesOf(runnable.program)[i] !== wrt),
        }
        const gradient = gradientNodes(loss, [anyNode(wrt)])[0] ?? loss
        const batch = batchOf({ loss, gradient }, leavesOf(runnable.program), runnable, shared)
        if (batch === undefined) return
        const all = batch.program.outputs['loss'] ?? loss
        const total = gradientNodes(b.sum(all, [0]), [anyNode(wrt)])[0] ?? loss
        const summed = b.sum(batch.program.outputs['gradient'] ?? loss, [0])
        const program = expectRight(programOfNodes({ total, summed }))
        const found = expectRight(evaluate(program, batch.values, batch.sizes))
        expectClose([...found.total.data], [...found.summed.data], 1e-8)
      }),
      { numRuns: 150 },
    )
  })
})

it('an engine computes programs of all examples as the oracle does', async () => {
  const engine = onnxEngine({ threads: 1 })
  let compared = 0
  await fc.assert(
    fc.asyncProperty(arbitraryProgram({ steps: 10 }), arbitraryChoice, async (runnable, choice) => {
      const batch = batchOf(runnable.program.outputs, leavesOf(runnable.program), runnable, choice)
      if (batch === undefined) return
      const { program, values, sizes } = batch
      const expected = expectationOf(program, values, sizes, keyFromSeed(1))
      const weights = Object.fromEntries(
        Object.entries(values).filter(([name]) =>
          program.parameters.some(({ attributes }) => attributes.name === name),
        ),
      )
      const inputs = Object.fromEntries(Object.entries(values).filter(([name]) => !(name in weights)))
      const compiled = await engine.compile(program, { sizes, weights, state: [] })()
      if (E.isLeft(compiled)) return expect.fail(explain(compiled.left))
      const found = await compiled.right.run(inputs)()
      await compiled.right.dispose()()
      if (E.isLeft(found)) return expect.fail(explain(found.left))
      for (const [name, expectation] of Object.entries(expectRight(E.mapLeft(explainFault)(expected)))) {
        expect(differenceFrom(expectation, found.right[name])).toBeUndefined()
        compared += 1
      }
    }),
    { numRuns: 60 },
  )
  expect(compared).toBeGreaterThan(60)
})
