/** What is said of models that have learned nothing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accuracy } from '../../../src/experiments/accuracy.js'
import {
  evaluationWarnings,
  lossAtChance,
  onlyClassNamed,
} from '../../../src/experiments/evaluation/collapse.js'

const classes = ['cat', 'dog', 'elephant']
const labels = [0, 0, 1, 1, 2, 2]
const of = (...predicted: readonly number[]) => accuracy(predicted, labels, classes)

const collapsed = of(2, 2, 2, 2, 2, 2)
const fair = of(0, 0, 1, 2, 2, 2)
const better = of(0, 0, 1, 1, 2, 2)
const learning = [1.1, 0.9, 0.7, 0.5, 0.3, 0.2, 0.2, 0.1]
const guessing = [1.12, 1.09, 1.1, 1.098, 1.1, 1.099, 1.097, 1.1]

describe('a classifier that names one class for images of several', () => {
  it('is noticed, and no other', () => {
    expect(onlyClassNamed(collapsed)).toBe('elephant')
    expect(onlyClassNamed(fair)).toBeUndefined()
    expect(onlyClassNamed(of(2, 2, 2, 2, 2, 0))).toBeUndefined()
  })

  it('is no collapse where all images are of one class, or there are none', () => {
    expect(onlyClassNamed(accuracy([1, 1], [1, 1], classes))).toBeUndefined()
    expect(onlyClassNamed(accuracy([], [], classes))).toBeUndefined()
  })
})

describe('a cross entropy', () => {
  it('that ends around ln K is at chance', () => {
    expect(lossAtChance(guessing, 3)).toMatchObject({ chance: Math.log(3) })
    expect(lossAtChance([...learning, 1.5, 1.6, 1.4], 3)).toBeDefined()
  })

  it('that ends clearly below ln K is not, however noisy it is', () => {
    expect(lossAtChance(learning, 3)).toBeUndefined()
    expect(lossAtChance([3, 0.1, 1.2, 0.2, 0.1, 1.6, 0.1, 0.2], 3)).toBeUndefined()
  })

  it('of one class, or of no steps, says nothing', () => {
    expect(lossAtChance([0, 0, 0], 1)).toBeUndefined()
    expect(lossAtChance([], 3)).toBeUndefined()
  })

  it('of guesses is found at any number of classes and of steps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1000 }), fc.integer({ min: 1, max: 60 }), (count, steps) => {
        const losses = Array.from({ length: steps }, (_, i) => Math.log(count) * (1 + 0.005 * Math.sin(i)))
        expect(lossAtChance(losses, count)).toBeDefined()
        expect(
          lossAtChance(
            losses.map((loss) => loss * 0.85),
            count,
          ),
        ).toBeUndefined()
      }),
    )
  })
})

describe('an evaluation', () => {
  it('of a run that learned something has no warning', () =>
    expect(evaluationWarnings({ zeroShot: fair, adapted: better }, learning)).toEqual([]))

  it('of a collapsed CLIP and a run at chance says both, and that nothing changed', () =>
    expect(evaluationWarnings({ zeroShot: collapsed, adapted: collapsed }, guessing)).toMatchInlineSnapshot(`
      [
        "zero-shot CLIP names every image 'elephant': its features do not tell the classes apart. Take a CLIP that was pretrained for longer, or a published one",
        "the adapted classifier names every image 'elephant'. Lower the learning rate, or take another preset or method",
        "the cross entropy of the last steps is 1.099, and that of guessing among 3 classes is ln 3 = 1.099: nothing was learned. Train for longer or at another learning rate, and look at what zero-shot CLIP reaches",
        "no figure of any class changed: the gain is exactly 0. The run may have kept its first weights, or its learning rate is too low to change a prediction",
      ]
    `))

  it('of a run that changed no figure says so', () =>
    expect(evaluationWarnings({ zeroShot: fair, adapted: fair }, learning)).toEqual([
      expect.stringMatching(/^no figure of any class changed: the gain is exactly 0\./),
    ]))

  it('of a method that takes no steps is not blamed for a gain of 0', () =>
    expect(evaluationWarnings({ zeroShot: fair, adapted: fair }, [])).toEqual([]))
})
