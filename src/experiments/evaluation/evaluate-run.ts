/** Evaluating a run on its target domain, with zero-shot CLIP on the same images for comparison. */
import { pipe } from 'fp-ts/lib/function.js'
import type { DataSet, LabelledImage } from '../../data/data-set.js'
import { domainImages } from '../../data/data-set.js'
import { readDataSet } from '../../data/read-data-set.js'
import { withTargetShiftAgain } from '../../data/target-shift.js'
import type { TensorValue } from '../../values/value.js'
import * as Effect from '../../effects/effect.js'
import { explain } from '../../effects/explain.js'
import { printLine, withFolder } from '../../effects/operations.js'
import type { PromptTokenizer } from '../adaptation/class-prompts.js'
import type { FinishedRun } from '../adaptation/finished-run.js'
import { readFinishedRun } from '../adaptation/finished-run.js'
import type { EvaluationInputs, RunInputOptions } from '../adaptation/run-inputs.js'
import { domainsDigest } from '../inputs/digests.js'
import { checkInputs } from '../inputs/kept-digests.js'
import { orMoved } from '../inputs/moved-input.js'
import type { TrainedRun } from '../adaptation/train.js'
import { imageEncoder } from '../encoding/image-encoder.js'
import { evaluatedRows } from '../encoding/training-views.js'
import { evenlyTaken } from '../evenly-taken.js'
import { metricsPath } from '../../training/fit-plan.js'
import { readMetrics } from '../../training/metrics.js'
import type { ClassifiedImages, Predictions } from './classified-images.js'
import { writePredictions } from './classified-images.js'
import { accuraciesOf, classify } from './classify.js'
import { evaluationWarnings } from './collapse.js'
import { labelShiftWarnings } from './label-shift.js'
import type { AdaptationEvaluation } from './evaluation-file.js'
import { writeEvaluation } from './evaluation-file.js'

/** A run with its accuracies, and the logits that they were taken from. */
export interface EvaluatedRun {
  readonly run: FinishedRun
  /** The root of the data set, which paths of images start from. */
  readonly root: string
  readonly evaluation: AdaptationEvaluation
  readonly predictions: Predictions
}

/** The classified images of a domain without images. */
const unclassified = (classes: readonly string[]): ClassifiedImages => {
  const logits: TensorValue = { dtype: 'f32', shape: [0, classes.length], data: new Float32Array(0) }
  return { paths: [], labels: [], zeroShot: logits, adapted: logits }
}

/** The cross entropies of a run's steps on the labelled source; none where the method takes no steps. */
const crossEntropiesOf = (directory: string): Effect.Effect<readonly number[]> =>
  pipe(
    readMetrics(metricsPath(directory)),
    Effect.map((steps) => steps.flatMap(({ crossEntropy }) => crossEntropy ?? [])),
  )

/** How many images of the source are classified, too: enough to see where they lie among the target's. */
const sourceSample = 200

/** The evaluation of a trained run; nothing is written. */
const evaluated = ({ run, inputs }: TrainedRun): Effect.Effect<EvaluatedRun> => {
  const { directory, configuration, task, trained } = run
  const { clip, data, encode } = inputs
  const { method, source, target, preset, seed } = configuration
  const classified = (domain: string, images: readonly LabelledImage[]): Effect.Effect<ClassifiedImages> =>
    images.length === 0
      ? Effect.of(unclassified(task.classes))
      : pipe(
          encode(clip, domain, images, evaluatedRows(method, clip.view)),
          Effect.flatMap((set) => classify(task, trained.values, data.root, set)),
        )
  return pipe(
    Effect.Do,
    Effect.bind('target', () => classified(target, domainImages(data, target, 'evaluation'))),
    Effect.bind('source', () =>
      classified(source, evenlyTaken(domainImages(data, source, 'evaluation'), sourceSample)),
    ),
    Effect.bind('losses', () => crossEntropiesOf(directory)),
    Effect.map(({ losses, ...predictions }) => {
      const accuracies = accuraciesOf(predictions.target, task.classes)
      const warnings = [
        ...evaluationWarnings(accuracies, losses),
        ...labelShiftWarnings(configuration, predictions.target),
      ]
      return {
        run,
        root: data.root,
        predictions,
        evaluation: {
          method,
          source,
          target,
          ...(preset === undefined ? {} : { preset }),
          seed,
          ...accuracies,
          ...(warnings.length === 0 ? {} : { warnings }),
        },
      }
    }),
  )
}

