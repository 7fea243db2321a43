import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { logSoftmax, neg, takeElement, rename, sized, sum } from '../../src/dsl/index.js'
import type { Tensor } from '../../src/dsl/index.js'
import { crossEntropy } from '../../src/losses/index.js'
import type { LawDeclaration, TestRunner } from '../../src/laws/index.js'
import {
  checkLaws,
  declareLaws,
  explainViolation,
  gradientIsSlope,
  invariantToBatchOrder,
  labels,
  lawsFor,
  logits,
  maskedClassIsAbsent,
  meanOfSingletons,
  nonNegative,
  shiftInvariant,
  symmetric,
} from '../../src/laws/index.js'

const takes = [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')] as const

/** A cross entropy that forgets to divide by the batch. */
const summed = <B, K>(scores: Tensor<[B, K]>, classes: Tensor<[B], 'i32'>): Tensor<[]> =>
  neg(sum(takeElement(logSoftmax(scores, -1), classes), 0))

const registeredHere = lawsFor(crossEntropy, {
  takes,
  laws: [nonNegative, shiftInvariant('logits')],
  runs: 5,
})

describe('lawsFor', () => {
  it('registers its tests with the running vitest, also if its functions are not global', () => {
    expect('describe' in globalThis).toBe(false)
    expect(registeredHere).toEqual(
      E.right({
        tag: 'Registered',
        subject: 'crossEntropy',
        tests: ['not negative', 'shift-invariant in logits'],
      }),
    )
  })

  it('reports a law that applied to no case as not tried', () => {
    const outcome = lawsFor(crossEntropy, {
      takes,
      laws: [maskedClassIsAbsent('K', 'logits')],
      sizes: { K: [1, 1] },
      runner: 'none',
    })
    expect(outcome).toMatchObject({
      _tag: 'Right',
      right: { outcomes: [{ tag: 'LawNotTried', because: 'it says nothing about any case' }] },
    })
  })

  it('checks the laws immediately if there is no test runner, and reports those that hold', () => {
    const outcome = lawsFor(crossEntropy, {
      takes,
      laws: [nonNegative, shiftInvariant('logits'), gradientIsSlope],
      runner: 'none',
      runs: 30,
    })
    expect(outcome).toMatchObject({
      _tag: 'Right',
      right: {
        tag: 'Tried',
        subject: 'crossEntropy',
        outcomes: [{ cases: 30 }, { cases: 30 }, { cases: 30 }],
      },
    })
  })

  it('gives the first law that breaks, at the smallest case', () => {
    const outcome = lawsFor(summed, {
      takes,
      laws: [nonNegative, invariantToBatchOrder('B'), meanOfSingletons('B')],
      runner: 'none',
    })
    expect(outcome).toMatchObject({
      _tag: 'Left',
      left: {
        subject: 'summed',
        law: { name: 'mean over B' },
        trial: { sizes: { B: 2, K: 2 } },
      },
    })
  })

  it('explains a violation: the law in words, the case as tables, both sides, and how to reproduce it', () => {
    const outcome = lawsFor(summed, { takes, laws: [meanOfSingletons('B')], runner: 'none' })
    expect(E.isLeft(outcome) ? explainViolation(outcome.left) : 'no law broke').toMatchInlineSnapshot(`
      "summed breaks a law: mean over B
        the output is the mean of the outputs of each position of 'B' alone.

        case 2 on reference, made smaller in 4 steps: B = 2, K = 2
        logits f32 [2,2]
          0  0
          0  0
        labels i32 [2]
          0  0

        output               1.38629
        mean of 2 outputs  = 0.693147
        they differ by 0.693147; 2.386e-9 is allowed

        to reproduce it: seed: 1, path: '1:1:3:4:4'"
    `)
  })

  it('registers a test for each law with a runner, and a broken law fails its test', () => {
    const registered: string[] = []
    const failures: string[] = []
    const runner: TestRunner = {
      describe: (name, body) => {
        registered.push(name)
        body()
      },
      it: (name, body) => {
        registered.push(name)
        try {
          void body()
        } catch (error) {
          failures.push(String(error).split('\n')[0] ?? '')
        }
      },
    }
    const outcome = lawsFor(summed, { takes, laws: [nonNegative, meanOfSingletons('B')], runner })
    expect(outcome).toEqual(
      E.right({ tag: 'Registered', subject: 'summed', tests: ['not negative', 'mean over B'] }),
    )
    expect(registered).toEqual(['laws of summed', 'not negative', 'mean over B'])
    expect(failures).toEqual(['Error: summed breaks a law: mean over B'])
  })

  it('reproduces a case from its seed and path', () => {
    const first = lawsFor(summed, { takes, laws: [meanOfSingletons('B')], runner: 'none', seed: 42 })
    if (E.isRight(first)) throw new Error('no law broke')
    const { seed, path, trial } = first.left
    const again = lawsFor(summed, { takes, laws: [meanOfSingletons('B')], runner: 'none', seed, path })
    expect(again).toMatchObject({ _tag: 'Left', left: { cases: 1, trial: { values: trial.values } } })
  })

  it('reports a function that is no valid program', () => {
    const outcome = lawsFor((scores) => sum(rename(scores, 1, sized('N', 7))), {
      takes: [logits('scores', ['B', 'K'])],
      laws: [nonNegative],
      runner: 'none',
    })
    expect(E.isLeft(outcome) ? explainViolation(outcome.left) : '').toContain(
      'rename: axis 1 of [1,1] is 1, which is not known to be 7',
    )
  })

  it('does not compile with a law about a name that the function does not have', () => {
    // @ts-expect-error there is no argument of this name
    const misnamed = lawsFor(crossEntropy, { takes, laws: [shiftInvariant('scores')], runner: 'none' })
    // @ts-expect-error there is no symbol of this name
    const miscounted = lawsFor(crossEntropy, { takes, laws: [meanOfSingletons('N')], runner: 'none' })
    expect(misnamed).toMatchObject({ _tag: 'Left', left: { finding: { tag: 'Misused' } } })
    expect(miscounted).toMatchObject({ _tag: 'Left', left: { finding: { tag: 'Misused' } } })
  })

  it('reports such a law if types were ignored', () => {
    const declaration: LawDeclaration = {
      ...declareLaws(crossEntropy, { takes, laws: [] }),
      laws: [symmetric('logits', 'scores')],
    }
    const outcome = checkLaws(declaration)
    expect(E.isLeft(outcome) ? explainViolation(outcome.left) : '').toContain(
      "the law is about 'scores', which is neither an argument nor a symbol of crossEntropy",
    )
  })
})
