/** What every engine owes its callers, whatever it computes with. */
import * as E from 'fp-ts/Either'
import { afterEach, describe, expect, test } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../../src/dsl/program.js'
import { forAnySizes } from '../../src/engines/any-sizes.js'
import type { CompileOptions, Engine } from '../../src/engines/engine.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { explain } from '../../src/effects/explain.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { tfjsEngine } from '../../src/engines/tfjs/engine.js'
import { referenceEngine } from '../../src/engines/reference/engine.js'
import type { Executable } from '../../src/engines/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32, i32 } from './agreement.js'

const numbersOf = (values: NamedValues): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(Object.entries(values).map(([name, { data }]) => [name, [...data]]))

const engines = [referenceEngine, onnxEngine({ threads: 1 }), tfjsEngine('cpu'), tfjsEngine('wasm')]

describe.each(engines)('the engine $name', (engine) => {
  const compiled: Executable[] = []

  const compile = async (outputs: Readonly<Record<string, Node>>, options: Partial<CompileOptions> = {}) => {
    const executable = await engine.compile(expectRight(programOfNodes(outputs)), {
      sizes: {},
      weights: {},
      state: [],
      ...options,
    })()
    if (E.isRight(executable)) compiled.push(executable.right)
    return executable
  }

  afterEach(async () => {
    for (const executable of compiled.splice(0)) expectRight(await executable.dispose()())
  })

  const programOf = (some: Engine) => {
    const x = b.input('x', [1])
    const double = expectRight(programOfNodes({ y: b.add(x, x) }))
    return some.compile(double, { sizes: {}, weights: {}, state: [] })()
  }

  const x = b.input('x', ['B', 2])
  const linear = { y: b.matmul(x, b.parameter('w', [2, 1])) }
  const w = f32([2, 1], [1, 10])

  /** A running total, and twice that. */
  const accumulator = async (): Promise<Executable> => {
    const next = b.add(b.parameter('total', [2]), b.input('x', [2]))
    const initial = f32([2], [10, 20])
    return expectRight(
      await compile(
        { next, twice: b.scale(next, 2) },
        { state: [{ parameter: 'total', output: 'next', initial }] },
      ),
    )
  }
  const run = async (executable: Executable, inputs: NamedValues) =>
    numbersOf(expectRight(await executable.run(inputs)()))
  const stateOf = async (executable: Executable) => numbersOf(expectRight(await executable.readState()()))

  test('runs a program at the sizes that it was compiled for', async () => {
    const executable = expectRight(await compile(linear, { sizes: { B: 3 }, weights: { w } }))
    expect(await run(executable, { x: f32([3, 2], [1, 2, 3, 4, 5, 6]) })).toEqual({ y: [21, 43, 65] })
    const other = expectLeft(await executable.run({ x: f32([1, 2], [1, 2]) })())
    expect(other).toMatchObject({ tag: 'ShapeMismatch', name: 'x', expected: 'f32[3,2]', found: 'f32[1,2]' })
  })

  test('says for which sizes the program was compiled if a last batch is smaller', async () => {
    const executable = expectRight(await compile(linear, { sizes: { B: 3 }, weights: { w } }))
    expect(explain(expectLeft(await executable.run({ x: f32([2, 2], [1, 2, 3, 4]) })()))).toBe(
      "inputs: tensor 'x' is f32[2,2], wanted f32[3,2]\n" +
        '  → it is declared f32[B,2], and the program was compiled for other sizes; pass values of those sizes, or compile it again for these',
    )
  })

  test('refuses elements in arrays of another class, and values that are no tensors', async () => {
    const ids = b.input('x', [2], 'i32')
    const executable = expectRight(await compile({ y: b.add(ids, ids) }))
    const found = async (value: unknown): Promise<unknown> => {
      const given = { ...JSON.parse('{}'), x: value }
      const failure = expectLeft(await executable.run(given)())
      return failure.tag === 'ShapeMismatch' ? failure.found : failure
    }
    expect(await found({ dtype: 'i32', shape: [2], data: Float32Array.of(1, 2) })).toBe(
      'i32[2] with its data in Float32Array',
    )
    expect(await found({ dtype: 'i32', shape: [2], data: [1, 2] })).toBe('i32[2] with its data in Array')
    expect(await found(3)).toBe('Number, not a tensor')
    expect(await found(null)).toBe('Null, not a tensor')
  })

  test('refuses a run without inputs, and then goes on', async () => {
    for (const some of [engine, forAnySizes(engine)]) {
      const double = expectRight(await programOf(some))
      const nothing = JSON.parse('{}').x
      expectLeft(await double.run(nothing)())
      expectLeft(await double.run(JSON.parse('null'))())
      expect(await run(double, { x: f32([1], [2]) })).toEqual({ y: [4] })
      expectRight(await double.dispose()())
    }
  })

  test('refuses sizes that no machine holds before it allocates anything', async () => {
    const wide = b.broadcastTo(b.input('x', [1]), ['B', 'B'])
    const failure = expectLeft(await compile({ y: wide }, { sizes: { B: 2 ** 21 } }))
    expect(explain(failure)).toContain('elements are more than any machine holds')
  })

  test.each(['constructor', 'toString', '__proto__'])('accepts %s as the name of a tensor', async (name) => {
    const sum = { y: b.add(b.input(name, []), b.parameter('w', [])) }
    const missing = { tag: 'TensorMissing', name }
    const executable = expectRight(await compile(sum, { weights: { w: f32([], [1]) } }))
    expect(expectLeft(await executable.run({})())).toMatchObject(missing)
    expect(await run(executable, { [name]: f32([], [2]) })).toEqual({ y: [3] })
    const weight = { y: b.add(b.input('x', []), b.parameter(name, [])) }
    expect(expectLeft(await compile(weight))).toMatchObject(missing)
    const weighed = expectRight(await compile(weight, { weights: { [name]: f32([], [1]) } }))
    expect(await run(weighed, { x: f32([], [2]) })).toEqual({ y: [3] })
  })

  test('updates the state with each run, and leaves it out of the results', async () => {
    const executable = await accumulator()
    expect(await run(executable, { x: f32([2], [1, 2]) })).toEqual({ twice: [22, 44] })
    expect(await run(executable, { x: f32([2], [1, 2]) })).toEqual({ twice: [24, 48] })
    expect(await stateOf(executable)).toEqual({ total: [12, 24] })
  })

  test('shares no memory with the state that it was given or that it gave', async () => {
    const executable = await accumulator()
    const read = expectRight(await executable.readState()())
    read['total']?.data.fill(-1)
    expect(await stateOf(executable)).toEqual({ total: [10, 20] })
    const written = f32([2], [1, 2])
    expectRight(await executable.writeState({ total: written })())
    written.data.fill(-1)
    expect(await stateOf(executable)).toEqual({ total: [1, 2] })
  })

  test('keeps the state of the last successful run if a run fails', async () => {
    const total = b.parameter('total', [3])
    const next = b.add(total, b.gather(total, b.input('id', [1], 'i32'), 0))
    const executable = expectRight(
      await compile(
        { next },
        { state: [{ parameter: 'total', output: 'next', initial: f32([3], [1, 2, 3]) }] },
      ),
    )
    expectLeft(await executable.run({ id: i32([1], [3]) })())
    expectLeft(await executable.run({})())
    expect(await stateOf(executable)).toEqual({ total: [1, 2, 3] })
    expectRight(await executable.run({ id: i32([1], [0]) })())
    expect(await stateOf(executable)).toEqual({ total: [2, 3, 4] })
  })

  test('refuses to compile if a parameter has no value, or if a value has no parameter', async () => {
    const sizes = { B: 1 }
    expect(expectLeft(await compile(linear, { sizes }))).toMatchObject({ tag: 'TensorMissing', name: 'w' })
    expect(expectLeft(await compile(linear, { sizes, weights: { w: f32([1, 2], [1, 2]) } }))).toMatchObject({
      tag: 'ShapeMismatch',
      name: 'w',
    })
    expect(expectLeft(await compile(linear, { sizes, weights: { w, v: w } }))).toMatchObject({
      tag: 'TensorUnexpected',
      name: 'v',
    })
  })

  test('refuses to compile if a next value is missing or has another shape than its parameter', async () => {
    const outputs = { next: b.sum(b.parameter('p', [2]), [0]) }
    const initial = f32([2], [0, 0])
    const withNext = (output: string) => compile(outputs, { state: [{ parameter: 'p', output, initial }] })
    expect(expectLeft(await withNext('next'))).toMatchObject({ tag: 'ShapeMismatch', name: 'next' })
    expect(expectLeft(await withNext('nxt'))).toMatchObject({ tag: 'TensorMissing', name: 'nxt' })
  })

  test('refuses to compile if a size is missing, or if a range does not fit the sizes', async () => {
    const rows = b.input('rows', ['N'])
    expect(expectLeft(await compile({ rows }))).toMatchObject({ tag: 'ProgramRejected' })
    expect(expectLeft(await compile({ y: b.slice(rows, 0, 2, 3) }, { sizes: { N: 4 } }))).toMatchObject({
      tag: 'ProgramRejected',
    })
  })

  test('refuses inputs that are missing, of another type, incomplete or unknown', async () => {
    const executable = expectRight(await compile(linear, { sizes: { B: 1 }, weights: { w } }))
    const refusal = async (inputs: NamedValues) => expectLeft(await executable.run(inputs)())
    const one = f32([1, 2], [1, 2])
    expect(await refusal({})).toMatchObject({ tag: 'TensorMissing', name: 'x' })
    expect(await refusal({ x: i32([1, 2], [1, 2]) })).toMatchObject({ tag: 'ShapeMismatch', name: 'x' })
    expect(await refusal({ x: f32([1, 2], [1]) })).toMatchObject({ tag: 'ShapeMismatch', name: 'x' })
    expect(await refusal({ x: one, w: one })).toMatchObject({ tag: 'TensorUnexpected', name: 'w' })
  })

  test('refuses to write only a part of the state', async () => {
    const executable = await accumulator()
    const refusal = async (values: NamedValues) => expectLeft(await executable.writeState(values)())
    expect(await refusal({})).toMatchObject({ tag: 'TensorMissing', name: 'total' })
    expect(await refusal({ total: f32([1], [1]) })).toMatchObject({ tag: 'ShapeMismatch', name: 'total' })
  })

  test('fails after disposal, except that it may be disposed of again', async () => {
    const executable = await accumulator()
    expectRight(await executable.dispose()())
    expectRight(await executable.dispose()())
    for (const outcome of [
      await executable.run({ x: f32([2], [1, 2]) })(),
      await executable.readState()(),
      await executable.writeState({ total: f32([2], [1, 2]) })(),
    ]) {
      expect(expectLeft<unknown>(outcome)).toMatchObject({ tag: 'EngineFailed' })
    }
  })
})
