/** `evaluation.json`: the accuracies of a run. */
import * as t from 'io-ts'
import type * as Effect from '../../effects/effect.js'
import { readJson, writeText } from '../../effects/text-file.js'
import type { Accuracy } from '../accuracy.js'
import { evaluationPath } from '../adaptation/run-files.js'

/** Accuracy on the target of zero-shot CLIP, and after adaptation. */
export interface AdaptationEvaluation {
  readonly method: string
  readonly source: string
  readonly target: string
  /** The preset of the method, where it has presets. */
  readonly preset?: string
  readonly seed: number
  readonly zeroShot: Accuracy
  readonly adapted: Accuracy
  /** What must be said before the figures are read: signs of a model that has learned nothing. Absent where there are none. */
  readonly warnings?: readonly string[]
}

/** JSON has no NaN: the accuracy of a class without images is written as null. */
const numberOrNaN = new t.Type<number, number | null>(
  'number or null',
  t.number.is,
  (value, context) => (value === null ? t.success(Number.NaN) : t.number.validate(value, context)),
  (value) => (Number.isNaN(value) ? null : value),
)

const openSetCodec = t.type({
  unknownCount: t.number,
  known: numberOrNaN,
  unknown: numberOrNaN,
  harmonicMean: numberOrNaN,
  auroc: numberOrNaN,
})

const accuracyCodec = t.intersection([
  t.type({
    count: t.number,
    overall: t.number,
    balanced: t.number,
    perClass: t.array(t.type({ name: t.string, count: t.number, accuracy: numberOrNaN })),
    confusion: t.array(t.array(t.number)),
  }),
  t.partial({ openSet: openSetCodec }),
])

export const evaluationCodec = t.intersection([
  t.type({
    method: t.string,
    source: t.string,
    target: t.string,
    seed: t.number,
    zeroShot: accuracyCodec,
    adapted: accuracyCodec,
  }),
  t.partial({ preset: t.string, warnings: t.readonlyArray(t.string) }),
])

/** Reads the file of a run's directory. Fails with `FileMissing` if the run has not been evaluated. */
export const readEvaluation = (directory: string): Effect.Effect<AdaptationEvaluation> =>
  readJson(evaluationPath(directory), evaluationCodec)

/** Writes the file into a run's directory. */
export const writeEvaluation = (directory: string, evaluation: AdaptationEvaluation): Effect.Effect<void> =>
  writeText(evaluationPath(directory), `${JSON.stringify(evaluation, undefined, 2)}\n`)
