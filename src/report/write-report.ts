/** `report.html`: the page of a run, from its accuracies, predictions, metrics and images. */
import { join } from '../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { keyFromSeed } from '../values/random-key.js'
import * as Effect from '../effects/effect.js'
import { findDataSet } from '../data/find-data-set.js'
import { explain } from '../effects/explain.js'
import type { Failure } from '../effects/failure.js'
import { makeThumbnail, printLine } from '../effects/operations.js'
import { writeText } from '../effects/text-file.js'
import type { PromptTokenizer } from '../experiments/adaptation/class-prompts.js'
import { spokenName } from '../experiments/adaptation/class-prompts.js'
import type { AdaptationConfiguration } from '../experiments/adaptation/configuration.js'
import { readConfiguration } from '../experiments/adaptation/configuration.js'
import { evaluationPath, reportPath } from '../experiments/adaptation/run-files.js'
import type { RunInputOptions } from '../experiments/adaptation/run-inputs.js'
import { orMoved } from '../experiments/inputs/moved-input.js'
import { chosenOnLabels, definitionOf } from '../methods/index.js'
import type { Cost } from '../experiments/cost/cost.js'
import { costOf } from '../experiments/cost/cost.js'
import type { Predictions } from '../experiments/evaluation/classified-images.js'
import { knownImages, readPredictions } from '../experiments/evaluation/classified-images.js'
import type { EvaluatedRun } from '../experiments/evaluation/evaluate-run.js'
import type { AdaptationEvaluation } from '../experiments/evaluation/evaluation-file.js'
import { readEvaluation } from '../experiments/evaluation/evaluation-file.js'
import { recogniseClip } from '../formats/checkpoints/clip-checkpoint.js'
import { openCheckpoint } from '../formats/checkpoints/open-checkpoint.js'
import type { ClipTowers } from '../model/index.js'
import { openAiTowers } from '../model/index.js'
import { metricsPath } from '../training/fit-plan.js'
import type { Metrics } from '../training/metrics.js'
import { readMetrics } from '../training/metrics.js'
import { curvesOf } from './curves.js'
import { dataUrl } from './data-url.js'
import { configurationEntries, costEntries } from './entries.js'
import { chooseImages } from './gallery.js'
import { reportPage, unlabelledPage } from './page.js'
import { projectPredictions } from './projection.js'
import type { GalleryImage, RunReport } from './run-report.js'
import { chooseGuesses } from './sections/guesses.js'
import { largest } from '../values/extremes.js'

/** What is known of an evaluated run before its page is written. */
interface ReportInputs {
  readonly directory: string
  /** The root of the data set; `undefined` where it is gone. */
  readonly root: string | undefined
  readonly configuration: AdaptationConfiguration
  readonly evaluation: AdaptationEvaluation
  readonly predictions: Predictions
  readonly towers: ClipTowers
  readonly classes: readonly string[]
  /** Which of the settings were chosen by looking at labels of a target, where any were. */
  readonly chosenOnLabels: string | undefined
}

/** Where the data set and CLIP of a run lie now, if they are no longer where its configuration says. */
export type ReportOptions = Pick<RunInputOptions, 'data' | 'clip'>

/** Pixels to a side of an image in the report: twice what it is shown at, for screens of twice the density. */
const thumbnailSide = 176

/** The towers of a configuration's CLIP, known from its tensors' names and shapes; its weights are not read. */
const readTowers = (
  { clip, activation }: AdaptationConfiguration,
  directory: string,
  { clip: now = clip }: ReportOptions,
): Effect.Effect<ClipTowers> =>
  pipe(
    openCheckpoint(now),
    orMoved('clip', now, directory),
    Effect.flatMap((store) => recogniseClip(store, { activation })),
    Effect.map(({ architecture }) => openAiTowers(architecture)),
  )

