import { describe, expect, it } from 'vitest'
import {
  bestOf,
  leastAgreement,
  selectionScore,
  validationScores as scoresOrFailure,
} from '../../../src/experiments/adaptation/validation-scores.js'
import { expectRight } from '../../expect-either.js'
import type { TensorValue } from '../../../src/dsl/index.js'

const validationScores = (...given: Parameters<typeof scoresOrFailure>) =>
  expectRight(scoresOrFailure(...given))

/** Logits whose softmax is these rows. */
const predicting = (rows: readonly (readonly number[])[]): TensorValue => ({
  dtype: 'f32',
  shape: [rows.length, rows[0]?.length ?? 0],
  data: Float64Array.from(rows.flat(), Math.log),
})

const source = {
  logits: predicting([
    [0.8, 0.1, 0.1],
    [0.5, 0.25, 0.25],
    [0.1, 0.2, 0.7],
  ]),
  labels: [0, 1, 2],
}
const target = (rows: readonly (readonly number[])[], guesses = rows) => ({
  logits: predicting(rows),
  zeroShot: predicting(guesses),
})
const even = [1 / 3, 1 / 3, 1 / 3]

describe('the scores of a validation', () => {
  it('are the cross entropy and the balanced accuracy on the source', () => {
    const { sourceCrossEntropy, sourceAccuracy } = validationScores(source, target([even]))
    expect(sourceCrossEntropy).toBeCloseTo(-(Math.log(0.8) + Math.log(0.25) + Math.log(0.7)) / 3, 12)
    expect(sourceAccuracy).toBeCloseTo(2 / 3, 12)
  })

  it('count every class of the source alike, however many images it has', () => {
    const rows = [
      [0.9, 0.05, 0.05],
      [0.9, 0.05, 0.05],
      [0.9, 0.05, 0.05],
      [0.9, 0.05, 0.05],
    ]
    const unbalanced = { logits: predicting(rows), labels: [0, 0, 0, 1] }
    expect(validationScores(unbalanced, target([even])).sourceAccuracy).toBe(0.5)
  })

  it('give no information for predictions that are all alike, and the most for one class each', () => {
    const sure = (k: number) => even.map((_, i) => (i === k ? 1 - 2e-9 : 1e-9))
    expect(validationScores(source, target([sure(0), sure(0), sure(0)])).targetInformation).toBeCloseTo(0, 6)
    expect(validationScores(source, target([even, even, even])).targetInformation).toBeCloseTo(0, 12)
    expect(validationScores(source, target([sure(0), sure(1), sure(2)])).targetInformation).toBeCloseTo(
      Math.log(3),
      6,
    )
  })

  it("measure agreement with zero-shot CLIP's guesses, weighed by its confidence", () => {
    const guesses = [
      [0.6, 0.2, 0.2],
      [0.1, 0.9, 0],
    ]
    const { agreement } = validationScores(
      source,
      target(
        [
          [0.5, 0.5, 0],
          [0.5, 0.25, 0.25],
        ],
        guesses,
      ),
    )
    expect(agreement).toBeCloseTo(0.6 / (0.6 + 0.9), 12)
  })

  it('stay finite where the right class has no probability', () => {
    const wrong = { logits: predicting([[1, 0, 0]]), labels: [2] }
    expect(Number.isFinite(validationScores(wrong, target([even])).sourceCrossEntropy)).toBe(true)
  })
})

describe('selection', () => {
  const scores = { sourceCrossEntropy: 1, sourceAccuracy: 0.5, targetInformation: 0.5, agreement: 1 }

  it('prefers labels of the source that are more probable, and predictions of the target that tell more', () => {
    expect(selectionScore({ ...scores, sourceCrossEntropy: 0.9 })).toBeGreaterThan(selectionScore(scores))
    expect(selectionScore({ ...scores, targetInformation: 0.6 })).toBeGreaterThan(selectionScore(scores))
  })

  it('takes the best, the first of equals', () => {
    const better = { ...scores, sourceCrossEntropy: 0.9 }
    expect(bestOf([scores, better, { ...better }])).toBe(better)
  })

  it('takes none that overrules zero-shot CLIP in more than a fifth, however good it looks', () => {
    const estranged = { ...scores, sourceCrossEntropy: 0, agreement: leastAgreement - 0.01 }
    const faithful = { ...scores, sourceCrossEntropy: 0.99, agreement: leastAgreement }
    expect(bestOf([scores, estranged, faithful])).toBe(faithful)
    expect(bestOf([scores, estranged])).toBe(scores)
  })

  it('takes the one that agrees most where none is acceptable', () => {
    const all = [0.1, 0.5, 0.3].map((agreement) => ({ ...scores, agreement }))
    expect(bestOf(all)).toBe(all[1])
  })

  it('never goes back on a choice: the best of all is the last that was best when it came', () => {
    const all = [0.4, 0.7, 0.9, 0.5, 0.85, 0.8].map((agreement, i) => ({
      ...scores,
      agreement,
      targetInformation: ((7 * i) % 5) / 10,
    }))
    const kept = all.filter((line, i) => bestOf(all.slice(0, i + 1)) === line)
    expect(kept.length).toBeGreaterThan(2)
    expect(kept.at(-1)).toBe(bestOf(all))
  })
})
