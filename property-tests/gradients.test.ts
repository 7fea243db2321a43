/** Gradients of every primitive, of first and second order, against central differences of the oracle. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as b from '../src/dsl/builder.js'
import { anyNode } from '../src/dsl/erasure.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import type { Node } from '../src/dsl/primitives/primitive.js'
import type { Program } from '../src/dsl/program.js'
import { programOfNodes } from '../src/dsl/program.js'
import { keyFromSeed, foldIn } from '../src/values/random-key.js'
import { gradientNodes } from '../src/dsl/transformations/reverse-mode.js'
import { allOps, arbitraryApplication } from '../src/laws/arbitraries/application.js'
import type { GradientCheck } from '../src/laws/gradient-check.js'
import { checkGradient, randomDirections, realLeaves, slopeAlongInputs } from '../src/laws/gradient-check.js'
import { expectRight } from '../test/expect-either.js'

const allAxes = ({ shape }: Node): readonly number[] => [...shape.keys()]

/** A scalar that depends on each element of a result in its own way: Σ w f(x), with w = 1, 2, 3, ... scaled. */
const lossOf = (result: Node): Node => {
  const y = b.cast(result, 'f32')
  const weights = y.shape.map((_, axis) => b.scale(b.cast(b.iota(y.shape, axis), 'f32'), 0.3 + axis / 10))
  return b.sum(b.mul(y, weights.reduce(b.add, b.scalar(0.7))), allAxes(y))
}

const expectAgreement = ({ fromGradient, fromDifferences, loss }: GradientCheck): void => {
  const allowed = 1e-6 * (1 + Math.abs(fromGradient) + Math.abs(fromDifferences)) + 1e-11 * Math.abs(loss)
  expect(Math.abs(fromGradient - fromDifferences)).toBeLessThan(allowed)
}

/** All primitives but those whose gradient is not the derivative by definition. */
const honestOps = allOps.filter((op) => op !== 'stopGradient' && op !== 'withGradient')
const smooth = { values: 'smooth', emptyAxes: false } as const
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })

describe('the gradient equals the slope by central differences:', () => {
  test.each(honestOps)('%s', (op) => {
    fc.assert(
      fc.property(arbitraryApplication(op, smooth), seeds, ({ node, values, sizes }, seed) => {
        expectAgreement(expectRight(checkGradient(lossOf(node), values, keyFromSeed(seed), sizes)))
      }),
      { numRuns: 20 },
    )
  })
})

describe('the second derivative equals the slope of the gradient:', () => {
  test.each(honestOps)('%s', (op) => {
    fc.assert(
      fc.property(arbitraryApplication(op, smooth), seeds, ({ node, program, values, sizes }, seed) => {
        const key = keyFromSeed(seed)
        const slope = slopeAlongInputs(lossOf(node), realLeaves(program), '.first')
        const first = randomDirections(values, foldIn(key, 1), '.first')
        expectAgreement(expectRight(checkGradient(slope, { ...values, ...first }, key, sizes)))
      }),
      { numRuns: 8 },
    )
  })
})

describe('the gradient has the shape of its tensor, also with empty axes and values that are not finite:', () => {
  test.each(allOps)('%s', (op) => {
    fc.assert(
      fc.property(arbitraryApplication(op, { values: 'special' }), ({ node, program, values, sizes }) => {
        const leaves = realLeaves(program)
        const gradients = gradientNodes(lossOf(node), leaves.map(anyNode))
        expect(gradients.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
          leaves.map(({ shape, dtype }) => ({ shape, dtype })),
        )
        const named = Object.fromEntries(gradients.map((gradient, i) => [`g${i}`, gradient]))
        const found = expectRight(
          E.chain((of: Program) => evaluate(of, values, sizes))(programOfNodes(named)),
        )
        for (const [i, { attributes }] of leaves.entries()) {
          expect(found[`g${i}`]?.shape).toEqual(values[attributes.name]?.shape)
        }
      }),
      { numRuns: 15 },
    )
  })
})

test('no gradient flows through stopGradient', () => {
  const x = b.input('x', [3])
  expect(gradientNodes(b.sum(b.stopGradient(b.exp(x)), [0]), [x])).toEqual([b.zerosLike(x)])
})
