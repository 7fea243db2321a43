/** Early stopping without labels of the target: keeps the weights of a run that score best, the initial ones included. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { RandomKey } from '../../values/random-key.js'
import { foldIn, permutation } from '../../values/random-key.js'
import { zeroShot } from '../../methods/index.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import { subset } from '../encoding/encoded-set.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { ifMissing } from '../../effects/operations.js'
import { readSafetensors, writeSafetensors } from '../../formats/safetensors/file.js'
import { readJsonLines, writeText } from '../../effects/text-file.js'
import type { Checkpoint } from '../../training/checkpoint.js'
import { ownParameters } from './own-parameters.js'
import { predictLogits } from './predict-logits.js'
import { bestPath, validationPath } from './run-files.js'
import type { AdaptationTask } from './task.js'
import type { ValidationScores } from './validation-scores.js'
import { bestOf, selectionScore, validationScores } from './validation-scores.js'

/** Share of the source's images that is held out, and the largest number of images of a domain that are scored. */
const heldOutShare = 0.2
const mostImages = 512

/** How many of so many images of the source are held out. */
export const heldOutCount = (images: number): number => Math.min(Math.ceil(heldOutShare * images), mostImages)

/** The source in two parts, and a sample of the target. */
export interface ValidationSplit {
  readonly training: EncodedSet
  readonly heldOut: EncodedSet
  readonly target: EncodedSet
}

/** The same key gives the same parts. Fails with `InvalidSetting` if the source has no image to spare. */
export const splitForValidation = (
  source: EncodedSet,
  target: EncodedSet,
  key: RandomKey,
): E.Either<Failure, ValidationSplit> => {
  const count = source.images.length
  if (count < 2) {
    return E.left({
      tag: 'InvalidSetting',
      field: 'source',
      problem: 'it has a single image, which cannot be both learned from and held out',
      advice: 'take a larger domain',
      instead: { field: 'settings.switches.selection', value: 'last' },
    })
  }
  const held = new Set(permutation(foldIn(key, 3), count).slice(0, heldOutCount(count)))
  const positions = Array.from({ length: count }, (_, i) => i)
  return E.right({
    training: subset(
      source,
      positions.filter((i) => !held.has(i)),
    ),
    heldOut: subset(
      source,
      positions.filter((i) => held.has(i)),
    ),
    target: subset(target, permutation(foldIn(key, 4), target.images.length).slice(0, mostImages)),
  })
}

/** A line of `validation.jsonl`. */
export const validationCodec = t.type({
  step: t.number,
  score: t.number,
  sourceCrossEntropy: t.number,
  sourceAccuracy: t.number,
  targetInformation: t.number,
  agreement: t.number,
})
type Validation = t.TypeOf<typeof validationCodec>

const scoresOf = (
  task: AdaptationTask,
  { heldOut, target }: ValidationSplit,
  learned: NamedValues,
): Effect.Effect<ValidationScores> =>
  pipe(
    Effect.Do,
    Effect.bind('onSource', () => predictLogits(task, learned, heldOut)),
    Effect.bind('onTarget', () => predictLogits(task, learned, target)),
    Effect.bind('guesses', () => predictLogits({ ...task, method: zeroShot(task.clip.towers) }, {}, target)),
    Effect.flatMapEither(({ onSource, onTarget, guesses }) =>
      validationScores(
        { logits: onSource, labels: heldOut.images.map(({ label }) => label) },
        { logits: onTarget, zeroShot: guesses },
      ),
    ),
  )

/** The validations before a step. Later ones belong to a run that was killed, and are repeated. */
const validationsBefore = (directory: string, step: number): Effect.Effect<readonly Validation[]> =>
  pipe(
    step === 0
      ? Effect.of<readonly Validation[]>([])
      : pipe(
          readJsonLines(validationPath(directory), validationCodec),
          ifMissing(validationPath(directory), Effect.of([])),
        ),
    Effect.map((lines) => lines.filter((line) => line.step < step)),
  )

/** Validates the method's parameters in a state, keeps it if it is better than all before, and writes the line. */
export const keepBest =
  (directory: string, task: AdaptationTask, split: ValidationSplit, firstValues: NamedValues) =>
  ({ step, state }: Checkpoint): Effect.Effect<void> => {
    const learned = ownParameters(firstValues, state)
    return pipe(
      Effect.Do,
      Effect.bind('before', () => validationsBefore(directory, step)),
      Effect.bind('scores', () => scoresOf(task, split, learned)),
      Effect.let('line', ({ scores }): Validation => ({ step, score: selectionScore(scores), ...scores })),
      Effect.tap(({ before, line }) =>
        Effect.when(bestOf([...before, line]) === line)(
          writeSafetensors(bestPath(directory), learned, { metadata: { step: String(step) } }),
        ),
      ),
      Effect.flatMap(({ before, line }) =>
        writeText(
          validationPath(directory),
          [...before, line].map((each) => `${JSON.stringify(each)}\n`).join(''),
        ),
      ),
    )
  }

/** Reads the weights that were kept. */
export const bestWeights = (directory: string): Effect.Effect<NamedValues> =>
  pipe(
    readSafetensors(bestPath(directory)),
    Effect.map(({ tensors }) => tensors),
  )
