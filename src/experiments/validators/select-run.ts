/** Choosing one of several runs without labels of the target. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import type { ClassifiedImages, Predictions } from '../evaluation/classified-images.js'
import { readPredictions } from '../evaluation/classified-images.js'
import type { AdaptationEvaluation } from '../evaluation/evaluation-file.js'
import { readEvaluation } from '../evaluation/evaluation-file.js'
import { rankCorrelation } from './rank-correlation.js'
import { rowsOf } from '../../values/rows-of.js'
import type { ValidatorName } from './validator.js'
import { validators } from './validator.js'

/** A run with its score, which reads no label of the target, and the accuracy on the target, which does. */
export interface RankedRun {
  readonly directory: string
  readonly method: string
  readonly seed: number
  readonly score: number
  /** Over images, in [0, 1]. */
  readonly targetAccuracy: number
}

export interface Selection {
  readonly validator: ValidatorName
  /** The best first; those of equal scores in the order in which they were given. */
  readonly runs: readonly RankedRun[]
  /** Spearman's, of scores and accuracies on the target; undefined where there is none. */
  readonly rankCorrelation: number | undefined
}

interface ReadRun {
  readonly directory: string
  readonly evaluation: AdaptationEvaluation
  readonly predictions: Predictions
}

/** What is read of a run: nothing else reaches a validator. Labels of the target stay out. */
const scoreOf = (validator: ValidatorName, { source, target }: Predictions): number =>
  validators[validator].score({
    source: { logits: rowsOf(source.adapted), labels: source.labels },
    target: rowsOf(target.adapted),
  })

/** Runs of other images cannot be ranked: their scores differ by the images, too. */
const checkSameImages = (runs: readonly ReadRun[]): E.Either<Failure, readonly ReadRun[]> => {
  const imagesOf = ({ paths }: ClassifiedImages): string => JSON.stringify(paths.toSorted())
  const [first] = runs
  const other = runs.find(
    ({ predictions }) =>
      first !== undefined && imagesOf(predictions.target) !== imagesOf(first.predictions.target),
  )
  return first === undefined || other === undefined
    ? E.right(runs)
    : E.left({
        tag: 'InvalidSetting',
        field: 'directory',
        at: other.directory,
        problem: `it was evaluated on other images than ${first.directory}`,
        advice: 'rank runs with the same images of the target',
      })
}

/** Accuracies of the source need its images. */
const checkSource =
  (validator: ValidatorName) =>
  (runs: readonly ReadRun[]): E.Either<Failure, readonly ReadRun[]> => {
    const without = runs.find(({ predictions }) => predictions.source.paths.length === 0)
    return without === undefined || (validator !== 'source-accuracy' && validator !== 'dev')
      ? E.right(runs)
      : E.left({
          tag: 'InvalidSetting',
          field: 'directory',
          at: without.directory,
          problem: `it has no classified images of the source, which ${validators[validator].title} is taken from`,
          advice: 'evaluate the run again with the images of its source',
        })
  }

/**
 * Ranks runs that have been evaluated by a validator, which reads no label of the target: the best is the first. Accuracies on the
 * target are read from each run's evaluation after that, for comparison.
 *
 * Fails with `FileMissing` where a run has not been evaluated, and with `InvalidSetting` where runs have other images of the target, or
 * lack images of the source that the validator needs.
 *
 * @example
 * interpret(selectRun(['runs/a', 'runs/b'], 'mutual-information'))
 */
export const selectRun = (
  directories: readonly string[],
  validator: ValidatorName,
): Effect.Effect<Selection> =>
  pipe(
    directories,
    Effect.traverseArray((directory) =>
      pipe(
        Effect.Do,
        Effect.let('directory', () => directory),
        Effect.bind('predictions', () => readPredictions(directory)),
        Effect.bind('evaluation', () => readEvaluation(directory)),
      ),
    ),
    Effect.flatMapEither(checkSameImages),
    Effect.flatMapEither(checkSource(validator)),
    Effect.map((runs): readonly RankedRun[] =>
      runs.map(({ directory, predictions, evaluation: { method, seed, adapted } }) => ({
        directory,
        method,
        seed,
        score: scoreOf(validator, predictions),
        targetAccuracy: adapted.overall,
      })),
    ),
    Effect.map((runs) => ({
      validator,
      runs: runs.toSorted((a, b) => b.score - a.score),
      rankCorrelation: rankCorrelation(
        runs.map(({ score }) => score),
        runs.map(({ targetAccuracy }) => targetAccuracy),
      ),
    })),
  )
