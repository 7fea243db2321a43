/** Matrix products and convolutions in half precision: what is rounded, what is not, and who refuses. */
import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../../src/dsl/program.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { lowerProgram } from '../../src/engines/onnx/lowering/lowering.js'
import { dialectOf } from '../../src/engines/onnx/provider.js'
import type { Precision } from '../../src/engines/precision.js'
import { runOnce } from '../../src/engine-conformance/agreement.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32 } from './agreement.js'

/** The result of a program of one node. */
const computed = async (y: Node, values: NamedValues, precision: Precision): Promise<readonly number[]> => {
  const program = expectRight(programOfNodes({ y }))
  const found = await runOnce(onnxEngine({ threads: 1, precision }), { program, values, sizes: {} })()
  return [...(expectRight(found)['y']?.data ?? [])]
}

const [row, column] = [b.input('row', [1, 2]), b.input('column', [2, 1])]
const product = b.matmul(row, column)

describe('a matrix product', () => {
  // Above 1, float16 counts in steps of 2^-10, bfloat16 in steps of 2^-7.
  const [fine, coarse] = [1 + 2 ** -12, 1 + 2 ** -9]
  const ones = { column: f32([2, 1], [1, 1]) }

  it.each([
    { precision: 'float32', of: [fine, coarse], gives: fine + coarse },
    { precision: 'float16', of: [fine, coarse], gives: 1 + coarse },
    { precision: 'bfloat16', of: [fine, coarse], gives: 2 },
    // Each operand is a number of float16, and their sum is none.
    { precision: 'float16', of: [2048, 1], gives: 2048 },
    { precision: 'float16', of: [65504, 65504], gives: Infinity },
    { precision: 'bfloat16', of: [2 ** 17, 2 ** 17], gives: 2 ** 18 },
  ] as const)('in $precision of $of and ones is $gives', async ({ precision, of, gives }) => {
    expect(await computed(product, { row: f32([1, 2], of), ...ones }, precision)).toEqual([gives])
  })

  it('alone is rounded to half precision: sums and additions are not', async () => {
    const values = { row: f32([1, 2], [fine, fine]), ...ones }
    expect(await computed(b.add(row, row), values, 'float16')).toEqual([2 * fine, 2 * fine])
    expect(await computed(b.sum(row, [0, 1]), values, 'float16')).toEqual([2 * fine])
    expect(await computed(b.add(product, b.scalar(2 ** -12)), values, 'float16')).toEqual([2 + 2 ** -12])
  })
})

it('a convolution in half precision is rounded as a matrix product is', async () => {
  const [image, kernel] = [b.input('image', [1, 1, 1, 2]), b.input('kernel', [1, 1, 1, 2])]
  const unpadded = {
    stride: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
    dilation: [1, 1],
    inputDilation: [1, 1],
  } as const
  const values = { image: f32([1, 1, 1, 2], [1 + 2 ** -12, 1]), kernel: f32([1, 1, 1, 2], [1, 1]) }
  const convolution = b.conv2d(image, kernel, unpadded)
  expect(await computed(convolution, values, 'float16')).toEqual([2])
  expect(await computed(convolution, values, 'float32')).toEqual([2 + 2 ** -12])
})

describe('on a provider with kernels in half precision', () => {
  const operators = (y: Node): readonly string[] =>
    expectRight(
      lowerProgram(expectRight(programOfNodes({ y })), {}, expectRight(dialectOf('cuda', 'float16'))),
    ).graph.nodes.map(({ opType }) => opType)

  it('a product has casts around it, one for each value that it reads', () => {
    expect(operators(product)).toEqual(['Cast', 'Cast', 'MatMul', 'Cast'])
    const square = b.input('square', [3, 3])
    expect(operators(b.matmul(square, square))).toEqual(['Cast', 'MatMul', 'Cast'])
  })

  it('softmax is computed in float32', () => {
    expect(operators(b.softmax(product, 1))).toEqual(['Cast', 'Cast', 'MatMul', 'Cast', 'Softmax'])
  })
})

it('compiling for WebGPU in bfloat16 fails and names the precisions that WebGPU has', async () => {
  const program = expectRight(programOfNodes({ product }))
  const engine = onnxEngine({ provider: 'webgpu', precision: 'bfloat16' })
  expect(expectLeft(await engine.compile(program, { sizes: {}, weights: {}, state: [] })())).toMatchObject({
    tag: 'EngineFailed',
    reason: "the provider 'webgpu' has no bfloat16",
    advice: 'use float32 or float16',
  })
})
