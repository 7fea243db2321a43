/** Loops that stop by themselves stop on engines, with the values of the oracle. */
import { describe, expect, it } from 'vitest'
import {
  abs,
  add,
  div,
  evaluate,
  full,
  input,
  less,
  matmul,
  mul,
  parameter,
  program,
  sub,
  sum,
  tanh,
  vmap,
  whileLoop,
} from '../../src/dsl/index.js'
import type { NamedValues, Program, Tensor } from '../../src/dsl/index.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { tfjsEngine } from '../../src/engines/tfjs/engine.js'
import { expectRight } from '../expect-either.js'
import { drawn, expectClose, f32 } from '../support/evaluation.js'

const engines = [onnxEngine({ threads: 1 }), tfjsEngine('cpu')]

const run = async (
  engine: (typeof engines)[number],
  of: Program,
  inputs: NamedValues,
  sizes: Readonly<Record<string, number>> = {},
  weights: NamedValues = {},
): Promise<NamedValues> => {
  const executable = expectRight(await engine.compile(of, { sizes, weights, state: [] })())
  const outputs = expectRight(await executable.run(inputs)())
  expectRight(await executable.dispose()())
  return outputs
}

const rootOf = (a: Tensor<[]>, bound: number) =>
  whileLoop(
    { carry: { x: full([], 1), steps: full([], 0, 'i32') }, bound },
    ({ x }) => less(1e-3, abs(sub(mul(x, x), a))),
    ({ x, steps }) => ({ x: mul(add(x, div(a, x)), 0.5), steps: add(steps, 1) }),
  )

/** The steps of the same iteration in plain numbers. */
const stepsTo = (a: number, x = 1, steps = 0): number =>
  Math.abs(x * x - a) > 1e-3 ? stepsTo(a, (x + a / x) / 2, steps + 1) : steps

describe.each(engines)('on $name, a loop that stops by itself', (engine) => {
  it('ends long before a bound of a hundred million', async () => {
    const a = input('a', [])
    const of = expectRight(program({ a }, rootOf(a, 1e8)))
    const { x, steps } = await run(engine, of, { a: f32([], [2]) })
    expectClose([...(x?.data ?? [])], [Math.SQRT2], 1e-5)
    expect([...(steps?.data ?? [])]).toEqual([stepsTo(2)])
    const none = await run(engine, of, { a: f32([], [1]) })
    expect([...(none['steps']?.data ?? [])]).toEqual([0])
  })

  it('ends in vmap where the condition holds for no example', async () => {
    const as = input('as', ['B'])
    const of = expectRight(
      program(
        { as },
        vmap((a) => rootOf(a, 1e8), as),
      ),
    )
    const { x, steps } = await run(engine, of, { as: f32([3], [1, 2, 100]) }, { B: 3 })
    expectClose([...(x?.data ?? [])], [1, Math.SQRT2, 10], 1e-4)
    expect([...(steps?.data ?? [])]).toEqual([1, 2, 100].map((a) => stepsTo(a)))
  })

  it('reads what is around it, and takes no more steps than its bound', async () => {
    const [x, w] = [input('x', ['B', 3]), parameter('w', [3, 3])]
    const settled = whileLoop(
      { carry: { h: x, n: full([], 0) }, bound: 4 },
      ({ h, n }) => less(n, add(sum(mul(h, h)), 100)),
      ({ h, n }) => ({ h: tanh(add(matmul(h, w), x)), n: add(n, 1) }),
    )
    const of = expectRight(program({ x }, settled))
    const values = { x: drawn(1, [2, 3]), w: drawn(2, [3, 3]) }
    const expected = expectRight(evaluate(of, values, { B: 2 }))
    const found = await run(engine, of, { x: values.x }, { B: 2 }, { w: values.w })
    expectClose([...(found['h']?.data ?? [])], [...expected.h.data], 1e-5)
    expect([...(found['n']?.data ?? [])]).toEqual([4])
  })
})
