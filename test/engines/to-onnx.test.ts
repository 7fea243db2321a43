import * as E from 'fp-ts/lib/Either.js'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../../src/dsl/program.js'
import { gradientNodes } from '../../src/dsl/transformations/reverse-mode.js'
import { lowerProgram } from '../../src/engines/onnx/lowering/lowering.js'
import type { Dialect } from '../../src/engines/onnx/provider.js'
import { dialectOf, portable } from '../../src/engines/onnx/provider.js'
import { toOnnx } from '../../src/engines/onnx/to-onnx.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32 } from './agreement.js'

const x = b.input('x', ['B', 3])
const w = b.parameter('w', [2, 3])
const bias = b.parameter('bias', [2])
const linear = expectRight(programOfNodes({ y: b.add(b.matmul(x, b.transposeLast(w)), bias) }))

describe('a program as an ONNX file', () => {
  it('holds the weights, takes the other parameters as inputs, and runs without this library', async () => {
    const bytes = expectRight(
      toOnnx(linear, { sizes: { B: 1 }, weights: { w: f32([2, 3], [1, 2, 3, 4, 5, 6]) } }),
    )
    const session = await InferenceSession.create(bytes)
    expect(session.inputNames).toEqual(['x', 'bias'])
    expect(session.inputMetadata).toMatchObject([
      { name: 'x', type: 'float32', shape: [1, 3] },
      { name: 'bias', type: 'float32', shape: [2] },
    ])
    const { y } = await session.run({
      x: new Tensor('float32', [1, 1, 1], [1, 3]),
      bias: new Tensor('float32', [10, 20], [2]),
    })
    expect([...((await y?.getData()) ?? [])]).toEqual([16, 35])
  })

  it('has the same bytes each time', () => {
    const options = { sizes: { B: 4 }, weights: { w: f32([2, 3], [1, 2, 3, 4, 5, 6]) } }
    expect(toOnnx(linear, options)).toEqual(toOnnx(linear, options))
  })

  it('holds the given metadata', () => {
    const bytes = expectRight(toOnnx(linear, { sizes: { B: 4 }, metadata: { classes: 'dog,elephant' } }))
    const content = new TextDecoder('latin1').decode(bytes)
    expect(content).toContain('classes')
    expect(content).toContain('dog,elephant')
  })

  it('needs a size for every symbol', () => {
    expect(E.isLeft(toOnnx(linear))).toBe(true)
    expect(expectLeft(toOnnx(linear))).toMatchObject({ tag: 'ProgramRejected' })
  })
})

const onProcessors = expectRight(dialectOf('cpu', 'float32'))

/** Operators of the graph of a node, sorted. */
const operators = (node: Node, dialect: Dialect): readonly string[] =>
  expectRight(lowerProgram(expectRight(programOfNodes({ y: node })), { B: 4 }, dialect))
    .graph.nodes.map(({ opType }) => opType)
    .toSorted()

describe('lowering to ONNX', () => {
  const batch = b.input('batch', ['B', 5, 3])

  it('reads weights transposed instead of copying them', () => {
    expect(operators(b.matmul(x, b.transposeLast(w)), onProcessors)).toEqual(['Gemm'])
    expect(operators(b.matmul(batch, b.transposeLast(w)), onProcessors)).toEqual(['FusedMatMul'])
    expect(operators(b.matmul(batch, b.transposeLast(w)), portable)).toEqual(['Gemm', 'Reshape', 'Reshape'])
    expect(operators(b.matmul(batch, b.transposeLast(batch)), portable)).toEqual(['MatMul', 'Transpose'])
  })

  it('uses only standard operators in a portable model', () => {
    const product = expectRight(programOfNodes({ y: b.matmul(batch, b.transposeLast(batch)) }))
    const domains = (dialect: Dialect) =>
      expectRight(lowerProgram(product, { B: 4 }, dialect)).graph.nodes.map(({ domain }) => domain)
    expect(domains(onProcessors)).toEqual(['com.microsoft'])
    expect(domains(portable)).toEqual(['', ''])
  })

  it('writes equal nodes once, and no node for a constant that broadcasts', () => {
    const half = b.full(['B', 3], 0.5)
    expect(operators(b.add(b.mul(x, half), b.mul(half, b.stopGradient(x))), onProcessors)).toEqual([
      'Add',
      'Mul',
      'Mul',
    ])
    expect(operators(b.mul(x, b.broadcastTo(b.exp(b.input('row', [3])), ['B', 3])), onProcessors)).toEqual([
      'Exp',
      'Mul',
    ])
  })

  it('writes one reshape for a chain of them, and none that keeps the shape', () => {
    const there = b.reshape(b.reshape(batch, ['B', 15]), [15, 'B'])
    expect(operators(b.neg(there), onProcessors)).toEqual(['Neg', 'Reshape'])
    expect(operators(b.neg(b.reshape(there, ['B', 5, 3])), onProcessors)).toEqual(['Neg'])
  })
})

describe('a sigmoid as an ONNX operator', () => {
  const z = b.input('z', [3])
  const operatorsOf = (outputs: Readonly<Record<string, Node>>): readonly string[] => {
    const { graph } = expectRight(lowerProgram(expectRight(programOfNodes(outputs)), {}, portable))
    return graph.nodes.map(({ opType }) => opType)
  }
  const gate = b.sigmoid(b.scale(z, 1.702))

  it('is one operator where it weights its own argument, and in the gradient of that', () => {
    const y = b.mul(z, gate)
    const [gradient] = gradientNodes(b.sum(y, [0]), [z])
    expect(operatorsOf({ y, gradient: gradient ?? y }).filter((op) => op === 'Sigmoid')).toHaveLength(1)
  })

  it('keeps the digits of small values where it is an output or its logarithm is taken', () => {
    expect(operatorsOf({ y: b.mul(z, gate), gate })).not.toContain('Sigmoid')
    expect(operatorsOf({ y: b.mul(z, gate), log: b.log(gate) })).not.toContain('Sigmoid')
    expect(operatorsOf({ y: b.log(b.sigmoid(z)) })).not.toContain('Sigmoid')
  })
})
