import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import { exp, input, l2Normalize, scalar, sized, softmax } from '../../../src/dsl/index.js'
import type { AnyTensor } from '../../../src/dsl/index.js'
import type { SourceFreeMethod, TargetFeatures } from '../../../src/methods/index.js'
import {
  alignedClip,
  definitionOf,
  gatedTransClip,
  statA,
  transClip,
  zlap,
} from '../../../src/methods/index.js'
import { preference } from '../../../src/methods/gated-transclip/preference.js'
import { witnesses } from '../../../src/methods/gated-transclip/witnesses.js'
import { nearestImages, received } from '../../../src/methods/transductive/nearest-images.js'
import { expectRight } from '../../expect-either.js'
import { drawn, expectClose, f32, i32, numbersOf } from '../../support/evaluation.js'
import type { TransductiveFixture } from './fixture.js'
import { transductiveFixture } from './fixture.js'

const stored = expectRight(transductiveFixture.stored())
const [images, classes, width] = [stored.images.length, stored.texts.length, stored.texts[0]?.length ?? 0]

const target: TargetFeatures = {
  images: input('images', [sized('N', images), sized('E', width)]),
  texts: input('texts', [sized('K', classes), sized('E', width)]),
}

const numbers = (tensor: AnyTensor, { images: x, texts }: TransductiveFixture = stored): readonly number[] =>
  numbersOf(tensor, { images: f32([images, width], x.flat()), texts: f32([classes, width], texts.flat()) })

const probabilities = ({ classify }: SourceFreeMethod) => numbers(softmax(classify(target), -1))

/** A table whose first row alone is not zero: the class means of a source in which one class alone has images, which all resemble. */
const oneRow = (rows: number, columns: number): readonly number[] =>
  Array.from({ length: rows * columns }, (_, i) => (i < columns ? (stored.images[0]?.[i] ?? 0) : 0))

const towers = { logitScale: scalar(stored.scale) }
const ofZlap = definitionOf('zlap').defaults.settings
const ofTransClip = definitionOf('transclip').defaults.settings
const ofStatA = definitionOf('stata').defaults.settings
const estimates = [1, 2, 5, 10]

