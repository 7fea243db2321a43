/** `report.html`: what a run did, read from its directory and from the images that it was evaluated on. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { keyFromSeed } from '../dsl/random-key.js'
import type { Tokenizer } from '../model/tokenizer/tokenizer.js'
import { spokenName } from '../experiments/adaptation/class-prompts.js'
import type { AdaptationConfiguration } from '../experiments/adaptation/configuration.js'
import { readConfiguration } from '../experiments/adaptation/configuration.js'
import { evaluationCodec } from '../experiments/evaluation/evaluate-run.js'
import type { ClassifiedImages, Predictions } from '../experiments/evaluation/classified-images.js'
import { readPredictions } from '../experiments/evaluation/classified-images.js'
import { evaluationPath, reportPath } from '../experiments/adaptation/run-files.js'
import { recogniseClip } from '../formats/checkpoints/clip-checkpoint.js'
import { openCheckpoint } from '../formats/checkpoints/open-checkpoint.js'
import type { Cost } from '../experiments/cost/cost.js'
import { costOf } from '../experiments/cost/cost.js'
import * as Effect from '../effects/effect.js'
import type { Accuracy } from '../experiments/accuracy.js'
import { accuracy, argMaxRows } from '../experiments/accuracy.js'
import type { Failure } from '../effects/failure.js'
import { explain } from '../effects/explain.js'
import { makeThumbnail, pathStatus, printLine } from '../effects/operations.js'
import { readJson, readJsonLines, writeText } from '../effects/text-file.js'
import { metricsPath } from '../training/fit.js'
import type { Metrics } from '../training/metrics.js'
import { metricsCodec } from '../training/metrics.js'
import { curvesOf } from './curves.js'
import { configurationEntries, costEntries } from './entries.js'
import type { ChosenImage } from './gallery.js'
import { chooseImages } from './gallery.js'
import { reportPage } from './page.js'
import { projectPredictions } from './projection.js'
import type { GalleryImage, RunReport } from './run-report.js'

/** Pixels to a side of an image in the report: twice what it is shown at, for screens of twice the density. */
const thumbnailSide = 176

/** The steps that were taken; a method that learns nothing has taken none. */
const readMetrics = (directory: string): Effect.Effect<readonly Metrics[]> =>
  pipe(
    pathStatus(metricsPath(directory)),
    Effect.flatMap(({ kind }) =>
      kind === 'missing'
        ? Effect.of<readonly Metrics[]>([])
        : readJsonLines(metricsPath(directory), metricsCodec),
    ),
  )

/** What the run costs, counted for its CLIP, whose weights are not read. */
const readCost = (
  configuration: AdaptationConfiguration,
  classes: readonly string[],
  { encode }: Tokenizer,
): Effect.Effect<Cost> =>
  pipe(
    openCheckpoint(configuration.clip),
    Effect.flatMap(recogniseClip),
    Effect.flatMapEither(({ architecture }) =>
      costOf(architecture, {
        method: configuration,
        classes: classes.length,
        nameTokens: Math.max(...classes.map((name) => encode(spokenName(name)).length)),
      }),
    ),
  )

/** What a run that has not been evaluated is missing, in other words than those of a missing file. */
const unlessEvaluated =
  (directory: string) =>
  (failure: Failure): Failure =>
    failure.tag === 'FileMissing' && failure.path === evaluationPath(directory)
      ? {
          tag: 'UserInput',
          option: directory,
          problem: 'the run has not been evaluated',
          advice: `evaluate it first: adclip evaluate --run ${directory}`,
        }
      : failure

/** An image with its picture; one that cannot be read any more is left out, and said to be. */
const withPicture = (image: ChosenImage): Effect.Effect<readonly GalleryImage[]> =>
  pipe(
    Effect.attempt(makeThumbnail(image.name, thumbnailSide)),
    Effect.flatMap((outcome) => {
      if (E.isRight(outcome)) {
        const source = `data:image/jpeg;base64,${Buffer.from(outcome.right).toString('base64')}`
        return Effect.of([{ ...image, source }])
      }
      return outcome.left.tag === 'Interrupted'
        ? Effect.left(outcome.left)
        : pipe(printLine(`not in the report: ${explain(outcome.left)}`), Effect.as([]))
    }),
  )

const accuracyBy = (
  { labels, ...logits }: ClassifiedImages,
  classifier: 'zeroShot' | 'adapted',
  classes: readonly string[],
): Accuracy => accuracy(argMaxRows(logits[classifier].data, classes.length), labels, classes)

const assemble = (
  configuration: AdaptationConfiguration,
  classes: readonly string[],
  predictions: Predictions,
  metrics: readonly Metrics[],
  cost: Cost,
): Effect.Effect<RunReport> => {
  const { chosen, counts } = chooseImages(predictions.target)
  const { source, target, method, preset, seed, version } = configuration
  return pipe(
    chosen,
    Effect.traverseArray(withPicture),
    Effect.map((pictured) => ({
      source,
      target,
      method: method === 'ad-clip' ? `AD-CLIP, preset ${preset}` : method,
      seed,
      classes,
      before: accuracyBy(predictions.target, 'zeroShot', classes),
      after: accuracyBy(predictions.target, 'adapted', classes),
      curves: curvesOf(metrics),
      projection: projectPredictions(predictions, keyFromSeed(seed)),
      gallery: pictured.flat(),
      outcomeCounts: counts,
      cost: costEntries(cost, metrics.length),
      configuration: configurationEntries(configuration),
      producer: `tensile ${version}`,
    })),
  )
}

/**
 * Writes `report.html` into a run's directory and returns its path. The run must have been evaluated.
 *
 * Fails with `UserInput` where it has not, with `FileMissing` where its CLIP is not where it was.
 *
 * @example
 * interpret(writeReport('runs/pacs', clipTokenizer))
 */
export const writeReport = (directory: string, tokenizer: Tokenizer): Effect.Effect<string> =>
  pipe(
    Effect.Do,
    Effect.bind('configuration', () => readConfiguration(directory)),
    Effect.bind('evaluation', () =>
      pipe(readJson(evaluationPath(directory), evaluationCodec), Effect.mapError(unlessEvaluated(directory))),
    ),
    Effect.bind('predictions', () => readPredictions(directory)),
    Effect.bind('metrics', () => readMetrics(directory)),
    Effect.let('classes', ({ evaluation }) => evaluation.adapted.perClass.map(({ name }) => name)),
    Effect.bind('cost', ({ configuration, classes }) => readCost(configuration, classes, tokenizer)),
    Effect.flatMap(({ configuration, classes, predictions, metrics, cost }) =>
      assemble(configuration, classes, predictions, metrics, cost),
    ),
    Effect.flatMap((report) => writeText(reportPath(directory), reportPage(report))),
    Effect.as(reportPath(directory)),
  )
