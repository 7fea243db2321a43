import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../../src/dsl/program.js'
import { scope } from '../../src/dsl/scope.js'
import { gradientNodes } from '../../src/dsl/transformations/reverse-mode.js'
import { explainEngineFailure } from '../../src/engines/explain.js'
import type { LoweredProgram } from '../../src/engines/onnx/lowering/lowering.js'
import { lowerDynamicProgram, lowerProgram } from '../../src/engines/onnx/lowering/lowering.js'
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

  it('names the symbols that have no size in its inputs and outputs', async () => {
    const session = await InferenceSession.create(expectRight(toOnnx(linear)))
    expect(session.inputMetadata).toMatchObject([
      { name: 'x', shape: ['B', 3] },
      { name: 'w', shape: [2, 3] },
      { name: 'bias', shape: [2] },
    ])
    expect(session.outputMetadata).toMatchObject([{ name: 'y', shape: ['B', 2] }])
  })

  it('has the sizes of the weights that it holds', async () => {
    const classes = expectRight(
      programOfNodes({ y: b.matmul(x, b.transposeLast(b.parameter('w', ['K', 3]))) }),
    )
    const weights = { w: f32([2, 3], [1, 2, 3, 4, 5, 6]) }
    const session = await InferenceSession.create(expectRight(toOnnx(classes, { weights })))
    expect(session.outputMetadata).toMatchObject([{ name: 'y', shape: ['B', 2] }])
  })

  it('refuses weights that give a symbol two sizes', () => {
    const sum = b.add(b.parameter('v', ['K']), b.parameter('w', ['K']))
    const weights = { v: f32([2], [1, 2]), w: f32([3], [1, 2, 3]) }
    const failure = expectLeft(toOnnx(expectRight(programOfNodes({ sum })), { weights }))
    expect(explainEngineFailure(failure)).toContain("dim 'K' is 2 in 'v' and 3 in 'w'")
  })

  it('names the node that needs a size which no input gives, with its scope, and asks for it', () => {
    const noise = scope('sampler', () => b.randomUniform(b.input('key', [2], 'i32'), ['B', 4]))
    const failure = expectLeft(toOnnx(expectRight(programOfNodes({ noise: b.neg(noise) }))))
    expect(explainEngineFailure(failure)).toContain(
      "randomUniform [B,4] in sampler needs the size of 'B', which no axis of an input gives; give it one: sizes: { B: ... }",
    )
  })

  it('refuses sizes at which a range leaves its axis, as a model of one size does', () => {
    const { sizes, part } = { sizes: { K: 2 }, part: b.slice(b.input('z', ['B', 'K']), 1, 1, 4) }
    const failure = expectLeft(toOnnx(expectRight(programOfNodes({ part })), { sizes }))
    expect(explainEngineFailure(failure)).toContain('positions 1 to 5 are not in an axis of 2')
  })
})

/** A run of a model with open symbols on an input of this shape: the sizes of its result, or that it failed. */
const resultFor = async (node: Node, shape: readonly number[]): Promise<readonly number[] | 'failed'> => {
  const bytes = expectRight(toOnnx(expectRight(programOfNodes({ y: node }))))
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 })
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  return session.run({ z: new Tensor('float32', data, shape) }).then(
    ({ y }) => y?.dims ?? [],
    () => 'failed' as const,
  )
}

describe('a model with open symbols', () => {
  it('fails at sizes that have a remainder in a division, rather than rounding', async () => {
    const eighths = b.add(b.iota(['L/8'], 0), b.cast(b.sum(b.input('z', ['L']), [0]), 'i32'))
    expect(await resultFor(eighths, [24])).toEqual([3])
    expect(await resultFor(eighths, [25])).toBe('failed')
  })

  it('fails at sizes at which a slice leaves its axis, rather than shortening it', async () => {
    const part = b.slice(b.input('z', ['L']), 0, 2, 5)
    expect(await resultFor(part, [7])).toEqual([5])
    expect(await resultFor(part, [6])).toBe('failed')
  })

  it('fails at sizes that are larger than those that they are padded to, rather than cropping', async () => {
    const padded = b.padTo(b.input('z', ['L']), 0, 1, 6)
    expect(await resultFor(padded, [4])).toEqual([6])
    expect(await resultFor(padded, [6])).toBe('failed')
  })

  it('finds a size in an expression of it', async () => {
    const counted = b.add(b.iota(['L'], 0), b.cast(b.sum(b.input('z', ['2*L+6']), [0]), 'i32'))
    expect(await resultFor(counted, [10])).toEqual([2])
    expect(await resultFor(counted, [11])).toBe('failed')
  })

  it('has the nodes of a model of one size where nothing is computed from sizes', () => {
    const network = b.softmax(b.add(b.matmul(x, b.transposeLast(w)), bias), 1)
    const of = expectRight(programOfNodes({ y: network }))
    const kinds = ({ graph }: Pick<LoweredProgram, 'graph'>) => graph.nodes.map(({ opType }) => opType)
    expect(kinds(expectRight(lowerDynamicProgram(of, {}, portable)))).toEqual(
      kinds(expectRight(lowerProgram(of, { B: 4 }, portable))),
    )
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