describe('on the images of the transcription in numpy', () => {
  it('the nearest images are the same, however few rows are compared at a time', () => {
    const x = l2Normalize(target.images)
    for (const most of [1, 3 * images, 7 * images + 1, 1e6]) {
      const { neighbours } = nearestImages(x, 3, most)
      const found = numbers(neighbours)
      const ofImage = (i: number) =>
        [0, 1, 2].map((j) => found[j * images + i] ?? -1).toSorted((a, b) => a - b)
      expect(Array.from({ length: images }, (_, i) => ofImage(i))).toEqual(stored.neighbours)
    }
  })

  it('ZLaP gives the scores of the linear system that it solves by conjugate gradients', () => {
    expectClose(numbers(exp(zlap(ofZlap).classify(target))), stored.zlap.flat(), 1e-5)
    const few = zlap({ neighbours: 2, textPower: 2, propagation: 0.9 })
    expectClose(numbers(exp(few.classify(target))), stored.zlapFew.flat(), 1e-5)
  })

  it.each(estimates)('TransCLIP gives the assignments after %i estimates', (iterations) => {
    const ours = probabilities(transClip(towers, { ...ofTransClip, iterations }))
    expectClose(ours, stored.transclip[iterations]?.flat() ?? [], 1e-5)
  })

  it.each(estimates)('StatA gives the assignments after %i estimates', (iterations) => {
    const ours = probabilities(statA(towers, { ...ofStatA, iterations }))
    expectClose(ours, stored.stata[iterations]?.flat() ?? [], 1e-5)
    const soft = { ...ofStatA, iterations, anchorWeight: 3, softCounts: true }
    expectClose(probabilities(statA(towers, soft)), stored.stataSoft[iterations]?.flat() ?? [], 1e-5)
  })

  it('alignment divides probabilities by the roots of their means', () => {
    expectClose(probabilities(alignedClip(towers, { alignmentPower: 0.5 })), stored.alignment.flat(), 1e-5)
  })

  it('a witness prefers a classifier by as many standard deviations', () => {
    const logits = (name: string) => input(name, [sized('N', images), sized('K', classes)])
    const by = preference({
      witness: logits('witness'),
      present: logits('present'),
      candidate: logits('candidate'),
    })
    const value = (rows: readonly (readonly number[])[]) => f32([images, classes], rows.flat())
    for (const { witness, present, candidate, deviations } of stored.preferences) {
      const bound = { witness: value(witness), present: value(present), candidate: value(candidate) }
      expectClose(numbersOf(by, bound), [deviations], 1e-5)
    }
    const [first] = stored.preferences
    if (first === undefined) return expect.fail('nothing is stored')
    const { witness, candidate } = { witness: value(first.witness), candidate: value(first.candidate) }
    return expectClose(numbersOf(by, { witness, present: candidate, candidate }), [0], 1e-7)
  })

  it('images resemble class means, as they are, and without what all of a domain share', () => {
    const means = input('means', [sized('K', classes), sized('E', width)])
    const { plain, centred } = witnesses(l2Normalize(target.images), means)
    const bound = {
      images: f32([images, width], stored.images.flat()),
      means: f32([classes, width], stored.means.flat()),
    }
    expectClose(numbersOf(plain, bound), stored.plain.flat(), 1e-5)
    expectClose(numbersOf(centred, bound), stored.centred.flat(), 1e-5)
  })

  it('a class without a mean changes nothing of the others, and is resembled by none', () => {
    const of = (count: number, rows: readonly (readonly number[])[]) => {
      const means = input('means', [sized('K', count), sized('E', width)])
      const bound = {
        images: f32([images, width], stored.images.flat()),
        means: f32([count, width], rows.flat()),
      }
      return numbersOf(witnesses(l2Normalize(target.images), means).centred, bound)
    }
    const none = Array.from({ length: width }, () => 0)
    const without = of(classes, stored.means)
    const withNone = of(classes + 1, [...stored.means, none])
    expectClose(
      withNone.filter((_, i) => i % (classes + 1) < classes),
      without,
      1e-6,
    )
    expect(withNone.filter((_, i) => i % (classes + 1) === classes)).toEqual(stored.images.map(() => 0))
  })

  describe('Gated TransCLIP', () => {
    const kept = probabilities(alignedClip(towers, { alignmentPower: 0 }))
    const adapted = probabilities(transClip(towers, ofTransClip))
    /** A source whose class means are the texts: its witness is zero-shot CLIP, and prefers nothing. */
    const undecided = { means: target.texts }
    const at = (evenShare: number, deviations: number) => {
      const { classify } = gatedTransClip(towers, { evenShare, deviations })
      return numbers(softmax(classify(target, undecided), -1))
    }

    it('is TransCLIP where the class means of the source prefer it enough, else zero-shot CLIP', () => {
      expectClose(at(0, 0), adapted, 1e-7)
      expectClose(at(0, 0.01), kept, 1e-7)
    })

    it('is zero-shot CLIP where its predictions, or those of the class means, are spread over too few classes', () => {
      expectClose(at(stored.zeroShotSpread + 0.01, 0), kept, 1e-7)
      const { classify } = gatedTransClip(towers, { evenShare: stored.zeroShotSpread - 0.01, deviations: 0 })
      const means = input('means', [sized('K', classes), sized('E', width)])
      const found = numbersOf(softmax(classify(target, { means }), -1), {
        images: f32([images, width], stored.images.flat()),
        texts: f32([classes, width], stored.texts.flat()),
        means: f32([classes, width], oneRow(classes, width)),
      })
      expectClose(found, kept, 1e-7)
    })
  })

  test('numpy gives what is stored', { timeout: 60_000 }, async ({ skip }) => {
    const now = await transductiveFixture.now()
    if (E.isLeft(now)) return skip(now.left)
    const tables = ({ zlap: scores, zlapFew, transclip, stata, stataSoft, alignment }: TransductiveFixture) =>
      [scores, zlapFew, alignment, ...transclip, ...stata, ...stataSoft].flat(2)
    return expectClose(tables(now.right), tables(stored), 1e-8)
  })
})

describe('a graph of images', () => {
  it('passes on what neighbours have, in both directions', () => {
    const graph = {
      neighbours: input('neighbours', [sized('J', 2), sized('N', 3)], 'i32'),
      weights: input('weights', [sized('J', 2), sized('N', 3)]),
    }
    const x = input('x', [sized('N', 3), 1])
    // Image 0 has neighbours 1 and 2, image 1 has 2 and 0, image 2 has 0 and 1; rows are first and second neighbours.
    const sums = numbersOf(received(graph, x), {
      neighbours: i32([2, 3], [1, 2, 0, 2, 0, 1]),
      weights: f32([2, 3], [0.5, 0.25, 1, 2, 4, 8]),
      x: f32([3, 1], [1, 10, 100]),
    })
    // W = [[0, .5, 2], [4, 0, .25], [1, 8, 0]]
    expectClose(sums, [4.5 * 10 + 3 * 100, 4.5 + 8.25 * 100, 3 + 8.25 * 10])
  })

  it.each([1, 2])('of %i images has no more neighbours than there are others', (count) => {
    const x = l2Normalize(input('x', [sized('N', count), sized('E', 4)]))
    const weights = numbersOf(nearestImages(x, 3).weights, { x: drawn(3, [count, 4]) })
    expect(weights.filter((weight) => weight !== 0)).toHaveLength(count * (count - 1))
  })
})

describe.each([
  ['zlap', zlap(ofZlap)],
  ['transclip', transClip(towers, ofTransClip)],
  ['stata', statA(towers, ofStatA)],
  ['alignment', alignedClip(towers, { alignmentPower: 0.5 })],
] as const)('%s', (_, method) => {
  it.each([1, 2, 5])('gives numbers for %i images alone', (count) => {
    const few = { ...target, images: input('images', [sized('N', count), sized('E', width)]) }
    const logits = numbersOf(method.classify(few), {
      images: f32([count, width], stored.images.slice(0, count).flat()),
      texts: f32([classes, width], stored.texts.flat()),
    })
    expect(logits.filter(Number.isFinite)).toHaveLength(count * classes)
  })
})
