import { describe, expect, it } from 'vitest'
import { foldIn, keyFromSeed, normal } from '../../src/values/random-key.js'
import type { TensorValue } from '../../src/values/value.js'
import type { ClassifiedImages, Predictions } from '../../src/experiments/evaluation/classified-images.js'
import { projectPredictions } from '../../src/report/projection.js'
import type { ProjectedImage } from '../../src/report/run-report.js'

const key = keyFromSeed(2)
const classes = 3

/** Logits [N,3] in which the own class stands out by so much. */
const logits = (labels: readonly number[], margin: number, seed: number): TensorValue => {
  const noise = normal(foldIn(key, seed), labels.length * classes)
  return {
    dtype: 'f32',
    shape: [labels.length, classes],
    data: Float32Array.from(
      noise,
      (value, i) => value + (labels[Math.floor(i / classes)] === i % classes ? margin : 0),
    ),
  }
}

const classified = (count: number, margins: readonly [number, number], seed: number): ClassifiedImages => {
  const labels = Array.from({ length: count }, (_, i) => i % classes)
  return {
    paths: labels.map((_, i) => `${i}.png`),
    labels,
    zeroShot: logits(labels, margins[0], seed),
    adapted: logits(labels, margins[1], seed + 1),
  }
}

const predictions: Predictions = {
  source: classified(30, [1, 12], 1),
  target: classified(30, [1, 12], 3),
}

const distance = (a: ProjectedImage, b: ProjectedImage): number => Math.hypot(a.x - b.x, a.y - b.y)

/** For how many images the nearest other one is of the same class. */
const agreement = (images: readonly ProjectedImage[]): number =>
  images.filter((image) => {
    const [nearest] = images
      .filter((other) => other !== image)
      .toSorted((a, b) => distance(a, image) - distance(b, image))
    return nearest?.label === image.label
  }).length / images.length

describe('images in two dimensions', () => {
  const projection = projectPredictions(predictions, key)

  it('are placed twice, in the same order, each with its domain and its class', () => {
    const tags = (images: readonly ProjectedImage[] = []) =>
      images.map(({ role, label }) => `${role} ${label}`)
    expect(tags(projection?.before)).toEqual([
      ...predictions.source.labels.map((label) => `source ${label}`),
      ...predictions.target.labels.map((label) => `target ${label}`),
    ])
    expect(tags(projection?.after)).toEqual(tags(projection?.before))
  })

  it('lie next to others of their class where the classifier separates the classes', () => {
    expect(agreement(projection?.after ?? [])).toBeGreaterThan(0.9)
    expect(agreement(projection?.before ?? [])).toBeLessThan(agreement(projection?.after ?? []))
  })

  it('lie in the same places each time', () => {
    expect(projectPredictions(predictions, key)).toEqual(projection)
  })

  it('are a sample of many images, in the proportions of their classes', () => {
    const many = projectPredictions({ ...predictions, target: classified(400, [1, 6], 5) }, key)
    expect(many?.before.filter(({ role }) => role === 'target')).toHaveLength(160)
  }, 60_000)

  it('are not placed where there are too few', () => {
    const few = { source: classified(2, [1, 6], 1), target: classified(3, [1, 6], 3) }
    expect(projectPredictions(few, key)).toBeUndefined()
  })
})
