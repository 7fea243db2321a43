/** Chains of nodes that ONNX Runtime computes as one operator: where they are found, and that their values stay what they were. */
import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import {
  add,
  dim,
  gradient,
  input,
  mul,
  quickGelu,
  rearrange,
  sigmoid,
  silu,
  softmax,
  sub,
  sum,
} from '../../src/dsl/index.js'
import type { Tensor } from '../../src/dsl/index.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../../src/dsl/program.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { lowerProgram } from '../../src/engines/onnx/lowering/lowering.js'
import { portable, processorDialect } from '../../src/engines/onnx/provider.js'
import { scaledDotProductAttention } from '../../src/model/index.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { expectRight } from '../expect-either.js'
import { drawn } from '../support/evaluation.js'
import { disagreements } from './agreement.js'

type Outputs = Readonly<Record<string, Node>>

/** ONNX Runtime's own operators in the graph of a program, but for products. */
const ownOperators = (outputs: Outputs, dialect = processorDialect): readonly string[] =>
  expectRight(lowerProgram(expectRight(programOfNodes(outputs)), {}, dialect))
    .graph.nodes.filter(({ domain, opType }) => domain !== '' && opType !== 'FusedMatMul')
    .map(({ opType }) => opType)

const engine = onnxEngine({ threads: 2 })
const expectAgreement = async (outputs: Outputs, values: NamedValues): Promise<void> =>
  expect(await disagreements(engine, outputs, values)).toEqual([])

describe('x σ(a x) as one operator', () => {
  const x = input('x', [3, 40])
  const values = { x: drawn(1, [3, 40], 5) }

  it.each([
    ['quickGelu', quickGelu(x)],
    ['silu', silu(x)],
    ['a product in the other order', mul(sigmoid(mul(-0.5, x)), x)],
    ['one of a value that is read elsewhere, too', add(quickGelu(x), x)],
  ])('computes %s', async (_, y) => {
    expect(ownOperators({ y: y.node })).toEqual(['QuickGelu'])
    expect(ownOperators({ y: y.node }, portable)).toEqual([])
    await expectAgreement({ y: y.node }, values)
  })

  const other = input('other', [3, 40])
  it.each([
    ['its gradient reads the sigmoid', { y: quickGelu(x).node, dx: gradient(sum(quickGelu(x)), x).node }],
    ['the sigmoid is an output', { y: silu(x).node, gate: sigmoid(x).node }],
    ['the sigmoid is that of another value', { y: mul(x, sigmoid(other)).node }],
    ['the factor is no number', { y: mul(x, sigmoid(mul(other, x))).node }],
  ])('is not taken where %s', async (_, outputs) => {
    expect(ownOperators(outputs)).toEqual([])
    await expectAgreement(outputs, { ...values, other: drawn(2, [3, 40]) })
  })
})

describe('attention as one operator', () => {
  const [heads, width] = [dim(2), dim(4)]
  const byHead = <B, L>(x: Tensor<[B, L, 8]>) => rearrange(x, 'b l (h e) -> b h l e', { h: heads, e: width })
  const merged = <B, L>(x: Tensor<[B, 2, L, 4]>) => rearrange(x, 'b h l e -> b l (h e)')
  const [q, k, v] = [input('q', [3, 5, 8]), input('k', [3, 7, 8]), input('v', [3, 7, 8])]
  const values = { q: drawn(1, [3, 5, 8], 2), k: drawn(2, [3, 7, 8], 2), v: drawn(3, [3, 7, 8]) }
  const unscaled = (queries: Node): Node => {
    const scores = b.matmul(queries, b.transpose(byHead(k).node, [0, 1, 3, 2]))
    const mixedHeads = b.matmul(b.softmax(scores, 3), byHead(v).node)
    return b.reshape(b.transpose(mixedHeads, [0, 2, 1, 3]), [3, 5, 8])
  }
  const mixed = merged(scaledDotProductAttention(byHead(q), byHead(k), byHead(v)))

  it.each([
    ['another sequence', mixed.node],
    ['the sequence itself', merged(scaledDotProductAttention(byHead(q), byHead(q), byHead(q))).node],
    ['a sum after it', add(mixed, q).node],
  ])('computes that to %s', async (_, y) => {
    expect(ownOperators({ y })).toEqual(['MultiHeadAttention'])
    expect(ownOperators({ y }, portable)).toEqual([])
    await expectAgreement({ y }, values)
  })

  it('computes one without a scale, and one over many positions, as the oracle does', async () => {
    const y = unscaled(byHead(q).node)
    expect(ownOperators({ y })).toEqual(['MultiHeadAttention'])
    await expectAgreement({ y }, values)

    const long = input('long', [1, 600, 8])
    const far = merged(scaledDotProductAttention(byHead(long), byHead(long), byHead(long))).node
    expect(ownOperators({ far })).toEqual(['MultiHeadAttention'])
    await expectAgreement({ far }, { long: drawn(4, [1, 600, 8], 3) })
  })

  const mask = input('mask', [5, 7])
  const weights = softmax(sub(scaledDotProductAttention(byHead(q), byHead(q), byHead(q)), 1), -1)
  it.each([
    [
      'there is a mask',
      { y: merged(scaledDotProductAttention(byHead(q), byHead(k), byHead(v), { mask })).node },
    ],
    ['its gradient reads the weights', { y: mixed.node, dq: gradient(sum(mixed), q).node }],
    ['scores are multiplied by 0', { y: unscaled(mul(byHead(q), 0).node) }],
    ['heads are not merged', { y: scaledDotProductAttention(byHead(q), byHead(k), byHead(v)).node }],
    ['a softmax is over something else', { y: weights.node }],
  ])('is not taken where %s', async (_, outputs) => {
    expect(ownOperators(outputs)).toEqual([])
    await expectAgreement(outputs, { ...values, mask: drawn(5, [5, 7]) })
  })
})

describe('a slice of a slice as one', () => {
  const x = b.input('x', [4, 6, 5])
  const rows = b.slice(x, 0, 1, 2)
  const slices = (outputs: Outputs): number =>
    expectRight(lowerProgram(expectRight(programOfNodes(outputs)), {}, processorDialect)).graph.nodes.filter(
      ({ opType }) => opType === 'Slice',
    ).length

  it.each([
    ['along two axes', { y: b.slice(rows, 2, 2, 3) }, 1],
    ['along one axis, which stays two', { y: b.slice(rows, 0, 1, 1) }, 2],
    [
      'of which the first is read elsewhere, which stays two',
      { y: b.slice(rows, 1, 2, 3), z: b.neg(rows) },
      2,
    ],
  ] as const)('%s', async (_, outputs, count) => {
    expect(slices(outputs)).toBe(count)
    await expectAgreement(outputs, { x: drawn(6, [4, 6, 5]) })
  })
})
