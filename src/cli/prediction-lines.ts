/** Predictions as lines: comma-separated values, or JSON. */
import type { PredictedImages } from '../experiments/prediction/predicted-images.js'
import { inertJson } from '../effects/printable.js'
import { csvLine } from './csv.js'

export const predictionFormats = ['csv', 'jsonl'] as const
export type PredictionFormat = (typeof predictionFormats)[number]

interface Guess {
  readonly name: string
  readonly probability: number
}

/** The classes of an image, the likeliest first; of equal ones the first. */
const ranked = ({ classes, probabilities: { data } }: PredictedImages, image: number): readonly Guess[] =>
  classes
    .map((name, k) => ({ name, probability: data[image * classes.length + k] ?? 0 }))
    .toSorted((a, b) => b.probability - a.probability)

/** A probability in 9 digits, which say a number in single precision exactly. */
export const digits = (probability: number): number => Number(probability.toPrecision(9))

const csv = (predicted: PredictedImages, top: number): readonly string[] => {
  const places = Array.from({ length: top }, (_, place) => (place === 0 ? '' : ` ${place + 1}`))
  return [
    csvLine(['path', ...places.flatMap((place) => [`class${place}`, `probability${place}`])]),
    ...predicted.paths.map((path, image) =>
      csvLine([
        path,
        ...ranked(predicted, image)
          .slice(0, top)
          .flatMap(({ name, probability }) => [name, digits(probability)]),
      ]),
    ),
  ]
}

const jsonLines = (predicted: PredictedImages, top: number): readonly string[] =>
  predicted.paths.map((path, image) =>
    inertJson({
      path,
      classes: ranked(predicted, image)
        .slice(0, top)
        .map(({ name, probability }) => ({ name, probability: digits(probability) })),
    }),
  )

/** A line for each image, with its `top` likeliest classes and their probabilities; in CSV a line of headings first. */
export const predictionLines = (
  predicted: PredictedImages,
  { format, top }: { readonly format: PredictionFormat; readonly top: number },
): readonly string[] => {
  const count = Math.min(top, predicted.classes.length)
  return format === 'csv' ? csv(predicted, count) : jsonLines(predicted, count)
}
