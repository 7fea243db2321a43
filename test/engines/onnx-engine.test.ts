import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../../src/dsl/program.js'
import type { CompileOptions, Executable } from '../../src/engines/engine.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import type { EngineFailure } from '../../src/engines/failure.js'
import { explain } from '../../src/effects/explain.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32, i32 } from './agreement.js'

const engine = onnxEngine({ threads: 1 })

const compile = (outputs: Readonly<Record<string, Node>>, options: Partial<CompileOptions> = {}) =>
  engine.compile(expectRight(programOfNodes(outputs)), { sizes: {}, weights: {}, state: [], ...options })()

const run = async (executable: Executable, inputs: NamedValues): Promise<NamedValues> =>
  expectRight(await executable.run(inputs)())

const numbers = (values: NamedValues, name: string): readonly number[] => [...(values[name]?.data ?? [])]

/** A running total: the total is kept, twice the total is returned. */
const accumulator = () => {
  const [total, x] = [b.parameter('total', [2]), b.input('x', [2])]
  const next = b.add(total, x)
  return compile(
    { next, twice: b.scale(next, 2) },
    { state: [{ parameter: 'total', output: 'next', initial: f32([2], [10, 20]) }] },
  )
}

describe('state on ONNX Runtime', () => {
  it('is carried from run to run, and is not among the results', async () => {
    const executable = expectRight(await accumulator())
    expect(await run(executable, { x: f32([2], [1, 2]) })).toEqual({ twice: f32([2], [22, 44]) })
    expect(await run(executable, { x: f32([2], [1, 2]) })).toEqual({ twice: f32([2], [24, 48]) })
    expect(await run(executable, { x: f32([2], [1, 2]) })).toEqual({ twice: f32([2], [26, 52]) })
    expect(expectRight(await executable.readState()())).toEqual({ total: f32([2], [13, 26]) })
  })

  it('shares no memory with values that were read or written', async () => {
    const executable = expectRight(await accumulator())
    const before = expectRight(await executable.readState()())
    const written = f32([2], [0, 1])
    expectRight(await executable.writeState({ total: written })())
    await run(executable, { x: f32([2], [1, 1]) })
    await run(executable, { x: f32([2], [1, 1]) })
    expect(before).toEqual({ total: f32([2], [10, 20]) })
    expect(written).toEqual(f32([2], [0, 1]))
    expect(expectRight(await executable.readState()())).toEqual({ total: f32([2], [2, 3]) })
  })

  it('can give several parameters the value of one output, or exchange two', async () => {
    const [p, q, r] = [b.parameter('p', []), b.parameter('q', []), b.parameter('r', [])]
    const one = b.scalar(1)
    const state = [
      { parameter: 'p', output: 'fromQ', initial: f32([], [1]) },
      { parameter: 'q', output: 'fromP', initial: f32([], [100]) },
      { parameter: 'r', output: 'fromP', initial: f32([], [0]) },
    ]
    const executable = expectRight(
      await compile({ fromQ: q, fromP: b.add(p, one), sum: b.add(b.add(p, q), r) }, { state }),
    )
    const seen = [await run(executable, {}), await run(executable, {}), await run(executable, {})]
    expect(seen.map((values) => numbers(values, 'sum'))).toEqual([[101], [104], [204]])
    expect(expectRight(await executable.readState()())).toEqual({
      p: f32([], [101]),
      q: f32([], [3]),
      r: f32([], [3]),
    })
  })

  it('is updated by runs that were started together as if one ran after the other', async () => {
    const executable = expectRight(await accumulator())
    const x = f32([2], [1, 2])
    await Promise.all(Array.from({ length: 20 }, () => run(executable, { x })))
    expect(expectRight(await executable.readState()())).toEqual({ total: f32([2], [30, 60]) })
  })
})