/** The cost of a run's method on its CLIP. */
const runCost = (
  { configuration, towers, classes }: ReportInputs,
  { encode }: PromptTokenizer,
): E.Either<Failure, Cost> =>
  costOf(towers, {
    method: configuration,
    classes: classes.length,
    nameTokens: largest(classes.map((name) => encode(spokenName(name)).length)),
  })

/** The failure of a run that has not been evaluated, instead of that of a missing file. */
const unlessEvaluated =
  (directory: string) =>
  (failure: Failure): Failure =>
    failure.tag === 'FileMissing' && failure.path === evaluationPath(directory)
      ? { tag: 'RunIncomplete', directory, lacks: 'evaluation' }
      : failure

/** An image with its picture; an image that cannot be read any more is left out, with a message. */
const withPicture = <A extends { readonly name: string }>(
  root: string,
  image: A,
): Effect.Effect<readonly (A & Pick<GalleryImage, 'source'>)[]> =>
  pipe(
    Effect.attempt(makeThumbnail(join(root, image.name), thumbnailSide)),
    Effect.flatMap((outcome) => {
      if (E.isRight(outcome)) {
        return Effect.of([{ ...image, source: dataUrl('image/jpeg', outcome.right) }])
      }
      return outcome.left.tag === 'Interrupted'
        ? Effect.left(outcome.left)
        : pipe(printLine(`not in the report: ${explain(outcome.left)}`), Effect.as([]))
    }),
  )

/** Images with their pictures, without those that cannot be read any more. */
const withPictures = <A extends { readonly name: string }>(
  root: string,
  images: readonly A[],
): Effect.Effect<readonly (A & Pick<GalleryImage, 'source'>)[]> =>
  pipe(
    images,
    Effect.traverseArray((image) => withPicture(root, image)),
    Effect.map((pictured) => pictured.flat()),
  )

/** The root of a run's data set, where it lies now; `undefined`, with a line that says why, where it is not found. */
const readRoot = (
  { data, layout }: AdaptationConfiguration,
  { data: now = data }: ReportOptions,
): Effect.Effect<string | undefined> =>
  pipe(
    findDataSet(now, layout),
    Effect.map(({ root }): string | undefined => root),
    Effect.orElse((failure): Effect.Effect<string | undefined> =>
      failure.tag === 'Interrupted'
        ? Effect.left(failure)
        : pipe(printLine(`no images are in the report: ${explain(failure)}`), Effect.as(undefined)),
    ),
  )

/** What a page says of a configuration at its top and bottom. */
const frameOf = ({
  source,
  target,
  method,
  preset,
  seed,
  version,
}: AdaptationConfiguration): Pick<RunReport, 'source' | 'target' | 'method' | 'seed' | 'producer'> => ({
  source,
  target,
  method: preset === undefined ? method : `${definitionOf(method).title}, preset ${preset}`,
  seed,
  producer: `tensile ${version}`,
})

const assemble = (
  { configuration, evaluation, predictions: all, classes, root, chosenOnLabels: choice }: ReportInputs,
  metrics: readonly Metrics[],
  cost: Cost,
): Effect.Effect<RunReport> => {
  const predictions = { ...all, target: knownImages(all.target) }
  return pipe(
    root === undefined ? Effect.of([]) : withPictures(root, chooseImages(predictions.target).chosen),
    Effect.map((pictured) => ({
      ...frameOf(configuration),
      chosenOnLabels: choice,
      warnings: evaluation.warnings ?? [],
      classes,
      before: evaluation.zeroShot,
      after: evaluation.adapted,
      curves: curvesOf(metrics),
      projection: projectPredictions(predictions, keyFromSeed(configuration.seed)),
      gallery: pictured,
      predictions,
      cost: costEntries(cost, metrics.length),
      configuration: configurationEntries(configuration),
    })),
  )
}

/** Writes `report.html` and gives its path. */
const writePage = (inputs: ReportInputs, tokenizer: PromptTokenizer): Effect.Effect<string> =>
  pipe(
    Effect.Do,
    Effect.bind('metrics', () => readMetrics(metricsPath(inputs.directory))),
    Effect.bindEither('cost', () => runCost(inputs, tokenizer)),
    Effect.flatMap(({ metrics, cost }) => assemble(inputs, metrics, cost)),
    Effect.flatMap((report) => writeText(reportPath(inputs.directory), reportPage(report))),
    Effect.as(reportPath(inputs.directory)),
  )

