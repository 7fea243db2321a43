/** Evaluating a run on its target domain, beside zero-shot CLIP on the same images. */
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { TensorValue } from '../../dsl/values/value.js'
import { zeroShot } from '../../methods/index.js'
import type { EncodedSet } from '../encoding/encode-views.js'
import type { LabelledImage } from '../../data/data-set.js'
import { domainImages, restrictTo } from '../../data/data-set.js'
import { readDataSet } from '../../data/read-data-set.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../dsl/values/named-values.js'
import { evenlyTaken } from '../evenly-taken.js'
import type { Accuracy } from '../accuracy.js'
import { accuracy, argMaxRows } from '../accuracy.js'
import { explain } from '../../effects/explain.js'
import { printLine } from '../../effects/operations.js'
import { writeText } from '../../effects/text-file.js'
import type { PromptTokenizer } from '../adaptation/class-prompts.js'
import type { FinishedRun } from '../adaptation/finished-run.js'
import { readFinishedRun } from '../adaptation/finished-run.js'
import type { RunInputOptions } from '../adaptation/run-inputs.js'
import { encodeKeeping } from '../encoding/image-encoder.js'
import { predictLogits } from '../adaptation/predict-logits.js'
import type { ClassifiedImages } from './classified-images.js'
import { writePredictions } from './classified-images.js'
import { evaluationPath } from '../adaptation/run-files.js'
import type { AdaptationTask } from '../adaptation/task.js'

/** Accuracy on the target of zero-shot CLIP, and after adaptation. */
export interface AdaptationEvaluation {
  readonly method: string
  readonly source: string
  readonly target: string
  readonly preset: string
  readonly seed: number
  readonly zeroShot: Accuracy
  readonly adapted: Accuracy
}

/** A class without images has no accuracy, which JSON writes as null. */
const accuracyCodec = t.type({
  count: t.number,
  overall: t.number,
  balanced: t.number,
  perClass: t.array(t.type({ name: t.string, count: t.number, accuracy: t.union([t.number, t.null]) })),
  confusion: t.array(t.array(t.number)),
})
export const evaluationCodec = t.type({
  method: t.string,
  source: t.string,
  target: t.string,
  preset: t.string,
  seed: t.number,
  zeroShot: accuracyCodec,
  adapted: accuracyCodec,
})

/** Both classifiers on a set of images. */
const classify = (
  task: AdaptationTask,
  learned: NamedValues,
  set: EncodedSet,
): Effect.Effect<ClassifiedImages> =>
  pipe(
    Effect.Do,
    Effect.bind('zeroShot', () => predictLogits({ ...task, method: zeroShot(task.clip.towers) }, {}, set)),
    Effect.bind('adapted', () => predictLogits(task, learned, set)),
    Effect.map((logits) => ({
      paths: set.images.map(({ path }) => path),
      labels: set.images.map(({ label }) => label),
      ...logits,
    })),
  )

/** Both classifiers' accuracy on images whose labels are known. */
const accuraciesOf = (
  { labels, ...logits }: ClassifiedImages,
  classes: readonly string[],
): Pick<AdaptationEvaluation, 'zeroShot' | 'adapted'> => {
  const accuracyOf = ({ data }: TensorValue): Accuracy =>
    accuracy(argMaxRows(data, classes.length), labels, classes)
  return { zeroShot: accuracyOf(logits.zeroShot), adapted: accuracyOf(logits.adapted) }
}

/** Images of a domain that a run is evaluated on, their classes numbered as they were in training. */
const evaluationImages = (
  { configuration: { data, layout, source, target }, learned }: FinishedRun,
  domain: string,
  { strict = false, shared }: RunInputOptions,
): Effect.Effect<readonly LabelledImage[]> =>
  pipe(
    shared === undefined
      ? readDataSet(data, {
          layout: layout ?? learned.layout,
          domains: [domain],
          classes: learned.classes,
          strict,
        })
      : Effect.of(restrictTo(shared.data, [source, target])),
    Effect.map((found) => domainImages(found, domain, 'evaluation')),
  )

/** As many images of the source are classified, too: enough to see where they lie beside the target's. */
const sourceSample = 200

/** Some images of the source; none, and a line that says why, where they are not there any more. */
const sourceImages = (
  finished: FinishedRun,
  options: RunInputOptions,
): Effect.Effect<readonly LabelledImage[]> =>
  pipe(
    evaluationImages(finished, finished.configuration.source, options),
    Effect.map((images) => evenlyTaken(images, sourceSample)),
    Effect.orElse((failure) =>
      failure.tag === 'UserInput' || failure.tag === 'FileMissing'
        ? pipe(
            printLine(`no images of the source are classified for the report: ${explain(failure)}`),
            Effect.as([]),
          )
        : Effect.left(failure),
    ),
  )

/** What classifiers make of no image at all. */
const unclassified = (classes: readonly string[]): ClassifiedImages => {
  const logits: TensorValue = { dtype: 'f32', shape: [0, classes.length], data: new Float32Array(0) }
  return { paths: [], labels: [], zeroShot: logits, adapted: logits }
}

/**
 * Evaluates what a run's directory holds and writes `evaluation.json` there, and `predictions.safetensors` with what
 * was made of each image.
 *
 * Of the data set it needs the images of the target. Some of the source's, where they are there, are classified for the
 * report.
 *
 * @example
 * interpret(evaluateAdaptation('runs/pacs', clipTokenizer))
 */
export const evaluateAdaptation = (
  directory: string,
  tokenizer: PromptTokenizer,
  options: RunInputOptions = {},
): Effect.Effect<AdaptationEvaluation> =>
  pipe(
    readFinishedRun(directory, tokenizer, options),
    Effect.flatMap((finished) => {
      const { configuration, clip, task, learned } = finished
      const { method, source, target, preset, seed } = configuration
      const encode = options.shared?.encode ?? encodeKeeping(options.features)
      const classified = (
        domain: string,
        images: readonly LabelledImage[],
      ): Effect.Effect<ClassifiedImages> =>
        images.length === 0
          ? Effect.of(unclassified(task.classes))
          : pipe(
              encode(clip, domain, images, [clip.view]),
              Effect.flatMap((set) => classify(task, learned.values, set)),
            )
      return pipe(
        Effect.Do,
        Effect.bind('target', () =>
          pipe(
            evaluationImages(finished, target, options),
            Effect.flatMap((images) => classified(target, images)),
          ),
        ),
        Effect.bind('source', () =>
          pipe(
            sourceImages(finished, options),
            Effect.flatMap((images) => classified(source, images)),
          ),
        ),
        Effect.tap((predictions) => writePredictions(directory, predictions)),
        Effect.map((predictions) => ({
          method,
          source,
          target,
          preset,
          seed,
          ...accuraciesOf(predictions.target, task.classes),
        })),
      )
    }),
    Effect.tap((evaluation) =>
      writeText(evaluationPath(directory), `${JSON.stringify(evaluation, undefined, 2)}\n`),
    ),
  )
