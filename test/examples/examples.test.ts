import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
// Its laws are registered as tests of this file.
import { generalizedCrossEntropyLaws } from '../../examples/generalized-cross-entropy.js'
import { printed, step } from '../../examples/ad-clip.js'
import { lossOn } from '../../examples/gru.js'
import { line } from '../../examples/linear-model.js'
import { signumStep } from '../../examples/own-optimizer.js'
import { fitLine } from '../../examples/training-run.js'
import { classifier } from '../../examples/transformer.js'
import type { Tensor } from '../../src/dsl/index.js'
import { div, evaluate, evaluateDim, mean, takeElement, pow, softmax, sub } from '../../src/dsl/index.js'
import { zeros } from '../../src/values/value.js'
import { finiteGradients, lawsFor } from '../../src/laws/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { expectClose, f32 } from '../support/evaluation.js'
import { runSteps } from '../support/training.js'
import { expectStated } from './stated-figures.js'

const here = fileURLToPath(new URL('.//', import.meta.url))

describe('examples/linear-model.ts', () => {
  it('finds the line', () => {
    const { slope, offset } = expectRight(line)
    expect(slope.data[0]).toBeCloseTo(3, 5)
    expect(offset.data[0]).toBeCloseTo(-1, 5)
  })
})

describe('examples/own-optimizer.ts', () => {
  const x = [1, 2, -1, 0.5, -1.5, 2, -0.5, 1, 0.25, 2, 0, -1]
  const y = [1, -2, 0.5, 0]
  const count = 100

  /** Signum in plain numbers: the weights after each step. */
  const plainSignum = (): readonly (readonly number[])[] => {
    const weights = [0, 0, 0]
    const momentum = [0, 0, 0]
    return Array.from({ length: count }, (_, done) => {
      const rate = 0.05 * 0.5 ** Math.floor(done / 40)
      const errors = y.map((target, row) =>
        weights.reduce((sum, w, i) => sum + w * (x[row * 3 + i] ?? 0), -target),
      )
      const gradients = weights.map((__, i) =>
        errors.reduce((sum, error, row) => sum + (2 * error * (x[row * 3 + i] ?? 0)) / y.length, 0),
      )
      for (const [i, g] of gradients.entries()) {
        const [w, m] = [weights[i] ?? 0, 0.9 * (momentum[i] ?? 0) + 0.1 * g]
        weights[i] = w - rate * (Math.sign(m) + 0.01 * w)
        momentum[i] = m
      }
      return [...weights]
    })
  }

  it('takes the steps of Signum in plain numbers, its rate falling', () => {
    const start = { x: f32([4, 3], x), y: f32([4, 1], y), weight: f32([1, 3], [0, 0, 0]) }
    const found = runSteps(expectRight(signumStep), start, count).map(({ weight }) => [
      ...(weight?.data ?? []),
    ])
    expectClose(found.flat(), plainSignum().flat(), 1e-9)
  })
})

describe('examples/training-run.ts', () => {
  it('finds the slope and the offset of the line', async () => {
    const { slope, offset } = expectRight(await fitLine())
    expect(slope).toBeCloseTo(3, 1)
    expect(offset).toBeCloseTo(-1, 1)
  })
})

describe('examples/gru.ts', () => {
  it('continues waves of the length that it was trained on, and longer ones', async () => {
    expectStated('gru.ts', { 'squared errors of waves of 24 positions': await lossOn(24) }, 0.5)
    expectStated('gru.ts', { 'of 60 positions': await lossOn(60) }, 0.5)
  })
})

describe('examples/transformer.ts', () => {
  it('starts at ln 5 for five classes when nothing is learned yet', () => {
    const network = expectRight(classifier)
    const weights = network.parameters.map(({ dtype, attributes: { name, shape } }) => {
      const sizes = shape.map((dim) => expectRight(evaluateDim({})(dim)))
      return [name, zeros(dtype, sizes)] as const
    })
    const { loss, table } = expectRight(
      evaluate(network, {
        ...Object.fromEntries(weights),
        tokens: { dtype: 'i32', shape: [2, 3], data: Int32Array.of(1, 2, 3, 4, 5, 6) },
        labels: { dtype: 'i32', shape: [2], data: Int32Array.of(0, 4) },
      }),
    )
    expect(loss.data[0]).toBeCloseTo(Math.log(5), 12)
    expect(table.shape).toEqual([1000, 64])
  })
})

describe('examples/ad-clip.ts', () => {
  it('prints the whole step: losses out, and the next value of every learnable parameter', () => {
    const listing = expectRight(printed)
    expect(listing).toContain('domain_tokens.linear1.0.weight')
    expect(listing).toContain('crossEntropy')
    const learned = pipe(
      step,
      E.map(({ carried }) => carried.map(({ parameter }) => parameter)),
      expectRight,
    )
    expect(learned).toContain('domain_tokens.linear1.0.weight')
    expect(learned.filter((name) => /^(visual|transformer|token_embedding)/.test(name))).toEqual([])
  })
})

describe('examples/generalized-cross-entropy.ts', () => {
  it('would break the law of finite gradients if it were written as it is printed', () => {
    const asPrinted = <B, K>(scores: Tensor<[B, K]>, classes: Tensor<[B], 'i32'>): Tensor<[]> =>
      div(mean(sub(1, pow(takeElement(softmax(scores, -1), classes), 0.7)), 0), 0.7)
    const outcome = lawsFor(asPrinted, { ...generalizedCrossEntropyLaws, runner: 'none' })
    expect(expectLeft(outcome).law).toEqual(finiteGradients)
  })
})

it('every example is run by a test', () => {
  const tests = readdirSync(here).map((name) => readFileSync(`${here}${name}`, 'utf8'))
  const examples = readdirSync(`${here}../../examples`).filter((name) => name.endsWith('.ts'))
  const imported = (name: string): boolean =>
    tests.some((text) => text.includes(`examples/${name.replace('.ts', '.js')}'`))
  expect(examples.filter((name) => !imported(name))).toEqual([])
})
