import { describe, expect, it } from 'vitest'
import { drawBatches } from '../../../src/experiments/adaptation/batches.js'
import { splitForValidation } from '../../../src/experiments/adaptation/selection.js'
import type { EncodedSet } from '../../../src/experiments/encoding/encoded-set.js'
import { subset } from '../../../src/experiments/encoding/encoded-set.js'
import { keyFromSeed } from '../../../src/values/random-key.js'
import { explain } from '../../../src/effects/explain.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { f32 } from '../../support/evaluation.js'

/** Image i of a set has the feature [i, view], and the label i. */
const encodedSet = (count: number): EncodedSet => ({
  images: Array.from({ length: count }, (_, i) => ({ path: `${i}`, label: i })),
  views: [0, 1].map((view) => ({
    feature: f32([count, 2], Array.from({ length: count }, (_, i) => [i, view]).flat()),
  })),
})

const [source, target] = [encodedSet(10), encodedSet(7)]
const key = keyFromSeed(3)
const alone = (weak: EncodedSet) => ({ weak, strong: undefined })
const batches = (from: EncodedSet, drawnBy = key) =>
  drawBatches(alone(from), alone(target), drawnBy, { batch: 3, strongViews: false })
const draw = batches(source).rows
const featuresOf = (step: number, name: string): readonly (readonly number[])[] => {
  const data = [...(draw(step)[name]?.data ?? [])]
  return [0, 1, 2].map((row) => data.slice(2 * row, 2 * row + 2))
}
const steps = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('the batch of a step', () => {
  it('is the same for the same seed and step, and others for others', () => {
    expect(batches(source).rows(5)).toEqual(draw(5))
    expect(draw(6)).not.toEqual(draw(5))
    expect(batches(source, keyFromSeed(4)).rows(5)).not.toEqual(draw(5))
  })

  it('shows no image twice in one pass, of either domain', () => {
    for (const [name, perPass] of [
      ['source.feature', 3],
      ['target.feature', 2],
    ] as const) {
      const pass = steps(0, perPass).flatMap((step) => featuresOf(step, name).map(([image]) => image))
      expect(new Set(pass).size).toBe(3 * perPass)
    }
  })

  it('goes through the images in another order in every pass', () => {
    const orderOf = (pass: number) =>
      steps(3 * pass, 3 * pass + 3).flatMap((step) => featuresOf(step, 'source.feature').map(([i]) => i))
    expect(orderOf(1)).not.toEqual(orderOf(0))
  })

  it('gives every image of the source its label', () => {
    for (const step of steps(0, 6)) {
      const images = featuresOf(step, 'source.feature').map(([image]) => image)
      expect([...(draw(step)['labels']?.data ?? [])]).toEqual(images)
    }
  })

  it('takes both views', () => {
    const views = steps(0, 20).flatMap((step) => featuresOf(step, 'target.feature').map(([, view]) => view))
    expect(new Set(views)).toEqual(new Set([0, 1]))
  })

  it('fills itself up from a set that is smaller', () => {
    const small = batches(encodedSet(2)).rows(0)
    expect(small['source.feature']?.shape).toEqual([3, 2])
  })
})

describe('the strong views of a step', () => {
  const changed = (set: EncodedSet): EncodedSet => ({
    ...set,
    views: set.views.map(({ feature }) => ({
      feature: f32(
        feature?.shape ?? [],
        [...(feature?.data ?? [])].map((x) => x + 100),
      ),
    })),
  })
  const strongly = (set: EncodedSet) => ({ weak: set, strong: changed(set) })
  const both = drawBatches(strongly(source), strongly(target), key, { batch: 3, strongViews: true })

  it('are of the same images, in the same order, and leave the other views as they are', () => {
    for (const step of steps(0, 6)) {
      const rows = both.rows(step)
      for (const name of ['source', 'target']) {
        const images = featuresOf(step, `${name}.feature`).map(([image = 0]) => image + 100)
        const found = [...(rows[`strong.${name}.feature`]?.data ?? [])].filter((_, i) => i % 2 === 0)
        expect(found).toEqual(images)
        expect(rows[`${name}.feature`]).toEqual(draw(step)[`${name}.feature`])
      }
    }
  })

  it('are crops of their own where crops are new in each step, two changes after each', () => {
    const weak = batches(source).crops(4).crops
    const { crops } = both.crops(4)
    const strong = crops.filter(({ prefix }) => prefix.startsWith('strong.'))
    expect(crops.filter(({ prefix }) => !prefix.startsWith('strong.'))).toEqual(weak)
    expect(strong.map(({ path }) => path)).toEqual(weak.map(({ path }) => path))
    expect(strong.map(({ view }) => view.changes?.length)).toEqual(strong.map(() => 2))
    expect(weak.map(({ view }) => view.changes)).toEqual(weak.map(() => undefined))
    const places = ({ view: { changes: _, ...place } }: (typeof crops)[number]) => JSON.stringify(place)
    expect(new Set(crops.map(places)).size).toBe(crops.length)
  })
})

describe('a subset', () => {
  it('has the images and the rows of all views', () => {
    const { images, views } = subset(source, [4, 1])
    expect(images.map(({ label }) => label)).toEqual([4, 1])
    expect(views.map(({ feature }) => [...(feature?.data ?? [])])).toEqual([
      [4, 0, 1, 0],
      [4, 1, 1, 1],
    ])
  })
})

describe('the parts for validation', () => {
  const labelsOf = ({ images }: EncodedSet) => images.map(({ label }) => label)
  const split = (...args: Parameters<typeof splitForValidation>) => expectRight(splitForValidation(...args))
  const { training, heldOut, target: sample } = split(source, target, key)

  it('hold out a fifth of the source, by the key', () => {
    expect(labelsOf(heldOut)).toHaveLength(2)
    expect([...labelsOf(training), ...labelsOf(heldOut)].toSorted((a, b) => a - b)).toEqual(labelsOf(source))
    expect(split(source, target, key)).toEqual({ training, heldOut, target: sample })
    const others = steps(0, 8).map((seed) => split(source, target, keyFromSeed(seed)).heldOut)
    expect(new Set(others.map((part) => String(labelsOf(part)))).size).toBeGreaterThan(1)
  })

  it('look at no more than 512 images of a domain', () => {
    const large = split(encodedSet(4000), encodedSet(600), key)
    expect(large.heldOut.images).toHaveLength(512)
    expect(large.training.images).toHaveLength(4000 - 512)
    expect(large.target.images).toHaveLength(512)
    expect(sample.images).toHaveLength(7)
  })

  it('need two images of the source at least', () => {
    expect(explain(expectLeft(splitForValidation(encodedSet(1), target, key)))).toMatchInlineSnapshot(`
      "source: it has a single image, which cannot be both learned from and held out
        → take a larger domain, or set settings.switches.selection to last"
    `)
    expect(labelsOf(split(encodedSet(2), target, key).heldOut)).toHaveLength(1)
  })
})
