import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../../src/dsl/program.js'
import { gradientNodes } from '../../src/dsl/transformations/reverse-mode.js'
import type { CompileOptions } from '../../src/engines/engine.js'
import type { Backend } from '../../src/engines/tfjs/backend.js'
import { backends } from '../../src/engines/tfjs/backend.js'
import { tfjsEngine } from '../../src/engines/tfjs/engine.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32, i32 } from './agreement.js'

const compile = async (
  backend: Backend,
  outputs: Readonly<Record<string, Node>>,
  options: Partial<CompileOptions> = {},
) =>
  expectRight(
    await tfjsEngine(backend).compile(expectRight(programOfNodes(outputs)), {
      sizes: {},
      weights: {},
      state: [],
      ...options,
    })(),
  )

const tensors = (): number => tf.engine().state.numTensors

/** One step of gradient descent on a layer with a lookup, a softmax and a constant: `w` is state, `table` a weight. */
const descent = (backend: Backend) => {
  const [w, table] = [b.parameter('w', [3, 2]), b.parameter('table', [5, 3])]
  const rows = b.gather(table, b.input('ids', [4], 'i32'), 0)
  const scores = b.logSoftmax(b.matmul(b.tanh(rows), w), 1)
  const loss = b.neg(b.mean(b.slice(scores, 1, 0, 1), [0, 1]))
  const [gradient = loss] = gradientNodes(loss, [w])
  return compile(
    backend,
    { loss, next: b.sub(w, b.scale(gradient, 0.1)) },
    {
      weights: {
        table: f32(
          [5, 3],
          Array.from({ length: 15 }, (_, i) => i / 10 - 0.7),
        ),
      },
      state: [{ parameter: 'w', output: 'next', initial: f32([3, 2], [0.1, 0.2, -0.3, 0.4, 0.5, -0.6]) }],
    },
  )
}
const ids = { ids: i32([4], [0, 4, 2, 1]) }

describe.each(['cpu', 'wasm'] as const)('tensors of tfjs-%s', { timeout: 300_000 }, (backend) => {
  it('do not grow in number over a thousand steps, and are all freed by disposal', async () => {
    const before = tensors()
    const executable = await descent(backend)
    const [first] = expectRight(await executable.run(ids)())['loss']?.data ?? []
    const held = tensors()
    expect(held).toBe(before + 2)
    let last = first
    for (let step = 0; step < 1000; step += 1)
      [last] = expectRight(await executable.run(ids)())['loss']?.data ?? []
    expect(tensors()).toBe(held)
    expect(last).toBeLessThan((first ?? 0) / 2)
    expectRight(await executable.readState()())
    expectRight(await executable.writeState({ w: f32([3, 2], [0, 0, 0, 0, 0, 0]) })())
    expect(tensors()).toBe(held)
    expectRight(await executable.dispose()())
    expect(tensors()).toBe(before)
  })

  it('are freed if a run fails for its ids in the middle of the program', async () => {
    const executable = await descent(backend)
    const held = tensors()
    expect(expectLeft(await executable.run({ ids: i32([4], [0, 5, 0, 0]) })())).toMatchObject({
      tag: 'ProgramRejected',
      where: 'gather',
      fault: { message: 'id 5 is not among the 5 positions of the axis' },
    })
    expect(tensors()).toBe(held)
    expectRight(await executable.dispose()())
  })

  it('are freed if the library throws in the middle of the program', async () => {
    const executable = await descent(backend)
    const held = tensors()
    const kernel = tf.getKernel('Tanh', backend)
    tf.unregisterKernel('Tanh', backend)
    const failure = expectLeft(await executable.run(ids)())
    tf.registerKernel(kernel)
    expect(failure).toMatchObject({ tag: 'EngineFailed', engine: `tfjs-${backend}`, stage: 'run' })
    expect(failure).toMatchObject({ advice: expect.stringContaining('lacks an operation') })
    expect(tensors()).toBe(held)
    expectRight(await executable.run(ids)())
    expectRight(await executable.dispose()())
  })
})

describe('backends of TensorFlow.js', () => {
  it('do not disturb each other, although the library computes on one at a time', async () => {
    const [cpu, wasm] = [await descent('cpu'), await descent('wasm')]
    const executables = [cpu, wasm]
    const runs = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? cpu : wasm).run(ids)())
    const losses = (await Promise.all(runs)).map((outcome) => expectRight(outcome)['loss']?.data[0])
    for (let i = 0; i < losses.length; i += 2) expect(losses[i]).toBeCloseTo(losses[i + 1] ?? Number.NaN, 5)
    for (const executable of executables) expectRight(await executable.dispose()())
  })

  it('that are not installed are reported with the command that installs them', async () => {
    const missing = expectLeft(
      await tfjsEngine('node-gpu').compile(expectRight(programOfNodes({ one: b.scalar(1) })), {
        sizes: {},
        weights: {},
        state: [],
      })(),
    )
    expect(missing).toMatchObject({ tag: 'EngineFailed', engine: 'tfjs-node-gpu', stage: 'load' })
    expect(missing).toMatchObject({
      advice: expect.stringMatching(/npm install .*tfjs-node-gpu.*CUDA 11\.2/),
    })
  })

  it('that load a native library say that they do not start on Node 23', () => {
    expect(backends.node.refuses(22)).toBeUndefined()
    expect(backends.node.refuses(23)).toContain('Node 23')
    expect(backends.wasm.refuses(30)).toBeUndefined()
  })
})

describe('values on TensorFlow.js', () => {
  it('of weights and inputs are copied: the caller may change them later', async () => {
    const w = f32([2], [1, 2])
    const x = f32([2], [10, 20])
    const executable = await compile(
      'cpu',
      { y: b.add(b.parameter('w', [2]), b.input('x', [2])), x: b.input('x', [2]) },
      { weights: { w } },
    )
    const first = expectRight(await executable.run({ x })())
    w.data.fill(0)
    x.data.fill(0)
    first['y']?.data.fill(0)
    expect([...(first['x']?.data ?? [])]).toEqual([10, 20])
    expect([...(expectRight(await executable.run({ x })())['y']?.data ?? [])]).toEqual([1, 2])
    expectRight(await executable.dispose()())
  })
})
