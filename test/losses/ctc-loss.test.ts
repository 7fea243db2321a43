import { describe, expect, it } from 'vitest'
import { gradient, input, sum } from '../../src/dsl/index.js'
import { ctcLoss, ctcLossOfRows } from '../../src/losses/index.js'
import { drawn, expectClose, expectGradients, f32, i32, numberOf, numbersOf } from '../support/evaluation.js'

const logits = input('logits', ['B', 'T', 'K'])
const labels = input('labels', ['B', 'L'], 'i32')
const logitLengths = input('logitLengths', ['B'], 'i32')
const labelLengths = input('labelLengths', ['B'], 'i32')
const lengths = { logitLengths, labelLengths }
const perRow = ctcLossOfRows(logits, labels, lengths)
const whole = ctcLossOfRows(logits, labels)

/** One row, whole. */
const ofRow = (steps: readonly (readonly number[])[], spelled: readonly number[]) => ({
  logits: f32([1, steps.length, steps[0]?.length ?? 0], steps.flat()),
  labels: i32([1, spelled.length], spelled),
})
const equal = (steps: number): readonly (readonly number[])[] =>
  Array.from({ length: steps }, () => [0, 0, 0])

describe('connectionist temporal classification', () => {
  it('sums over the places where labels and blanks may be', () => {
    expectClose(numbersOf(whole, ofRow(equal(1), [2])), [Math.log(3)])
    // a-, -a, aa
    expectClose(numbersOf(whole, ofRow(equal(2), [2])), [Math.log(9 / 3)])
    // ab-, -ab, a-b, aab, abb
    expectClose(numbersOf(whole, ofRow(equal(3), [1, 2])), [Math.log(27 / 5)])
  })

  it('needs a blank between labels that are equal', () => {
    // only a-a
    expectClose(numbersOf(whole, ofRow(equal(3), [1, 1])), [Math.log(27)])
  })

  it('reads the given numbers of steps and labels alone', () => {
    const padded = {
      logits: drawn(1, [2, 5, 3]),
      labels: i32([2, 3], [1, -1, 99, 2, 1, 2]),
      logitLengths: i32([2], [2, 5]),
      labelLengths: i32([2], [1, 3]),
    }
    const rows = [padded.logits.data.slice(0, 6), padded.logits.data.slice(15)]
    const cut = [
      { logits: f32([1, 2, 3], [...(rows[0] ?? [])]), labels: i32([1, 1], [1]) },
      { logits: f32([1, 5, 3], [...(rows[1] ?? [])]), labels: i32([1, 3], [2, 1, 2]) },
    ]
    expectClose(
      numbersOf(perRow, padded),
      cut.flatMap((row) => numbersOf(whole, row)),
    )
    const [first = 0, second = 0] = numbersOf(perRow, padded)
    expectClose([numberOf(ctcLoss(logits, labels, lengths), padded)], [(first + second / 3) / 2])
    const slopes = numbersOf(gradient(sum(perRow), logits), padded)
    expectClose(slopes.slice(6, 15), [0, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('of no labels is that of blanks alone', () => {
    const none = {
      logits: f32([1, 2, 2], [1, 2, 3, 5]),
      labels: i32([1, 1], [1]),
      logitLengths: i32([1], [2]),
      labelLengths: i32([1], [0]),
    }
    const logOfBlank = (blank: number, other: number): number => -Math.log1p(Math.exp(other - blank))
    expectClose(numbersOf(perRow, none), [-logOfBlank(1, 2) - logOfBlank(3, 5)])
    expectClose([numberOf(ctcLoss(logits, labels, lengths), none)], numbersOf(perRow, none))
  })

  it('has the values and gradients of PyTorch', () => {
    // torch 2.15, float64: ctc_loss(log_softmax(logits, -1).transpose(0, 1), labels, [5, 4], [3, 2])
    const given = {
      logits: f32(
        [2, 5, 4],
        Array.from({ length: 40 }, (_, i) => (((7 * i) % 11) - 5) / 4),
      ),
      labels: i32([2, 3], [1, 1, 3, 2, 3, 0]),
      logitLengths: i32([2], [5, 4]),
      labelLengths: i32([2], [3, 2]),
    }
    const loss = ctcLoss(logits, labels, lengths)
    expectClose(numbersOf(perRow, given), [6.056338482916621, 3.558220291852967])
    expectClose([numberOf(loss, given)], [1.898944820116012])
    expectClose(
      numbersOf(gradient(loss, logits), given),
      [
        [0.00770577487, -0.120902224732, 0.016758417229, 0.096438032633],
        [-0.126156036723, 0.012959586861, 0.082753235742, 0.03044321412],
        [0.012559380462, -0.062571120161, 0.036561511339, 0.01345022836],
        [-0.012378862057, -0.009264983468, 0.082753235742, -0.061109390217],
        [-0.034198287679, 0.099384491894, 0.036561511339, -0.101747715554],
        [-0.091527973863, 0.040302031249, -0.034093458209, 0.085319400823],
        [0.009594690518, 0.149076737841, -0.168550633849, 0.009879205491],
        [0.024261038556, 0.040302031249, 0.000135268703, -0.064698338508],
        [-0.030018095465, 0.021570534162, 0.124129853614, -0.115682292311],
        [0, 0, 0, 0],
      ].flat(),
      1e-11,
    )
  })

  it('takes any class as the blank', () => {
    const [a, b, blank] = [drawn(2, [4]), drawn(3, [4]), drawn(4, [4])].map(({ data }) => [...data])
    const steps = (order: readonly (readonly number[] | undefined)[]) =>
      [0, 1, 2, 3].map((step) => order.map((row) => row?.[step] ?? 0))
    expectClose(
      numbersOf(ctcLossOfRows(logits, labels, { blank: 2 }), ofRow(steps([a, b, blank]), [0, 1])),
      numbersOf(whole, ofRow(steps([blank, a, b]), [1, 2])),
    )
  })

  it('has the gradient of central differences', () => {
    const given = {
      logits: drawn(5, [2, 6, 4], 2),
      labels: i32([2, 3], [1, 1, 3, 2, 3, 0]),
      logitLengths: i32([2], [6, 4]),
      labelLengths: i32([2], [3, 2]),
    }
    expectGradients(ctcLoss(logits, labels, lengths), ['logits'], given)
  })

  it('is exact for logits of ±1e4, and finite in its gradient', () => {
    const certain = ofRow(
      [
        [-1e4, 1e4],
        [-1e4, 1e4],
      ],
      [1],
    )
    expectClose(numbersOf(whole, certain), [0])
    const opposite = ofRow([[1e4, -1e4]], [1])
    expectClose(numbersOf(whole, opposite), [2e4])
    expectClose(numbersOf(gradient(sum(whole), logits), opposite), [1, -1])
  })

  it('takes a class that is masked with -∞, with a finite gradient', () => {
    const masked = ofRow(
      [
        [0, 0, -Infinity],
        [0, 0, 0],
      ],
      [1],
    )
    expectClose(numbersOf(whole, masked), [Math.log(6 / 3)])
    for (const slope of numbersOf(gradient(sum(whole), logits), masked))
      expect(slope).toSatisfy(Number.isFinite)
  })

  it('is infinite where the labels do not fit, or 0 by choice, with a gradient of 0', () => {
    const short = ofRow(equal(2), [1, 1])
    expect(numbersOf(whole, short)).toEqual([Infinity])
    expectClose(numbersOf(gradient(sum(whole), logits), short), [0, 0, 0, 0, 0, 0])
    expect(numbersOf(ctcLossOfRows(logits, labels, { zeroInfinity: true }), short)).toEqual([0])
  })
})
