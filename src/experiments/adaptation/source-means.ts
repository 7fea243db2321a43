/** The class means of a labelled source: what a method that classifies all images of a target at once may read of it. */
import type * as E from 'fp-ts/lib/Either.js'
import type { DimHandle, Tensor, TensorValue } from '../../dsl/index.js'
import { parameter, sized } from '../../dsl/index.js'
import type { Failure } from '../../effects/failure.js'
import { checkTensor } from '../../training/weights.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import type { AdaptationTask } from './task.js'

/** Their name in the file that a run keeps. */
const sourceMeansName = 'source_means'

/** The class means as a parameter [K,E] of a program. */
export const sourceMeansParameter = (embedding: DimHandle<'E'>, classes: number): Tensor<['K', 'E']> =>
  parameter(sourceMeansName, [sized('K', classes), embedding])

/** The sums of the unit rows of a table [N,E] by their labels, over how many each class has: [K,E], zeros for a class without any. */
const meansOf = (
  { shape: [rows = 0, width = 0], data }: TensorValue,
  labels: readonly number[],
  classes: number,
) => {
  const sums = new Float64Array(classes * width)
  const counts = new Float64Array(classes)
  for (let row = 0; row < rows; row += 1) {
    const label = labels[row] ?? -1
    if (label < 0) continue
    const own = data.subarray(row * width, (row + 1) * width)
    const norm = Math.hypot(...own) || 1
    counts[label] = (counts[label] ?? 0) + 1
    own.forEach((value, i) => {
      sums[label * width + i] = (sums[label * width + i] ?? 0) + value / norm
    })
  }
  return Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[Math.floor(i / width)] ?? 1))
}

/** The class means of the images of the source under their first view, by the name that a run keeps them under. */
export const sourceMeans = (
  { classes }: Pick<AdaptationTask, 'classes'>,
  { images, views: [whole] }: EncodedSet,
): NamedValues => {
  const feature: TensorValue = whole?.['feature'] ?? { dtype: 'f32', shape: [0, 0], data: new Float32Array() }
  const labels = images.map(({ label }) => label)
  return {
    [sourceMeansName]: {
      dtype: 'f32',
      shape: [classes.length, feature.shape[1] ?? 0],
      data: meansOf(feature, labels, classes.length),
    },
  }
}

/** Whether a run's file has the class means that its method reads. Fails as `checkTensor` does. */
export const checkSourceMeans = (
  path: string,
  { dim }: DimHandle<'E'>,
  classes: number,
  kept: NamedValues,
): E.Either<Failure, TensorValue> =>
  checkTensor(kept, path, { name: sourceMeansName, shape: [classes, dim], dtype: 'f32' })
