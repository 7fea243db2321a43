import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { expect, it } from 'vitest'
import type { Program } from '../../src/dsl/index.js'
import { add, input, parameter, program, sum, tensor } from '../../src/dsl/index.js'
import type { Engine, Executable } from '../../src/engines/index.js'
import { explainEngineFailure, forAnySizes, onnxEngine, referenceEngine } from '../../src/engines/index.js'
import { expectLeft, expectRight } from '../expect-either.js'

/** Counts, in its state, the rows that it has seen. */
const x = input('x', ['B', 2])
const counter = expectRight(program({ x }, { 'next/total': add(parameter('total', []), sum(x)) }))

/** The engine, and the sizes of each compilation. */
const observed = (
  engine: Engine,
): { readonly engine: Engine; readonly compilations: (number | undefined)[] } => {
  const compilations: (number | undefined)[] = []
  return {
    compilations,
    engine: {
      name: engine.name,
      compile: (of: Program, options) => {
        compilations.push(options.sizes['B'])
        return engine.compile(of, options)
      },
    },
  }
}

const started = async (engine: Engine): Promise<Executable> =>
  expectRight(
    await forAnySizes(engine).compile(counter, {
      sizes: { B: 2 },
      weights: {},
      state: [{ parameter: 'total', output: 'next/total', initial: tensor.f32(0) }],
    })(),
  )

const ones = (rows: number) => ({ x: tensor.f32(Array.from({ length: rows }, () => [1, 1])) })

it.each([referenceEngine, onnxEngine()])(
  'an executable runs at other sizes with the same state, and compiles once for each: $name',
  async (engine) => {
    const { engine: counted, compilations } = observed(engine)
    const { run, readState, dispose } = await started(counted)
    for (const rows of [2, 1, 2, 5, 1]) expectRight(await run(ones(rows))())
    expect([...(expectRight(await readState()())['total']?.data ?? [])]).toEqual([22])
    expect(compilations).toEqual([2, 1, 5])
    expectRight(await dispose()())
  },
)

it('an executable refuses inputs that fit no sizes, as the engine does', async () => {
  const { run, dispose } = await started(referenceEngine)
  const failure = expectLeft(await run({ x: tensor.f32([[1, 2, 3]]) })())
  expect(explainEngineFailure(failure)).toContain("tensor 'x' is f32[1,3], wanted f32[2,2]")
  expectRight(await dispose()())
})

it('an executable compiles nothing after it was disposed of', async () => {
  const { engine, compilations } = observed(referenceEngine)
  const outcome = await pipe(
    TE.tryCatch(() => started(engine), String),
    TE.chainFirstW(({ dispose }) => dispose()),
    TE.chainW(({ run }) => run(ones(7))),
  )()
  expect(expectLeft(outcome)).toMatchObject({ tag: 'EngineFailed', stage: 'run' })
  expect(compilations).toEqual([2])
})
