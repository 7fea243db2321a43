import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../src/dsl/index.js'
import { add, fromJson, gradient, input, program, sum, tanh, toJson, toText } from '../../src/dsl/index.js'
import { lowerProgram } from '../../src/engines/onnx/lowering/lowering.js'
import type { NodeProto } from '../../src/engines/onnx/model-proto.js'
import { depthFirst } from '../../src/engines/onnx/lowering/node-order.js'
import { portable } from '../../src/engines/onnx/provider.js'

const length = 10_000
const x = input('x', ['N'])
const chain = Array.from({ length }).reduce<Tensor<['N']>>((y) => tanh(add(y, x)), x)
const differentiated = program({ x }, { slope: gradient(sum(chain), x) })

// Each of these would take minutes, or overflow the stack, if it were quadratic in nodes or recursive.
describe('a chain of 10,000 operations with its gradient', { timeout: 300_000 }, () => {
  it('is lowered to ONNX', () => {
    const nodes = pipe(
      differentiated,
      E.chainW((whole) => lowerProgram(whole, { N: 8 }, portable)),
      E.map(({ graph }) => graph.nodes.length),
    )
    expect(nodes).toEqual(E.right(6 * length))
  })

  it('is printed, written as JSON and read again', () => {
    const again = pipe(
      differentiated,
      E.chainW((whole) =>
        pipe(
          fromJson(JSON.parse(JSON.stringify(toJson(whole)))),
          E.map((read) => toText(read) === toText(whole)),
        ),
      ),
    )
    expect(again).toEqual(E.right(true))
  })
})

const written = (output: string, reads: readonly string[]): NodeProto => ({
  name: output,
  opType: 'Sum',
  domain: '',
  input: reads,
  output: [output],
  attribute: [],
})

describe('the order of nodes in a model', () => {
  it('lists a local derivative before the cotangent that it meets, so that ONNX Runtime computes it after', () => {
    const nodes = [
      written('t0', ['x']),
      written('t1', ['t0']),
      written('local1', ['t1']),
      written('back1', ['t1', 'local1']),
      written('local0', ['t0']),
      written('back0', ['back1', 'local0']),
    ]
    expect(depthFirst(nodes).map(({ name }) => name)).toEqual([
      't0',
      'local0',
      't1',
      'local1',
      'back1',
      'back0',
    ])
  })

  it('has every node once, operands first, in every graph', () => {
    const graph = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(graph, (operands) => {
        const nodes = operands.map((chosen, i) =>
          written(
            `v${i}`,
            chosen.map((k) => (i === 0 ? 'x' : `v${k % i}`)),
          ),
        )
        const order = depthFirst(nodes)
        const position = new Map(order.map(({ name }, i) => [name, i]))
        expect(order.toSorted((a, b) => nodes.indexOf(a) - nodes.indexOf(b))).toEqual(nodes)
        for (const [i, node] of order.entries()) {
          for (const name of node.input) expect(position.get(name) ?? -1).toBeLessThan(i)
        }
      }),
    )
  })
})