/** Both files of one evaluation: under a lock, never one of each of two. */
const written = ({ run: { directory }, predictions, evaluation }: EvaluatedRun): Effect.Effect<void> =>
  pipe(writePredictions(directory, predictions), Effect.apSecond(writeEvaluation(directory, evaluation)))

/** `evaluateRun` for a caller that uses the run's folder (`withFolder`). */
export const evaluateInFolder = (trained: TrainedRun): Effect.Effect<EvaluatedRun> =>
  pipe(evaluated(trained), Effect.tap(written))

/**
 * Evaluates a trained run with the inputs that it was trained on. Writes `evaluation.json` into its directory, and
 * `predictions.safetensors` with the logits of all images of the target and of some of the source. Images that training
 * has encoded are not read again.
 *
 * @example
 * const evaluated = pipe(trainAdaptation(configuration, options), Effect.flatMap(evaluateRun))
 */
export const evaluateRun = (trained: TrainedRun): Effect.Effect<EvaluatedRun> =>
  pipe(
    evaluated(trained),
    Effect.tap((run) => withFolder(run.run.directory, written(run))),
  )

/** Lists images of these domains, their classes numbered as in training. */
const readDomains = (
  { configuration, trained, directory }: FinishedRun,
  domains: readonly string[],
  { data = configuration.data, strict = false }: RunInputOptions,
): Effect.Effect<DataSet> =>
  pipe(
    readDataSet(data, {
      layout: configuration.layout ?? trained.layout,
      domains,
      known: trained,
      strangers: configuration.targetShift?.kind === 'open-set' ? 'unlabelled' : 'refuse',
      strict,
    }),
    orMoved('data', data, directory),
  )

/** Lists images of the target, and of the source unless they are gone: then a line says why. */
const readBothDomains = (run: FinishedRun, options: RunInputOptions): Effect.Effect<DataSet> => {
  const { source, target } = run.configuration
  return pipe(
    readDomains(run, [source, target], options),
    Effect.orElse((failure) =>
      failure.tag === 'InvalidSetting' || failure.tag === 'FileMissing'
        ? pipe(
            readDomains(run, [target], options),
            Effect.tap(() =>
              printLine(`no images of the source are classified for the report: ${explain(failure)}`),
            ),
          )
        : Effect.left(failure),
    ),
  )
}

/** The inputs of a run that was read back from its directory. */
const readEvaluationInputs = (run: FinishedRun, options: RunInputOptions): Effect.Effect<EvaluationInputs> =>
  pipe(
    readBothDomains(run, options),
    Effect.map((data) => withTargetShiftAgain(data, run.configuration.target, run.configuration.targetShift)),
    Effect.tap((data) => checkInputs(run.directory, { domains: domainsDigest(data) })),
    Effect.map((data) => ({
      clip: run.task.clip,
      data,
      encode: imageEncoder(options.features),
    })),
  )

/**
 * Reads a run back from its directory, with its CLIP and its data set, to be evaluated. With a folder for features, image
 * features are read from there.
 *
 * Fails where the run, its CLIP or the images of its target have moved (`options` say where they lie now), where CLIP or the
 * images have changed, and where images are of a class that it was not trained on. Images of the source may be gone.
 */
export const readTrainedRun = (
  directory: string,
  tokenizer: PromptTokenizer,
  options: RunInputOptions = {},
): Effect.Effect<TrainedRun> =>
  pipe(
    Effect.Do,
    Effect.bind('run', () => readFinishedRun(directory, tokenizer, options)),
    Effect.bind('inputs', ({ run }) => readEvaluationInputs(run, options)),
  )

/**
 * Evaluates the run in a directory: `evaluateRun` on what `readTrainedRun` reads. Gives the accuracies.
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
    readTrainedRun(directory, tokenizer, options),
    Effect.flatMap(evaluateRun),
    Effect.map(({ evaluation }) => evaluation),
  )
