/** A report with something of everything: names that need escaping, classes without images, gains and losses. */
import sharp from 'sharp'
import { foldIn, keyFromSeed, normal } from '../../src/values/random-key.js'
import { accuracy } from '../../src/experiments/accuracy.js'
import type { LearningCurve, ProjectedImage, RunReport } from '../../src/report/run-report.js'
import type { TensorValue } from '../../src/values/value.js'

const key = keyFromSeed(11)
const cycle = <A>(items: readonly A[], count: number): readonly A[] =>
  Array.from({ length: count }, (_, i) => items[i % items.length]).flatMap((item) =>
    item === undefined ? [] : [item],
  )

/** Guesses that are right for some of each ten images, and off by one class for the others. */
const guessesFor = (labels: readonly number[], classes: number, rightOfTen: number): readonly number[] =>
  labels.map((label, i) => ((i * 7) % 10 < rightOfTen ? label : (label + 1 + (i % 2)) % classes))

const curve = (name: string, from: number, to: number, seed: number): LearningCurve => {
  const noise = normal(foldIn(key, seed), 400)
  return {
    name,
    points: Array.from(noise, (deviation, i) => ({
      step: i + 1,
      value: to + (from - to) * Math.exp(-i / 80) + 0.06 * (from - to) * deviation,
    })),
  }
}

const cloud = (count: number, classes: number, spread: number, seed: number): readonly ProjectedImage[] => {
  const noise = normal(foldIn(key, seed), 2 * count)
  return Array.from({ length: count }, (_, i): ProjectedImage => {
    const angle = (2 * Math.PI * (i % classes)) / classes
    return {
      x: Math.cos(angle) * 4 + spread * (noise[2 * i] ?? 0),
      y: Math.sin(angle) * 4 + spread * (noise[2 * i + 1] ?? 0),
      role: i < count / 2 ? 'source' : 'target',
      label: i % classes,
    }
  })
}

/** Logits that are largest at these guesses. */
const logitsOf = (guesses: readonly number[], classes: number): TensorValue => ({
  dtype: 'f32',
  shape: [guesses.length, classes],
  data: Float32Array.from(
    guesses.flatMap((guess) => Array.from({ length: classes }, (_, label) => (label === guess ? 1 : 0))),
  ),
})

const picture = async (label: number): Promise<string> => {
  const colour = { r: (60 * label) % 256, g: (255 - 37 * label) & 255, b: 120 }
  const bytes = await sharp({ create: { width: 24, height: 24, channels: 3, background: colour } })
    .jpeg()
    .toBuffer()
  return `data:image/jpeg;base64,${bytes.toString('base64')}`
}

/** A report of an adaptation to these classes. */
export const sampleReport = async (
  classes: readonly string[],
  changes: Partial<RunReport> = {},
): Promise<RunReport> => {
  // The last class has no images.
  const occurring = Math.max(classes.length - 1, 1)
  const labels = cycle(
    Array.from({ length: occurring }, (_, label) => label),
    occurring * 30,
  )
  const [before, after] = [guessesFor(labels, classes.length, 5), guessesFor(labels, classes.length, 8)]
  const shown = labels.slice(0, 24)
  const gallery = await Promise.all(
    shown.map(async (label, i) => ({
      source: await picture(label),
      name: `sketch/${classes[label]}/${i}.png`,
      label,
      before: { label: before[i] ?? 0, probability: 0.4 },
      after: { label: after[i] ?? 0, probability: 0.8 },
    })),
  )
  return {
    source: 'photo',
    target: 'sketch',
    method: 'AD-CLIP, preset robust',
    warnings: [],
    chosenOnLabels: 'its weights were chosen by looking at labels of another target',
    seed: 1,
    classes,
    before: accuracy(before, labels, classes),
    after: accuracy(after, labels, classes),
    curves: [
      curve('total loss', 2.4, 1.1, 1),
      curve('cross entropy', 1.9, 0.9, 2),
      curve('style mapping', 0.3, 0.02, 3),
      curve('entropy', -0.1, -0.9, 4),
    ],
    projection: {
      before: cloud(200, classes.length, 1.6, 5),
      after: cloud(200, classes.length, 0.7, 6),
    },
    gallery,
    predictions: {
      source: {
        paths: [],
        labels: [],
        zeroShot: logitsOf([], classes.length),
        adapted: logitsOf([], classes.length),
      },
      target: {
        paths: labels.map((label, i) => `sketch/${classes[label]}/${i}.png`),
        labels,
        zeroShot: logitsOf(before, classes.length),
        adapted: logitsOf(after, classes.length),
      },
    },
    cost: [['learnable parameters', '198,724']],
    configuration: [
      ['learning rate', '0.001'],
      ['data', `/a/rather/long/path/${'that/goes/on/'.repeat(8)}pacs`],
    ],
    producer: 'tensile test',
    ...changes,
  }
}

export const animals = [
  'dog',
  'Alarm Clock',
  'a <b> & "c"',
  'giraffe',
  'horse',
  'an extraordinarily long name',
  'none',
]
