/** Images with the probabilities of their classes. */
import type { TensorValue } from '../../values/value.js'
import { softmaxOf } from '../validators/rows.js'

/** Images that were classified, row i of the table belonging to image i. */
export interface PredictedImages {
  readonly classes: readonly string[]
  readonly paths: readonly string[]
  /** Probabilities [N,K] of the classes. */
  readonly probabilities: TensorValue
  /** Images that could not be read, each reported with its reason. */
  readonly skipped: readonly string[]
}

/** The softmax of each row of a table [N,K]. */
export const softmaxRows = ({ shape, data }: TensorValue): TensorValue => {
  const width = shape[1] ?? 0
  const shares = new Float32Array(data.length)
  for (let start = 0; start < data.length; start += width)
    shares.set(softmaxOf(Array.from(data.subarray(start, start + width))), start)
  return { dtype: 'f32', shape, data: shares }
}
