/** Refuses pretraining that cannot be meant, before an image is read. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { DataSet } from '../../data/data-set.js'
import { counted } from '../../effects/counted.js'
import type { Failure } from '../../effects/failure.js'
import { checkBatch } from '../check-batch.js'
import type { PretrainConfiguration } from './configuration.js'

/**
 * Checks how a CLIP would be pretrained on a data set's images. Fails with `InvalidSetting` of `batch` where a step has more images
 * than there are, and of `warmUpEpochs` where the training ends before the rate has risen to its peak.
 */
export const checkPretraining = (
  { batch, epochs, warmUpEpochs }: PretrainConfiguration,
  { root, domains }: DataSet,
): E.Either<Failure, void> =>
  pipe(
    checkBatch(batch, {
      name: root,
      images: domains.reduce((sum, { training }) => sum + training.length, 0),
    }),
    E.filterOrElse(
      () => warmUpEpochs <= epochs,
      (): Failure => ({
        tag: 'InvalidSetting',
        field: 'warmUpEpochs',
        problem: `the rate would rise for ${counted(warmUpEpochs, 'epoch')}, and the training ends after ${epochs}, below its peak`,
        advice: 'train for more epochs, or warm up for a shorter time',
        instead: { field: 'warmUpEpochs', value: '0' },
      }),
    ),
  )
