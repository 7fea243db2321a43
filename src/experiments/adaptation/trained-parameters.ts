/** `prompt_learner.safetensors`: the parameters that a run has trained, and the classes that it knows. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { LayoutName } from '../../data/index.js'
import { layoutName } from '../../data/layouts.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { readSafetensors, writeSafetensors } from '../../formats/safetensors/file.js'
import { checkFinite } from '../../effects/check-finite.js'
import { decodeJson } from '../../effects/text-file.js'
import { promptLearnerPath } from './run-files.js'

/** A run's result: with CLIP and the run's configuration, all that is needed to classify an image. */
export interface TrainedParameters {
  /** The method's parameters, trained. */
  readonly values: NamedValues
  /** Names of the classes, in the order of the logits. */
  readonly classes: readonly string[]
  /** The folder of each class in the data set. */
  readonly classFolders: readonly string[]
  /** Layout of the data set, as it was when all of it was there. */
  readonly layout: LayoutName
}

/** The metadata of the file: strings, those with a structure as JSON. */
const metadataKey = 'trained_on'
const trainedOn = t.readonly(
  t.intersection([
    t.type({ classes: t.readonlyArray(t.string), layout: layoutName }),
    // Earlier versions called every class as its folder, and wrote the name alone.
    t.partial({ classFolders: t.readonlyArray(t.string) }),
  ]),
)

/** Parameters of which one is NaN or infinite are no classifier. */
const usable = (path: string) =>
  checkFinite({ where: path, advice: 'the run diverged: train it again at a lower learning rate' })

/** Writes the file into a run's directory. Fails with `NotFinite` where a parameter is NaN or infinite. */
export const writeTrainedParameters = (
  directory: string,
  { values, classes, classFolders, layout }: TrainedParameters,
): Effect.Effect<void> => {
  const path = promptLearnerPath(directory)
  return pipe(
    Effect.fromEither(usable(path)(values)),
    Effect.flatMap((finite) =>
      writeSafetensors(path, finite, {
        metadata: { [metadataKey]: JSON.stringify(trainedOn.encode({ classes, classFolders, layout })) },
      }),
    ),
  )
}

/**
 * Reads the file of a run's directory. Fails with `FileMissing` where the run has not come to its end, and with `NotFinite`
 * where a parameter is NaN or infinite.
 */
export const readTrainedParameters = (directory: string): Effect.Effect<TrainedParameters> => {
  const path = promptLearnerPath(directory)
  return pipe(
    readSafetensors(path),
    Effect.tapEither(({ tensors }) => usable(path)(tensors)),
    Effect.flatMapEither(({ tensors, metadata }) => {
      const text = metadata[metadataKey]
      return text === undefined
        ? E.left<Failure>({ tag: 'RunIncomplete', directory, lacks: 'classes' })
        : pipe(
            text,
            decodeJson(path, trainedOn),
            E.map((known) => ({ values: tensors, classFolders: known.classes, ...known })),
          )
    }),
  )
}