describe('programs on ONNX Runtime', () => {
  it('may give one tensor several names, name an output like an input, and pass a parameter through', async () => {
    const [x, w] = [b.input('x', ['B', 2]), b.parameter('w', ['B', 2])]
    const y = b.add(x, w)
    const executable = expectRight(
      await compile({ x: y, y, w, again: x }, { sizes: { B: 1 }, weights: { w: f32([1, 2], [1, 1]) } }),
    )
    expect(await run(executable, { x: f32([1, 2], [5, 6]) })).toEqual({
      x: f32([1, 2], [6, 7]),
      y: f32([1, 2], [6, 7]),
      w: f32([1, 2], [1, 1]),
      again: f32([1, 2], [5, 6]),
    })
  })

  it('accept weights of any size, also in double precision', async () => {
    const count = 5000
    const values = Float64Array.from({ length: count }, (_, i) => i)
    const w = b.parameter('layer.0/weight:0', [count])
    const executable = expectRight(
      await compile(
        { sum: b.sum(b.mul(w, b.input('x', [])), [0]) },
        { weights: { 'layer.0/weight:0': { dtype: 'f32', shape: [count], data: values } } },
      ),
    )
    expect(numbers(await run(executable, { x: f32([], [2]) }), 'sum')).toEqual([count * (count - 1)])
  })

  it('are independent of each other if they share weights', async () => {
    const [w, x] = [b.parameter('w', [64, 64]), b.input('x', [1, 64])]
    const weights = {
      w: f32(
        [64, 64],
        Array.from({ length: 4096 }, (_, i) => i % 7),
      ),
    }
    const first = expectRight(await compile({ y: b.matmul(x, w) }, { weights }))
    const second = expectRight(await compile({ y: b.matmul(x, b.transposeLast(w)) }, { weights }))
    expectRight(await first.dispose()())
    const ones = {
      x: f32(
        [1, 64],
        Array.from({ length: 64 }, () => 1),
      ),
    }
    const expected = Array.from({ length: 64 }, (_, row) =>
      Array.from({ length: 64 }, (__, column) => (row * 64 + column) % 7).reduce((p, q) => p + q, 0),
    )
    expect(numbers(await run(second, ones), 'y')).toEqual(expected)
  })
})

/** What is said about a mistake. */
const message = (failure: EngineFailure): string => explain(failure)

