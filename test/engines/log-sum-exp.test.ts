import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import { programOfNodes } from '../../src/dsl/program.js'
import { encodeModel } from '../../src/engines/onnx/model-proto.js'
import { dynamicModelOf } from '../../src/engines/onnx/model.js'
import { dialectOf } from '../../src/engines/onnx/provider.js'
import { expectRight } from '../expect-either.js'
import { expectClose } from '../support/evaluation.js'

const rows = [
  [100, 100, -300],
  [-200, -200, -200],
  [Infinity, 1, 2],
  [-Infinity, -Infinity, -Infinity],
  [Number.NaN, 0, 0],
]
const expected = [100 + Math.log(2), -200 + Math.log(3), Infinity, -Infinity]

it('a logarithm of a sum of exponentials does not overflow where the operator of a device would', async () => {
  const x = b.input('x', [rows.length, 3])
  const dialect = expectRight(dialectOf('webgpu', 'float32'))
  for (const keepDims of [false, true]) {
    const program = expectRight(programOfNodes({ y: b.logSumExp(x, [1], keepDims) }))
    const { proto } = expectRight(
      dynamicModelOf(program, { sizes: {}, weights: {}, placement: 'inside', dialect, metadata: {} }),
    )
    expect(proto.graph.node.map(({ opType }) => opType)).not.toContain('ReduceLogSumExp')
    const session = await InferenceSession.create(encodeModel(proto), { logSeverityLevel: 4 })
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.from(rows.flat()), [5, 3]) })
    expect(y?.dims).toEqual(keepDims ? [5, 1] : [5])
    const values = Array.from(y?.data ?? [], Number)
    expect(values.at(-1)).toBeNaN()
    expectClose(values.slice(0, -1), expected, 1e-6)
  }
})
