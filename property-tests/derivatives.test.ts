/** jvp, vjp, jacobian and hessian of random programs, against central differences and against each other. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as b from '../src/dsl/builder.js'
import { anyNode, typed } from '../src/dsl/erasure.js'
import type { AnyTensor, Node, Tensor } from '../src/dsl/index.js'
import { evaluate, gradientNodes, hessian, jacobian, jvp, programOfNodes, vjp } from '../src/dsl/index.js'
import { substituteNodes } from '../src/dsl/transformations/substitute.js'
import { keyFromSeed } from '../src/values/random-key.js'
import type { TensorValue } from '../src/values/value.js'
import { arbitraryLoss, smoothOps } from '../src/laws/arbitraries/program.js'
import { randomDirections, realLeaves, checkGradient } from '../src/laws/gradient-check.js'
import { expectRight } from '../test/expect-either.js'
import { expectClose } from '../test/support/evaluation.js'

const programs = arbitraryLoss({ ops: smoothOps, steps: 8 })
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })

/** A program as a function of one of its leaves. */
const functionOf =
  (root: Node, leaf: Node) =>
  (x: Pick<AnyTensor, 'node'>): Node =>
    substituteNodes([root], new Map([[leaf, x.node]]))[0] ?? root

const numbers = (value: TensorValue | undefined): readonly number[] => [...(value?.data ?? [])]

describe('derivatives of random programs', () => {
  it('along a tangent are the slope by central differences', () => {
    fc.assert(
      fc.property(programs, seeds, ({ program, values, sizes }, seed) => {
        const leaves = realLeaves(program).map(anyNode)
        const { loss } = program.outputs
        const key = keyFromSeed(seed)
        const directions = randomDirections(values, key, '.direction')
        const tangents = realLeaves(program).map(({ attributes: { name, shape } }) =>
          b.input(`${name}.direction`, shape),
        )
        const [value, tangent] = jvp(
          (...at): Tensor<[]> =>
            typed(
              substituteNodes([loss], new Map(leaves.map((leaf, i) => [leaf, at[i]?.node ?? leaf])))[0] ??
                loss,
            ),
          leaves.map((leaf): AnyTensor => typed(leaf)),
          tangents.map((node): AnyTensor => typed(node)),
        )
        expect(value.node).toBe(loss)
        const of = expectRight(programOfNodes({ tangent: tangent.node }))
        const found = expectRight(evaluate(of, { ...values, ...directions }, sizes)).tangent.data[0] ?? 0
        const { fromDifferences } = expectRight(checkGradient(loss, values, key, sizes))
        expect(Math.abs(found - fromDifferences)).toBeLessThan(1e-5 * (1 + Math.abs(found)))
      }),
    )
  })

  it('of the gradient: the hessian is symmetric, and its product with a direction is the jvp of the gradient', () => {
    fc.assert(
      fc.property(programs, seeds, ({ program, values, sizes }, seed) => {
        const leaf = realLeaves(program)[0]
        if (leaf === undefined) return
        const x = typed<[], 'f32'>(anyNode(leaf))
        const f = functionOf(program.outputs.loss, x.node)
        const slope = (at: Tensor<[]>): Tensor<[]> => typed(gradientNodes(f(at), [at.node])[0] ?? at.node)
        const v = typed<[], 'f32'>(b.input('v', leaf.shape))
        const [, product] = jvp(slope, [x], [v])
        const [, pullback] = vjp(slope, x)
        const outputs = {
          curvature: hessian((at: Tensor<[]>) => typed<[], 'f32'>(f(at)), x).node,
          ofSlope: jacobian(slope, x).node,
          product: product.node,
          pulled: pullback(v)[0].node,
        }
        const direction = randomDirections(
          { v: values[leaf.attributes.name] ?? expect.fail('no value') },
          keyFromSeed(seed),
          '',
        )
        const found = expectRight(
          evaluate(expectRight(programOfNodes(outputs)), { ...values, ...direction }, sizes),
        )
        const matrix = numbers(found.curvature)
        const count = numbers(found.product).length
        const at = (i: number, j: number): number => matrix[i * count + j] ?? Number.NaN
        const every = Array.from({ length: count }, (_, i) => i)
        expectClose(numbers(found.ofSlope), matrix, 1e-9)
        expectClose(
          every.flatMap((i) => every.map((j) => at(i, j))),
          every.flatMap((i) => every.map((j) => at(j, i))),
          1e-7,
        )
        const direct = numbers(direction['v'])
        const times = every.map((i) => every.reduce((sum, j) => sum + at(i, j) * (direct[j] ?? 0), 0))
        expectClose(numbers(found.product), times, 1e-7)
        expectClose(numbers(found.pulled), times, 1e-7)
      }),
    )
  })
})
