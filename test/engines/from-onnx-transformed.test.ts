/** Programs that were read from ONNX files are programs like any other: low-rank adapters, laws, and files again. */
import { describe, expect, it } from 'vitest'
import type { AnyTensor, Tensor } from '../../src/dsl/index.js'
import {
  add,
  axis,
  gelu,
  gradient,
  input,
  layerNorm,
  linear,
  matmul,
  mean,
  mul,
  parameter,
  program,
  randomKey,
  replacement,
  sub,
  substitute,
  sum,
  tensor,
} from '../../src/dsl/index.js'
import { runOnce } from '../../src/engine-conformance/agreement.js'
import { dynamicModelOf } from '../../src/engines/onnx/model.js'
import { dataLocations, encodeModel } from '../../src/engines/onnx/model-proto.js'
import { portable } from '../../src/engines/onnx/provider.js'
import { fromOnnx, onnxEngine, referenceEngine, toOnnx } from '../../src/engines/index.js'
import {
  activations,
  checkLaws,
  declareLaws,
  gradientIsSlope,
  rowsIndependent,
} from '../../src/laws/index.js'
import { initialise, normal } from '../../src/model/index.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { expectLeft, expectRight } from '../expect-either.js'

const x = input('x', ['B', 6])
const scale = parameter('norm.weight', [6])
const hidden = gelu(
  linear(
    layerNorm(x, scale, parameter('norm.bias', [6])),
    parameter('in.weight', [8, 6]),
    parameter('in.bias', [8]),
  ),
)
const written = linear(hidden, parameter('out.weight', [3, 8]))
const network = expectRight(program({ x }, { y: written }))
const weights = expectRight(initialise(network, randomKey.keyFromSeed(1), { default: normal(0.5) }))
const file = expectRight(toOnnx(network, { weights }))

/** The network as it is read, on features in the place of its input. */
const readOn = (features: Tensor<['B', 6]>): Tensor<['B', 3]> =>
  expectRight(fromOnnx(file, { inputs: { x: features }, outputs: { y: [axis(features, 0), 3] } })).outputs.y

const rows = tensor.f32([
  [0.5, -1, 2, 0.25, 1, 0],
  [-0.5, 3, 1, 0.75, -2, 1.5],
])

type Results = Readonly<Record<string, AnyTensor>>

const valuesOf = async (outputs: Results, values: NamedValues) =>
  expectRight(
    await runOnce(referenceEngine, {
      program: expectRight(program({ x }, outputs)),
      values: { ...weights, ...values, x: rows },
      sizes: { B: 2 },
    })(),
  )

