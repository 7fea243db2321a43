/** `predictions.safetensors`: the logits of both classifiers for each image that a run was evaluated on. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { TensorValue } from '../../values/value.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { labelTensor, pickRows } from '../../values/rows.js'
import type { TensorFile } from '../../formats/safetensors/encode.js'
import { readSafetensors, writeSafetensors } from '../../formats/safetensors/file.js'
import { checkFinite } from '../../effects/check-finite.js'
import { decodeJson } from '../../effects/text-file.js'
import { predictionsPath } from '../adaptation/run-files.js'
import { unknownLabel } from './open-set.js'

/** Images of a domain, row i of each table belonging to image i. */
export interface ClassifiedImages {
  /** Below the root of the data set. */
  readonly paths: readonly string[]
  /** Positions of their classes; -1 where the class is unknown. */
  readonly labels: readonly number[]
  /** Logits [N,K] of zero-shot CLIP. */
  readonly zeroShot: TensorValue
  /** Logits [N,K] of the adapted model. */
  readonly adapted: TensorValue
}

export interface Predictions {
  /** Some images of the source, for comparison. */
  readonly source: ClassifiedImages
  /** All images of the target. */
  readonly target: ClassifiedImages
}

/** Those of the images whose class is known. */
export const knownImages = (images: ClassifiedImages): ClassifiedImages => {
  const positions = images.labels.flatMap((label, i) => (label === unknownLabel ? [] : [i]))
  return positions.length === images.labels.length
    ? images
    : {
        paths: positions.flatMap((i) => images.paths[i] ?? []),
        labels: positions.flatMap((i) => images.labels[i] ?? []),
        zeroShot: pickRows(images.zeroShot, positions),
        adapted: pickRows(images.adapted, positions),
      }
}

const roles = ['source', 'target'] as const

/** Writes the file into a run's directory. */
export const writePredictions = (directory: string, predictions: Predictions): Effect.Effect<void> => {
  const tensors = roles.flatMap((role) => [
    [`${role}.labels`, labelTensor(predictions[role].labels)] as const,
    [`${role}.zero_shot`, predictions[role].zeroShot] as const,
    [`${role}.adapted`, predictions[role].adapted] as const,
  ])
  const metadata = roles.map((role) => [`${role}.paths`, JSON.stringify(predictions[role].paths)] as const)
  return writeSafetensors(predictionsPath(directory), Object.fromEntries(tensors), {
    metadata: Object.fromEntries(metadata),
  })
}

const pathsCodec = t.readonlyArray(t.string)

const classifiedIn = (
  path: string,
  { tensors, metadata }: TensorFile,
  role: (typeof roles)[number],
): E.Either<Failure, ClassifiedImages> => {
  const [labels, zeroShot, adapted] = [
    tensors[`${role}.labels`],
    tensors[`${role}.zero_shot`],
    tensors[`${role}.adapted`],
  ]
  const paths = metadata[`${role}.paths`]
  if (labels === undefined || zeroShot === undefined || adapted === undefined || paths === undefined) {
    const problem = `it does not hold labels, paths and two tables of logits of the ${role}`
    return E.left({ tag: 'FileBroken', path, format: 'predictions', problem })
  }
  return pipe(
    paths,
    decodeJson(path, pathsCodec),
    E.map((names) => ({ paths: names, labels: [...labels.data], zeroShot, adapted })),
  )
}

/**
 * Reads the file of a run's directory. Fails with `FileMissing` where the run has not been evaluated, and with `NotFinite`
 * where a logit is NaN or infinite.
 */
export const readPredictions = (directory: string): Effect.Effect<Predictions> => {
  const path = predictionsPath(directory)
  return pipe(
    readSafetensors(path),
    Effect.tapEither(({ tensors }) =>
      checkFinite({ where: path, advice: 'the run diverged: train it again at a lower learning rate' })(
        tensors,
      ),
    ),
    Effect.flatMapEither((file) =>
      pipe(
        E.Do,
        E.apS('source', classifiedIn(path, file, 'source')),
        E.apS('target', classifiedIn(path, file, 'target')),
      ),
    ),
  )
}
