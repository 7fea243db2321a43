/** The feature banks of PDA: of each class the mean feature of the images that zero-shot CLIP is surest of. */
import { largest } from '../../values/extremes.js'
import type { TensorValue } from '../../values/value.js'
import type { GuessedImages } from '../prompt-method.js'

/** An image with the class that zero-shot CLIP guesses, and how probable it is. */
interface Guess {
  readonly image: number
  readonly guessed: number
  readonly confidence: number
}

const guessesOf = ({ shape: [count = 0, classes = 0], data }: TensorValue): readonly Guess[] =>
  Array.from({ length: count }, (_, image) => {
    const row = [...data.subarray(image * classes, (image + 1) * classes)]
    const confidence = largest(row)
    return { image, guessed: row.indexOf(confidence), confidence }
  })

/**
 * The bank [K,E] of a domain: for each class the sum of the unit features of its `size` most probable images, divided by `size`. Where
 * labels are given, images count that are guessed right. A class with fewer images than that has a shorter feature; with none, zeros.
 */
export const featureBank = (
  { features, probabilities }: GuessedImages,
  size: number,
  labels?: readonly number[],
): TensorValue => {
  const [, classes = 0] = probabilities.shape
  const [, width = 0] = features.shape
  const counted = guessesOf(probabilities).filter(
    ({ image, guessed }) => labels === undefined || labels[image] === guessed,
  )
  const sums = new Float64Array(classes * width)
  for (let k = 0; k < classes; k += 1) {
    const surest = counted
      .filter(({ guessed }) => guessed === k)
      .toSorted((a, b) => b.confidence - a.confidence)
      .slice(0, size)
    for (const { image } of surest) {
      const row = features.data.subarray(image * width, (image + 1) * width)
      const length = Math.hypot(...row)
      row.forEach((x, i) => {
        sums[k * width + i] = (sums[k * width + i] ?? 0) + x / length
      })
    }
  }
  return { dtype: 'f32', shape: [classes, width], data: Float32Array.from(sums, (x) => x / size) }
}
