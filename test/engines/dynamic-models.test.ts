/** Models with open symbols: one file runs at every size, in the ONNX Runtimes of Node, browsers and Python. */
import { InferenceSession } from 'onnxruntime-node'
import * as webRuntime from 'onnxruntime-web'
import { describe, expect, it } from 'vitest'
import { classifier as transformer } from '../../examples/transformer.js'
import type { Program } from '../../src/dsl/index.js'
import {
  abs,
  conv2d,
  cummax,
  dim,
  evaluateDim,
  input,
  less,
  linearRecurrence,
  max,
  maxPool2d,
  mean,
  mul,
  parameter,
  program,
  randomKey,
  relu,
  rearrange,
  sigmoid,
  whileLoop,
} from '../../src/dsl/index.js'
import type { Sizes } from '../../src/shapes/dim.js'
import { runOnce } from '../../src/engine-conformance/agreement.js'
import { onnxEngine, toOnnx } from '../../src/engines/index.js'
import { crossEntropy } from '../../src/losses/index.js'
import { gruLayer, initialise, linearLayer, normal } from '../../src/model/index.js'
import { adam, trainStep } from '../../src/optimizers/index.js'
import type { NamedValues } from '../../src/values/named-values.js'
import type { TensorValue } from '../../src/values/value.js'
import { zeros } from '../../src/values/value.js'
import { expectRight } from '../expect-either.js'
import { expectClose } from '../support/evaluation.js'
import { fed } from '../support/exported-model-engine.js'
import { pythonHasOnnxRuntime, runInPython } from '../support/python-onnx-runtime.js'

/** A model with open symbols, and the weights that its file holds; the other parameters are its inputs. */
interface Exported {
  readonly name: string
  readonly program: Program
  readonly weights: NamedValues
  readonly sizes: readonly Sizes[]
}

const randomWeights = (of: Program): NamedValues =>
  expectRight(initialise(of, randomKey.keyFromSeed(1), { default: normal(0.1) }))

const batches: readonly Sizes[] = [{ B: 1 }, { B: 5 }, { B: 64 }]
const batchesOfLengths: readonly Sizes[] = [
  { B: 1, T: 9, L: 9 },
  { B: 5, T: 3, L: 3 },
  { B: 64, T: 7, L: 7 },
]

const classify = linearLayer('output', dim(16), dim(3))
const points = input('x', ['B', 8])
const logits = classify(relu(linearLayer('hidden', dim(8), dim(16))(points)))
const multilayer = expectRight(program({ x: points }, { logits }))

const images = input('images', ['B', 3, 12, 12])
const maps = conv2d(images, parameter('kernels', [16, 3, 3, 3]), { padding: 1 })
const convolutional = expectRight(
  program({ images }, { logits: classify(mean(maxPool2d(relu(maps), 2), [2, 3])) }),
)

const waves = input('waves', ['B', 'T', 4])
const recurrent = expectRight(program({ waves }, { ...gruLayer('gru', dim(4), dim(8))(waves) }))
const states = expectRight(
  program(
    { waves },
    {
      states: linearRecurrence(sigmoid(waves), waves, 1),
      largest: cummax(rearrange(waves, 'b t e -> t b e'), 0),
    },
  ),
)

const halved = whileLoop(
  { carry: waves, bound: 'T' },
  (x) => less(0.25, max(abs(x), [0, 1, 2])),
  (x) => mul(x, 0.5),
)
const iterated = expectRight(program({ waves }, { halved }))

const labels = input('labels', ['B'], 'i32')
const step = expectRight(trainStep({ loss: crossEntropy(logits, labels) }, adam({ learningRate: 0.1 })))

const withWeights = (name: string, of: Program, sizes: readonly Sizes[]): Exported => ({
  name,
  program: of,
  weights: randomWeights(of),
  sizes,
})

const models: readonly Exported[] = [
  withWeights('a multilayer perceptron', multilayer, batches),
  withWeights('a convolutional network', convolutional, batches),
  withWeights('a transformer with its gradient', expectRight(transformer), batchesOfLengths),
  withWeights('a GRU', recurrent, batchesOfLengths),
  withWeights('a linear recurrence and a cumulative maximum', states, batchesOfLengths),
  withWeights('a loop that stops by itself, with a bound of open size', iterated, batchesOfLengths),
  { name: 'a training step', program: step.program, weights: {}, sizes: batches },
]

