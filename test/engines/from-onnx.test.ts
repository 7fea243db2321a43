/** Programs that are read from ONNX files. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../src/dsl/index.js'
import {
  add,
  conv2d,
  gradient,
  input,
  less,
  matmul,
  mean,
  mul,
  parameter,
  program,
  randomKey,
  relu,
  sum,
  whileLoop,
} from '../../src/dsl/index.js'
import { runOnce } from '../../src/engine-conformance/agreement.js'
import { explainOnnxFault, fromOnnx, referenceEngine, toOnnx } from '../../src/engines/index.js'
import { encodeModel } from '../../src/engines/onnx/model-proto.js'
import type { NodeProto } from '../../src/engines/onnx/model-proto.js'
import { initialise, normal } from '../../src/model/index.js'
import type { NamedValues } from '../../src/values/named-values.js'
import type { TensorValue } from '../../src/values/value.js'
import { expectLeft, expectRight } from '../expect-either.js'

const f32 = (shape: readonly number[], data: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(data),
})

const x = input('x', ['B', 4])
const hidden = relu(add(matmul(x, parameter('in.weight', [4, 8])), parameter('in.bias', [8])))
const y = matmul(hidden, parameter('out.weight', [8, 3]))
const network = expectRight(program({ x }, { y }))
const weights = expectRight(initialise(network, randomKey.keyFromSeed(1), { default: normal(0.5) }))
const file = expectRight(toOnnx(network, { weights }))
const rows = f32([2, 4], [0.5, -1, 2, 0.25, 1, 0, -0.5, 3])

const op = (opType: string, inputs: readonly string[], output: string, name: string): NodeProto => ({
  name,
  opType,
  domain: '',
  input: inputs,
  output: [output],
  attribute: [],
})

const vector = (name: string) => ({
  name,
  type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'N' }] } } },
})

const modelOf = (nodes: readonly NodeProto[], version = 20): Uint8Array =>
  encodeModel({
    irVersion: 9,
    opsetImport: [{ domain: '', version }],
    producerName: 'test',
    graph: { name: 'g', node: nodes, initializer: [], input: [vector('x')], output: [vector('y')] },
    metadataProps: [],
  })

const faultOf = (bytes: Uint8Array): string => {
  const fault = expectLeft(fromOnnx(bytes))
  return fault.tag === 'OnnxFault' ? explainOnnxFault(fault) : fault.tag
}

describe('a program that is read from an ONNX file', () => {
  it('has the names, the open sizes and the weights that were written', () => {
    const read = expectRight(fromOnnx(file))
    expect(read.program.inputs.map(({ attributes }) => attributes)).toEqual([
      { name: 'x', shape: ['B', 4], dtype: 'f32' },
    ])
    expect(read.program.outputs['y']?.shape).toEqual(['B', 3])
    expect(Object.keys(read.weights).toSorted()).toEqual(['in.bias', 'in.weight', 'out.weight'])
    expect(read.weights).toEqual(weights)
  })

  it('computes the same outputs and gradients as the program that was written', async () => {
    const { outputs, weights: held } = expectRight(
      fromOnnx(file, { inputs: { x }, outputs: { y: ['B', 3] } }),
    )
    const typed: Tensor<['B', 3]> = outputs.y
    const derived = (of: Tensor<['B', 3]>) => {
      const loss = sum(mul(of, of), [0, 1])
      return expectRight(program({ x }, { loss, slope: gradient(loss, x) }))
    }
    const outputsOf = async (of: Tensor<['B', 3]>, values: NamedValues) =>
      expectRight(
        await runOnce(referenceEngine, {
          program: derived(of),
          values: { ...values, x: rows },
          sizes: { B: 2 },
        })(),
      )
    const [again, before] = [await outputsOf(typed, held), await outputsOf(y, weights)]
    expect(again['loss']?.data[0]).toBeCloseTo(before['loss']?.data[0] ?? Number.NaN, 6)
    expect(before['slope']?.data).toHaveLength(8)
    before['slope']?.data.forEach((each, i) => expect(again['slope']?.data[i]).toBeCloseTo(each, 5))
  })

  it('takes other tensors for its inputs, whose dims its symbols then are', () => {
    const images = input('images', ['N', 4])
    const { outputs } = expectRight(
      fromOnnx(file, { inputs: { x: mul(images, images) }, outputs: { y: ['N', 3] } }),
    )
    expect(outputs.y.shape).toEqual(['N', 3])
  })

  it('has the sizes that are given', () => {
    expect(expectRight(fromOnnx(file, { sizes: { B: 5 } })).program.outputs['y']?.shape).toEqual([5, 3])
  })

  it('keeps loops that end by themselves', async () => {
    const start = input('start', [])
    const last = whileLoop(
      { carry: start, bound: 20 },
      (value) => less(value, 100),
      (value) => mul(value, 2),
    )
    const bytes = expectRight(toOnnx(expectRight(program({ start }, { last }))))
    const read = expectRight(fromOnnx(bytes))
    const values = { start: f32([], [3]) }
    const results = await runOnce(referenceEngine, { program: read.program, values, sizes: {} })()
    expect(expectRight(results)['last']?.data[0]).toBe(192)
  })

  it('convolves as before', () => {
    const images = input('images', ['B', 3, 8, 8])
    const maps = mean(conv2d(images, parameter('kernels', [4, 3, 3, 3]), { padding: 1 }), [2, 3])
    const bytes = expectRight(toOnnx(expectRight(program({ images }, { maps }))))
    expect(expectRight(fromOnnx(bytes)).program.outputs['maps']?.shape).toEqual(['B', 4])
  })
})

describe('reading an ONNX file fails', () => {
  it('with the places of all nodes that are not read', () => {
    const nodes = [
      op('Relu', ['x'], 'a', '/encoder/relu'),
      op('NonZero', ['a'], 'b', '/encoder/block/NonZero'),
      op('Unique', ['b'], 'y', ''),
    ]
    expect(faultOf(modelOf(nodes))).toBe(
      "the graph: operators that are not read: node 2 of 3, '/encoder/block/NonZero' (NonZero); node 3 of 3 (Unique); export the model without them, or cut it before the first of them",
    )
  })

  it('at the node that breaks a shape rule', () => {
    expect(faultOf(modelOf([op('Gemm', ['x', 'x'], 'y', '/head/Gemm')]))).toContain(
      "node 1 of 1, '/head/Gemm' (Gemm): ",
    )
  })

  it('for an opset that is too old', () => {
    expect(faultOf(modelOf([op('Relu', ['x'], 'y', '')], 12))).toContain('opset 12; 13 to 23 are read')
  })

  it('if a declared input or output has another shape in the file', () => {
    const wide = input('x', ['B', 5])
    expect(expectLeft(fromOnnx(file, { inputs: { x: wide } }))).toMatchObject({
      where: "the input 'x'",
      message: 'the file says f32 [B,4], the tensor is f32 [B,5]',
    })
    expect(expectLeft(fromOnnx(file, { outputs: { y: ['B', 4] } }))).toMatchObject({
      where: "the output 'y'",
      message: 'it is f32 [B,3], declared as f32 [B,4]',
    })
    expect(expectLeft(fromOnnx(file, { outputs: { z: ['B', 3] } }))).toMatchObject({
      advice: "its outputs are 'y'",
    })
  })

  it('as a value, whatever the bytes are', () => {
    expect(faultOf(new Uint8Array([1, 2, 3]))).toContain('the file: it is no ONNX model')
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, byte) => {
        const [cut, changed] = [file.slice(0, at), file.slice()]
        changed[at] = byte
        expect(['Left', 'Right']).toContain(fromOnnx(cut)._tag)
        expect(['Left', 'Right']).toContain(fromOnnx(changed)._tag)
      }),
      { numRuns: 200 },
    )
  })
})