/**
 * Writes `report.html` of a run that was evaluated just now into its directory, and gives its path. Nothing of the run is
 * read again but the metrics of its steps, and the images that are shown. `choice` says what was chosen by looking at labels of
 * a target: that of the preset if not given.
 *
 * @example
 * pipe(
 *   trainAdaptation(configuration, options),
 *   Effect.flatMap(evaluateRun),
 *   Effect.flatMap((evaluated) => reportRun(evaluated, clipTokenizer)),
 * )
 */
export const reportRun = (
  { run, root, evaluation, predictions }: EvaluatedRun,
  tokenizer: PromptTokenizer,
  choice: string | undefined = chosenOnLabels(run.configuration.method, run.configuration.preset),
): Effect.Effect<string> => {
  const { directory, configuration, task } = run
  const { towers } = task.clip
  return writePage(
    {
      ...{ directory, root, configuration, evaluation, predictions, towers },
      ...{ classes: task.classes, chosenOnLabels: choice },
    },
    tokenizer,
  )
}

/**
 * Writes `report.html` of a run that was evaluated just now and whose target has no labels: images with what both classifiers
 * take them for, and learning curves. Gives its path. `choice` is that of `reportRun`.
 *
 * @example
 * pipe(
 *   trainAdaptation(configuration, options),
 *   Effect.flatMap(evaluateRun),
 *   Effect.flatMap((evaluated) => reportUnlabelled(evaluated)),
 * )
 */
export const reportUnlabelled = (
  { run, root, predictions }: Pick<EvaluatedRun, 'run' | 'root' | 'predictions'>,
  choice: string | undefined = chosenOnLabels(run.configuration.method, run.configuration.preset),
): Effect.Effect<string> => {
  const { directory, configuration, task } = run
  const path = reportPath(directory)
  return pipe(
    Effect.Do,
    Effect.bind('metrics', () => readMetrics(metricsPath(directory))),
    Effect.bind('images', () => withPictures(root, chooseGuesses(predictions.target))),
    Effect.flatMap(({ metrics, images }) =>
      writeText(
        path,
        unlabelledPage({
          ...frameOf(configuration),
          chosenOnLabels: choice,
          classes: task.classes,
          curves: curvesOf(metrics),
          images,
        }),
      ),
    ),
    Effect.as(path),
  )
}

/**
 * Writes `report.html` into a run's directory, and gives its path: from the files of the run and the header of its CLIP.
 *
 * Fails with `RunIncomplete` if the run has not been evaluated, with `InvalidSetting` if its CLIP has moved; `options` say where
 * CLIP and the data set lie now. Without the data set, the report shows no images.
 *
 * @example
 * interpret(writeReport('runs/pacs', clipTokenizer))
 */
export const writeReport = (
  directory: string,
  tokenizer: PromptTokenizer,
  options: ReportOptions = {},
): Effect.Effect<string> =>
  pipe(
    Effect.Do,
    Effect.bind('configuration', () => readConfiguration(directory)),
    Effect.bind('evaluation', () =>
      pipe(readEvaluation(directory), Effect.mapError(unlessEvaluated(directory))),
    ),
    Effect.bind('predictions', () => readPredictions(directory)),
    Effect.bind('towers', ({ configuration }) => readTowers(configuration, directory, options)),
    Effect.bind('root', ({ configuration }) => readRoot(configuration, options)),
    Effect.flatMap((read) =>
      writePage(
        {
          ...read,
          directory,
          classes: read.evaluation.adapted.perClass.map(({ name }) => name),
          chosenOnLabels: chosenOnLabels(read.configuration.method, read.configuration.preset),
        },
        tokenizer,
      ),
    ),
  )