/** Values for the leaves that a model does not hold, the same each time. Those of state are positive, as second moments are. */
const drawn = ({ inputs, parameters }: Program, weights: NamedValues, sizes: Sizes): NamedValues => {
  const free = [...inputs, ...parameters].filter(({ attributes: { name } }) => !Object.hasOwn(weights, name))
  return Object.fromEntries(
    free.map(({ op, dtype, attributes: { name, shape } }): [string, TensorValue] => {
      const value = zeros(
        dtype,
        shape.map((size) => expectRight(evaluateDim(sizes)(size))),
      )
      for (const [i, x] of randomKey.normal(randomKey.keyFromSeed(3), value.data.length).entries()) {
        value.data[i] = dtype === 'f32' && op === 'input' ? x / 2 : Math.abs(x)
      }
      return [name, value]
    }),
  )
}

/** The outputs by name, in numbers. */
type Outputs = Readonly<Record<string, readonly number[]>>

const numbersOf = (outputs: readonly string[], at: (i: number) => ArrayLike<unknown> | undefined): Outputs =>
  Object.fromEntries(outputs.map((name, i) => [name, Array.from(at(i) ?? [], Number)]))

/** The outputs at given sizes of a model that was lowered for these. */
const expectedOf = async ({ program: of, weights }: Exported, sizes: Sizes): Promise<Outputs> => {
  const values = { ...weights, ...drawn(of, weights, sizes) }
  const found = expectRight(await runOnce(onnxEngine({ threads: 1 }), { program: of, values, sizes })())
  return numbersOf(Object.keys(of.outputs), (i) => found[Object.keys(of.outputs)[i] ?? '']?.data)
}

const expectSame = (found: Outputs, expected: Outputs): void => {
  expect(Object.keys(found)).toEqual(Object.keys(expected))
  for (const [name, numbers] of Object.entries(expected)) expectClose(found[name] ?? [], numbers, 2e-5)
}

const bytesOf = ({ program: of, weights }: Exported): Uint8Array => expectRight(toOnnx(of, { weights }))

describe.each(models)('$name with open sizes, exported once', (model) => {
  const names = Object.keys(model.program.outputs)

  it('gives in Node what models of each size give', async () => {
    const session = await InferenceSession.create(bytesOf(model), { intraOpNumThreads: 1 })
    for (const sizes of model.sizes) {
      const feeds = Object.entries(drawn(model.program, model.weights, sizes))
      const found = await session.run(
        Object.fromEntries(
          feeds.flatMap(([name, value]) => (session.inputNames.includes(name) ? [[name, fed(value)]] : [])),
        ),
      )
      expectSame(
        numbersOf(names, (i) => found[session.outputNames[i] ?? '']?.data),
        await expectedOf(model, sizes),
      )
    }
  })

  it('gives the same in the WebAssembly of a browser', async () => {
    webRuntime.env.wasm.numThreads = 1
    const session = await webRuntime.InferenceSession.create(bytesOf(model))
    for (const sizes of model.sizes) {
      const feeds = Object.entries(drawn(model.program, model.weights, sizes)).map(([name, value]) => {
        const { type, data, dims } = fed(value)
        return [name, new webRuntime.Tensor(type, data, dims)] as const
      })
      const found = await session.run(Object.fromEntries(feeds))
      expectSame(
        numbersOf(names, (i) => found[session.outputNames[i] ?? '']?.data),
        await expectedOf(model, sizes),
      )
    }
  })

  it.skipIf(!pythonHasOnnxRuntime())(
    'gives the same in Python (skipped where it has no onnxruntime)',
    async () => {
      const feeds = model.sizes.map((sizes) => drawn(model.program, model.weights, sizes))
      const found = runInPython(bytesOf(model), feeds)
      for (const [run, sizes] of model.sizes.entries()) {
        expectSame(
          numbersOf(names, (i) => found[run]?.[i]?.data),
          await expectedOf(model, sizes),
        )
      }
    },
  )
})