describe('a program that was read from an ONNX file', () => {
  const weight = parameter('in.weight', [8, 6])
  const [up, down] = [parameter('in.up', [8, 2]), parameter('in.down', [2, 6])]
  const adapter = {
    'in.up': tensor.f32(Array.from({ length: 8 }, (_, i) => [0.1 * i - 0.3, 0.2 - 0.05 * i])),
    'in.down': tensor.f32([
      [0.3, -0.2, 0.1, 0.4, -0.5, 0.2],
      [-0.1, 0.6, 0.2, -0.3, 0.1, 0.05],
    ]),
  }

  it('takes low-rank adapters: its gradients are those of the program that was written, with the same', async () => {
    const adapted = (y: Tensor<['B', 3]>): Results => {
      const changed = substitute(y, [replacement(weight, add(weight, matmul(up, down)))])
      const loss = sum(mul(changed, changed))
      return { y: changed, byUp: gradient(loss, up), byDown: gradient(loss, down) }
    }
    const [again, before] = [
      await valuesOf(adapted(readOn(x)), adapter),
      await valuesOf(adapted(written), adapter),
    ]
    const plain = await valuesOf({ y: written }, {})
    expect(before['y']?.data).not.toEqual(plain['y']?.data)
    for (const name of ['y', 'byUp', 'byDown']) {
      const expected = [...(before[name]?.data ?? [])]
      expect(expected.length).toBeGreaterThan(5)
      expected.forEach((each, i) => expect(again[name]?.data[i]).toBeCloseTo(each, 5))
    }
  })

  it('keeps the laws that its function keeps, and breaks those that it breaks', () => {
    const declared = (name: string, y: (features: Tensor<['B', 6]>) => Tensor<['B', 3]>) =>
      declareLaws(y, {
        name,
        takes: [activations('x', ['B', 6])],
        laws: [gradientIsSlope, rowsIndependent('B', 0)],
      })
    expect(checkLaws(declared('read', readOn), { runs: 10 })).toMatchObject({ _tag: 'Right' })
    const mixed = (features: Tensor<['B', 6]>) => {
      const y = readOn(features)
      return sub(y, mean(y, [0]))
    }
    expect(checkLaws(declared('mixed', mixed), { runs: 10 })).toMatchObject({
      _tag: 'Left',
      left: { law: { name: 'independent along B' } },
    })
  })

  it('has outputs of declared literal dims, or of dims of its inputs: a bare number does not compile', () => {
    const classes: number = rows.shape.length + 1
    // @ts-expect-error dims must be literal types
    const { outputs } = expectRight(fromOnnx(file, { outputs: { y: ['B', classes] } }))
    expect(outputs.y.shape).toEqual(['B', 3])
  })

  it('is written as a file again, with its adapter, which ONNX Runtime runs to the same results', async () => {
    const changed = substitute(readOn(x), [replacement(weight, add(weight, matmul(up, down)))])
    const values = { ...weights, ...adapter }
    const second = expectRight(toOnnx(expectRight(program({ x }, { y: changed })), { weights: values }))
    const reread = expectRight(fromOnnx(second))
    expect(Object.keys(reread.weights).toSorted()).toEqual(Object.keys(values).toSorted())
    const expected = await valuesOf({ y: changed }, adapter)
    const results = expectRight(
      await runOnce(onnxEngine({ threads: 1 }), {
        program: reread.program,
        values: { ...reread.weights, x: rows },
        sizes: { B: 2 },
      })(),
    )
    expect(expected['y']?.data).toHaveLength(6)
    expected['y']?.data.forEach((each, i) => expect(results['y']?.data[i]).toBeCloseTo(each, 5))
  })
})

describe('weights in files beside the model', () => {
  /** The file with the bytes of its weights in another one, each behind the one before. */
  const apart = (): { readonly model: Uint8Array; readonly data: Uint8Array } => {
    const { proto: model } = expectRight(
      dynamicModelOf(network, { sizes: {}, weights, placement: 'inside', dialect: portable, metadata: {} }),
    )
    const stored = model.graph.initializer.map((weight) => ({
      weight,
      bytes: weight.rawData ?? new Uint8Array(),
    }))
    const starts = stored.map((_, i) =>
      stored.slice(0, i).reduce((at, { bytes }) => at + bytes.byteLength, 0),
    )
    const initializer = stored.map(({ weight: { name, dims, dataType }, bytes }, i) => ({
      name,
      dims,
      dataType,
      dataLocation: dataLocations.external,
      externalData: Object.entries({
        location: 'weights.data',
        offset: String(starts[i]),
        length: String(bytes.byteLength),
      }).map(([key, value]) => ({ key, value })),
    }))
    return {
      model: encodeModel({ ...model, graph: { ...model.graph, initializer } }),
      data: Uint8Array.from(stored.flatMap(({ bytes }) => [...bytes])),
    }
  }

  it('are read from the bytes that are given', () => {
    const { model, data } = apart()
    expect(expectRight(fromOnnx(model, { files: { 'weights.data': data } })).weights).toEqual(weights)
  })

  it('are asked for by the name of their file', () => {
    expect(expectLeft(fromOnnx(apart().model))).toEqual({
      tag: 'OnnxFault',
      where: "the weight 'gelu/constant'",
      message: "its elements are in the file 'weights.data'",
      advice: 'give the bytes of that file in `files`, or store the weights in the model',
    })
  })

  it('are refused where the file is too short, with what it should hold', () => {
    const { model, data } = apart()
    const short = data.subarray(0, data.byteLength - 4)
    expect(expectLeft(fromOnnx(model, { files: { 'weights.data': short } }))).toMatchObject({
      message: expect.stringMatching(
        /^it is at byte \d+ of 'weights.data', \d+ bytes of it, and the file has \d+$/,
      ),
      advice: 'give the file that was written together with the model',
    })
  })
})
