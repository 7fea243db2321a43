/** Reports of as many classes as benchmarks have, from figures that are drawn: no image or result of a data set is in them. */
import { accuracy, argMaxRows } from '../../src/experiments/accuracy.js'
import { chooseImages } from '../../src/report/gallery.js'
import type { RunReport } from '../../src/report/run-report.js'
import { foldIn, keyFromSeed, uniform } from '../../src/values/random-key.js'
import type { TensorValue } from '../../src/values/value.js'
import { hostileNames } from '../support/hostile-names.js'
import { sampleReport } from './sample-report.js'

const key = keyFromSeed(5)

/** Names that are hard on a page: very long ones with and without spaces, right to left, wide letters. */
const hardNames = [
  'Pneumonoultramicroscopicsilicovolcanoconiosis',
  'a name of a class that goes on for so long that no label of a matrix has room for the whole of it',
  'x'.repeat(200),
  'آلة حاسبة قديمة ذات أزرار كبيرة',
  '電気スタンドと目覚まし時計',
  'WWWWWWWWWWWWWWWWWWWW',
  '👩‍👩‍👧‍👦 family',
  ...hostileNames,
]

const objects = [
  'clock',
  'lamp',
  'chair',
  'calendar',
  'aircraft carrier',
  'mug',
  'Eiffel Tower',
  'paper clip',
  'TV',
  'hot air balloon',
  'file cabinet',
  'pen',
  'screwdriver',
  'van',
  'string bean',
  'stereo',
  'bed',
  'birthday cake',
  'trash can',
  'bus',
  'toothbrush',
  'garden hose',
  'ant',
]
const kinds = [
  '',
  'alarm',
  'old',
  'wooden',
  'small',
  'red',
  'folding',
  'electric',
  'hand-made',
  'garden',
  'paper',
  'steel',
  'toy',
  'flip-chart',
  'kitchen',
]

/** So many names of things, some of which are hard on a page. */
export const classNames = (count: number): readonly string[] => {
  const plain = kinds.flatMap((kind) => objects.map((thing) => (kind === '' ? thing : `${kind} ${thing}`)))
  const hard = hardNames.slice(0, Math.floor(count / 5))
  return [...plain.slice(0, count - hard.length), ...hard].toSorted()
}

/** Logits that are right for about this share of the images, more often for some classes; others lean to near classes. */
const drawnLogits = (
  labels: readonly number[],
  classes: number,
  share: number,
  seed: number,
): TensorValue => {
  const [ease, luck, place] = [
    uniform(foldIn(key, 1), classes),
    uniform(foldIn(key, seed), labels.length),
    uniform(foldIn(key, seed + 1), labels.length),
  ]
  const data = new Float32Array(labels.length * classes)
  for (const [i, label] of labels.entries()) {
    const right = (luck[i] ?? 0) < share * (0.4 + 1.2 * (ease[label] ?? 0))
    const step = 1 + Math.floor((place[i] ?? 0) ** 5 * (classes - 1))
    data[i * classes + (right ? label : (label + step) % classes)] = 4 + (place[i] ?? 0)
  }
  return { dtype: 'f32', shape: [labels.length, classes], data }
}

/** A report of these classes, with so many images of each. */
export const reportOf = async (
  classes: readonly string[],
  imagesOfEach: number,
  changes: Partial<RunReport> = {},
): Promise<RunReport> => {
  const count = classes.length
  const labels = Array.from({ length: count * imagesOfEach }, (_, i) => i % count)
  const target = {
    paths: labels.map((label, i) => `Real World/${classes[label]}/${i}.jpg`),
    labels,
    zeroShot: drawnLogits(labels, count, 0.5, 10),
    adapted: drawnLogits(labels, count, 0.62, 20),
  }
  const sample = await sampleReport(classes)
  const [picture] = sample.gallery
  const guesses = (logits: TensorValue) => accuracy(argMaxRows(logits.data, count), labels, classes)
  return {
    ...sample,
    before: guesses(target.zeroShot),
    after: guesses(target.adapted),
    predictions: { ...sample.predictions, target },
    gallery: chooseImages(target).chosen.map((image) => ({ ...image, source: picture?.source ?? '' })),
    source: 'Clipart',
    target: 'Real World',
    ...changes,
  }
}

/** A report of so many classes, with so many images of each. */
export const largeReport = (
  count: number,
  imagesOfEach: number,
  changes: Partial<RunReport> = {},
): Promise<RunReport> => reportOf(classNames(count), imagesOfEach, changes)