describe('failures of the engine onnx', () => {
  const x = b.input('x', ['B', 3])
  const w = b.parameter('w', [3, 2])
  const outputs = { y: b.matmul(x, w) }
  const weights = { w: f32([3, 2], [1, 2, 3, 4, 5, 6]) }
  const runOn = (inputs: NamedValues) =>
    pipe(
      engine.compile(expectRight(programOfNodes(outputs)), { sizes: { B: 2 }, weights, state: [] }),
      TE.chain((executable) => executable.run(inputs)),
    )()

  it('name the symbol that has no size', async () => {
    expect(message(expectLeft(await compile(outputs, { weights })))).toMatchInlineSnapshot(`
      "input 'x': dim 'B' has no size; give it one: compile with sizes: { B: ... }
        → correct the program"
    `)
  })
  it('name a size that is not a whole number', async () => {
    expect(message(expectLeft(await compile(outputs, { weights, sizes: { B: -1 } })))).toMatchInlineSnapshot(`
      "program: dim 'B' is -1; sizes are whole numbers from 0
        → correct the program"
    `)
  })
  it('name a parameter that has no value or the wrong shape, and a value that has no parameter', async () => {
    const sizes = { B: 2 }
    expect(message(expectLeft(await compile(outputs, { sizes })))).toMatchInlineSnapshot(`
      "weights and state: tensor 'w' is missing
        → supply it"
    `)
    expect(
      message(expectLeft(await compile(outputs, { sizes, weights: { w: f32([2, 3], [1, 2, 3, 4, 5, 6]) } }))),
    ).toMatchInlineSnapshot(`
      "weights: tensor 'w' is f32[2,3], wanted f32[3,2]
        → give a value of the type and shape that the program declares"
    `)
    expect(message(expectLeft(await compile(outputs, { sizes, weights: { ...weights, v: f32([], [0]) } }))))
      .toMatchInlineSnapshot(`
      "weights: tensor 'v' is not known here
        → remove it, or check its name"
    `)
  })
  it('name an input that is missing, of another type, or unknown', async () => {
    expect(message(expectLeft(await runOn({})))).toMatchInlineSnapshot(`
      "inputs: tensor 'x' is missing
        → supply it"
    `)
    expect(message(expectLeft(await runOn({ x: i32([2, 3], [1, 2, 3, 4, 5, 6]) })))).toMatchInlineSnapshot(`
      "inputs: tensor 'x' is i32[2,3], wanted f32[2,3]
        → it is declared f32[B,3], and the program was compiled for other sizes; pass values of those sizes, or compile it again for these"
    `)
    expect(message(expectLeft(await runOn({ x: f32([2, 3], [1, 2, 3, 4, 5, 6]), z: f32([], [0]) }))))
      .toMatchInlineSnapshot(`
      "inputs: tensor 'z' is not known here
        → remove it, or check its name"
    `)
    expect(message(expectLeft(await runOn({ x: f32([2, 3], [1]) })))).toMatchInlineSnapshot(`
      "inputs: tensor 'x' is f32[2,3] with 1 elements, wanted f32[2,3]
        → give as many elements as its shape has"
    `)
  })
  it('name the primitive whose ids are out of range or negative', async () => {
    const ids = b.input('ids', [1], 'i32')
    const table = b.full([4, 2], 1)
    const lookups = {
      gather: b.gather(table, ids, 0),
      scatterAdd: b.scatterAdd(b.full([1, 2], 1), ids, 0, 4),
    }
    for (const [name, node] of Object.entries(lookups)) {
      const executable = expectRight(await compile({ [name]: node }))
      expectRight(await executable.run({ ids: i32([1], [3]) })())
      for (const id of [4, -1]) {
        const failure = expectLeft(await executable.run({ ids: i32([1], [id]) })())
        expect(message(failure)).toContain(`check the ids of ${name} against the size of the axis`)
        const stray = id < 0 ? 'an id that is negative, or 2147483647,' : `id ${id}`
        expect(message(failure)).toContain(`${name}: ${stray} is not among the 4 positions of the axis`)
        expect(message(failure)).not.toMatch(/status code|idx=/)
      }
    }
  })
  it('name ranges that do not fit the sizes', async () => {
    const rows = b.input('rows', ['N'])
    expect(message(expectLeft(await compile({ y: b.slice(rows, 0, 2, 3) }, { sizes: { N: 4 } }))))
      .toMatchInlineSnapshot(`
        "slice: positions 2 to 5 are not in an axis of 4; give the symbols sizes that fit
          → correct the program"
      `)
    expect(message(expectLeft(await compile({ y: b.topK(rows, 0, 5) }, { sizes: { N: 4 } }))))
      .toMatchInlineSnapshot(`
        "topK: an axis of 4 has no 5 elements; give the symbols sizes that fit
          → correct the program"
      `)
  })
  it('name an output that cannot be the next value of a parameter', async () => {
    const p = b.parameter('p', [2])
    const next = { next: b.sum(p, [0]) }
    const initial = f32([2], [0, 0])
    expect(message(expectLeft(await compile(next, { state: [{ parameter: 'p', output: 'next', initial }] }))))
      .toMatchInlineSnapshot(`
      "next value of 'p': tensor 'next' is f32[], wanted f32[2]
        → check that the file and the configuration belong together"
    `)
    expect(message(expectLeft(await compile(next, { state: [{ parameter: 'p', output: 'nxt', initial }] }))))
      .toMatchInlineSnapshot(`
      "outputs of the program: tensor 'nxt' is missing
        → names like it: 'next'"
    `)
  })
  it('report the use of a program after disposal, but not a second disposal', async () => {
    const executable = expectRight(await compile({ y: b.neg(b.input('x', [])) }))
    expectRight(await executable.dispose()())
    expectRight(await executable.dispose()())
    expect(message(expectLeft(await executable.run({ x: f32([], [1]) })()))).toMatchInlineSnapshot(`
      "engine onnx (run): the program was used after it was disposed of
        → compile it again"
    `)
    expectLeft(await executable.readState()())
  })
})
