/** Running a study: every variant on every pair of domains with every seed; runs that are finished are read back. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { chosenOnLabels } from '../../methods/index.js'
import type { BlockActivation } from '../../model/index.js'
import { levelWidths } from '../../model/index.js'
import type { Tokenizer } from '../../model/tokenizer/tokenizer.js'
import { adaptableClip } from '../encoding/adaptable-clip.js'
import { checkTraining } from '../adaptation/check-training.js'
import { adaptationConfiguration, refuseEarlierVersion } from '../adaptation/configuration.js'
import { evaluateRun } from '../evaluation/evaluate-run.js'
import { readEvaluation } from '../evaluation/evaluation-file.js'
import type { RunInputs } from '../adaptation/run-inputs.js'
import { digestOfClip } from '../adaptation/run-inputs.js'
import { domainsDigest } from '../inputs/digests.js'
import { checkInputs } from '../inputs/kept-digests.js'
import { evaluationPath } from '../adaptation/run-files.js'
import { trainAdaptation } from '../adaptation/train.js'
import { readClip } from '../../formats/checkpoints/clip-checkpoint.js'
import type { DataSet } from '../../data/data-set.js'
import { restrictTo } from '../../data/data-set.js'
import type { LayoutName } from '../../data/index.js'
import { readDataSet } from '../../data/read-data-set.js'
import * as Effect from '../../effects/effect.js'
import type { Accuracy } from '../accuracy.js'
import type { Failure } from '../../effects/failure.js'
import { describeFailure } from '../../effects/explain.js'
import { ifMissing, pathStatus, printLine, reportProgress } from '../../effects/operations.js'
import { checkConfiguration, configurationPath } from '../../training/run-configuration.js'
import { backboneName } from './backbone-name.js'
import type { Cell } from './cell.js'
import { cellConfiguration, cellName, studyCells } from './cell.js'
import type { DomainPair } from './domain-pair.js'
import { allPairs, usualPairs } from './domain-pair.js'
import { encodeDomains, withTargetHashes } from './encode-domains.js'
import type { StudyFacts } from './published/published-rows.js'
import type { StudyResult } from './study-result.js'
import type { Variant } from './variant.js'
import { dependenceOf, variantOn } from './variant.js'

export interface Study {
  /** Where the runs are written, each in a directory of its own. */
  readonly directory: string
  readonly data: string
  readonly layout?: LayoutName | undefined
  /** A file that names the classes; without one they are called as their folders. */
  readonly classNames?: string | undefined
  /** CLIP's checkpoint. */
  readonly clip: string
  /** The activation of a CLIP that no configuration describes. */
  readonly activation?: BlockActivation | undefined
  /** The rows, which may depend on how many levels the image encoder has. */
  readonly variants: (levels: number) => readonly Variant[]
  /** The columns: these pairs, or all; if not given, the pairs that the data set is published for. */
  readonly pairs?: readonly DomainPair[] | 'all' | undefined
  readonly seeds: readonly number[]
}

export interface StudyOptions {
  readonly tokenizer: Tokenizer
  /** Refuse images that are missing or broken, instead of going on without them. */
  readonly strict: boolean
  /** A folder in which image features are kept from study to study; without one they are computed once in each. */
  readonly features?: string | undefined
}

/** What all runs of a study read. */
type CellInputs = Pick<RunInputs, 'clip' | 'clipDigest' | 'data'>

/** Fails if the directory of a run holds a run with another configuration, or of other inputs. */
const checkCell = (cell: Cell, { clipDigest, data }: CellInputs): Effect.Effect<void> =>
  pipe(
    refuseEarlierVersion(cell.directory),
    Effect.flatMap(() =>
      checkConfiguration(cell.directory, adaptationConfiguration, cellConfiguration(cell), 'directory'),
    ),
    Effect.flatMap(() => {
      const domains = domainsDigest(restrictTo(data, [cell.source, cell.target]))
      return checkInputs(cell.directory, { clipDigest, domains })
    }),
    ifMissing(configurationPath(cell.directory), Effect.unit),
  )

/** The accuracy of a finished run. */
const readCell = (cell: Cell): Effect.Effect<Accuracy> =>
  pipe(
    readEvaluation(cell.directory),
    Effect.map(({ adapted }) => adapted),
  )

/** Begins or continues a run, and evaluates it. */
const runCell = (cell: Cell, inputs: RunInputs, tokenizer: Tokenizer): Effect.Effect<Accuracy> =>
  pipe(
    trainAdaptation(cellConfiguration(cell), { directory: cell.directory, tokenizer, resume: true, inputs }),
    Effect.flatMap(evaluateRun),
    Effect.map(({ evaluation }) => evaluation.adapted),
  )

/** Whether a run is finished. */
const isDone = (cell: Cell, inputs: CellInputs): Effect.Effect<boolean> =>
  pipe(
    checkCell(cell, inputs),
    Effect.apSecond(pathStatus(evaluationPath(cell.directory))),
    Effect.map(({ kind }) => kind === 'file'),
  )

type CellOutcome =
  | { readonly tag: 'Reached'; readonly cell: Cell; readonly accuracy: Accuracy }
  | { readonly tag: 'Failed'; readonly cell: Cell; readonly reason: string }

/** A run that diverges, or whose classifier gives no numbers, becomes a result of its row; the others go on. */
const orDiverged =
  (cell: Cell) =>
  (outcome: Effect.Effect<CellOutcome>): Effect.Effect<CellOutcome> =>
    pipe(
      outcome,
      Effect.orElse((failure): Effect.Effect<CellOutcome> => {
        if (failure.tag !== 'Diverged' && failure.tag !== 'NotFinite') return Effect.left(failure)
        const { where, what } = describeFailure(
          failure.tag === 'Diverged' ? { ...failure, batch: [] } : failure,
        )
        return Effect.of({ tag: 'Failed', cell, reason: `${where}: ${what}` })
      }),
    )

/** Reads back the runs that are done, and does the others, one after the other. */
const cellOutcomes = (
  cells: readonly Cell[],
  inputs: CellInputs,
  { tokenizer, features }: StudyOptions,
): Effect.Effect<readonly CellOutcome[]> =>
  pipe(
    Effect.Do,
    Effect.bind('done', () =>
      pipe(
        cells,
        Effect.traverseArray((cell) => isDone(cell, inputs)),
      ),
    ),
    Effect.let('missing', ({ done }) => cells.filter((_, i) => done[i] !== true)),
    Effect.bind('data', ({ missing }) => withTargetHashes(inputs.data, missing)),
    Effect.bind('encode', ({ missing, data }) => encodeDomains(inputs.clip, data, missing, features)),
    Effect.flatMap(({ done, data, encode }) =>
      pipe(
        cells,
        Effect.traverseArrayWithIndex((i, cell) =>
          pipe(
            done[i] === true
              ? readCell(cell)
              : pipe(
                  printLine(`run ${i + 1} of ${cells.length}: ${cellName(cell)}`),
                  Effect.apSecond(runCell(cell, { ...inputs, data, encode }, tokenizer)),
                ),
            Effect.map((accuracy): CellOutcome => ({ tag: 'Reached', cell, accuracy })),
            orDiverged(cell),
            Effect.tap(() => reportProgress({ label: 'runs', done: i + 1, total: cells.length, fields: {} })),
          ),
        ),
      ),
    ),
  )

/** The domains that pairs name, each once; `undefined` stands for all. */
const domainsOf = (pairs: Study['pairs']): readonly string[] | undefined =>
  pairs === undefined || pairs === 'all'
    ? undefined
    : [...new Set(pairs.flatMap(({ source, target }) => [source, target]))]

const chosenPairs = (data: DataSet, pairs: Study['pairs']): readonly DomainPair[] => {
  if (pairs === undefined) return usualPairs(data)
  return pairs === 'all' ? allPairs(data.domains.map(({ name }) => name)) : pairs
}

/** How many classes each of the domains has images of. */
const sharedClasses = ({ classes, domains }: DataSet): number => {
  const present = domains.map(({ training }) => new Set(training.map(({ label }) => label)))
  return classes.filter((_, label) => present.every((labels) => labels.has(label))).length
}

/** The columns: pairs of two domains each. */
const checkPairs = (root: string, pairs: readonly DomainPair[]): E.Either<Failure, readonly DomainPair[]> => {
  const same = pairs.find(({ source, target }) => source === target)
  if (same !== undefined) {
    return E.left({
      tag: 'InvalidSetting',
      field: 'pairs',
      problem: `${same.source}:${same.target} is one domain`,
      advice: 'name two different ones',
    })
  }
  return pairs.length > 0
    ? E.right(pairs)
    : E.left({
        tag: 'InvalidSetting',
        field: 'data',
        at: root,
        problem: 'there are no two domains in it',
        advice: 'adaptation needs a source and a target',
      })
}

const studyResult = (
  {
    variants,
    pairs,
    seeds,
  }: Pick<StudyResult, 'pairs' | 'seeds'> & { readonly variants: readonly Variant[] },
  found: StudyFacts,
  outcomes: readonly CellOutcome[],
): StudyResult => ({
  ...found,
  pairs,
  seeds,
  rows: variants.map((variant) => ({
    name: variant.name,
    chosenOnLabels: chosenOnLabels(variant.configuration.method, variant.configuration.preset),
    runs: outcomes.flatMap((outcome) => {
      const { cell } = outcome
      if (cell.variant !== variant || outcome.tag === 'Failed') return []
      const { source, target, seed } = cell
      const { accuracy } = outcome
      const dependence = dependenceOf(variant)
      return [
        {
          target,
          accuracy,
          ...(dependence.source ? { source } : {}),
          ...(dependence.seed ? { seed } : {}),
        },
      ]
    }),
  })),
  failed: outcomes.flatMap((outcome) =>
    outcome.tag === 'Failed' ? [{ run: cellName(outcome.cell), reason: outcome.reason }] : [],
  ),
})

/**
 * Does all runs of a study that are not done yet, and gathers what all of them reached. Started again, it reads back
 * what is done and goes on with what was interrupted; it may then have more variants, pairs or seeds.
 *
 * Fails with `InvalidSetting` where a directory holds a run with other options, or of another CLIP or other images, and, before any
 * run begins, where the settings of one do not fit the CLIP or its training cannot be meant (see `checkTraining`). A run that diverges is reported in the
 * result; any other failure ends the study.
 *
 * @example
 * const variants = () => [methodVariant(configuration)]
 * const study: Study = { directory: 'runs/table', data: 'pacs', clip: 'clip.safetensors', variants, seeds: [1, 2, 3] }
 * interpret(runStudy(study, { tokenizer: clipTokenizer, strict: false }))
 */
export const runStudy = (study: Study, options: StudyOptions): Effect.Effect<StudyResult> => {
  const { directory, data: root, layout, classNames, seeds } = study
  return pipe(
    Effect.Do,
    Effect.bind('clip', () => readClip(study.clip, { activation: study.activation })),
    Effect.bind('data', () =>
      readDataSet(root, { layout, classNames, domains: domainsOf(study.pairs), strict: options.strict }),
    ),
    Effect.bindEither('pairs', ({ data }) => checkPairs(root, chosenPairs(data, study.pairs))),
    Effect.bindEither('checked', ({ clip, data, pairs }) => {
      const adaptable = adaptableClip(clip)
      return pipe(
        study.variants(levelWidths(clip.architecture).length),
        E.traverseArray(variantOn(adaptable.towers)),
        E.map((variants) => ({ adaptable, variants, cells: studyCells(directory, variants, pairs, seeds) })),
        E.tap(({ cells }) =>
          pipe(
            cells,
            E.traverseArray((cell) => checkTraining(cellConfiguration(cell), data)),
          ),
        ),
      )
    }),
    Effect.flatMap(({ clip, data, pairs, checked: { adaptable, variants, cells } }) =>
      pipe(
        cellOutcomes(cells, { clip: adaptable, clipDigest: digestOfClip(adaptable), data }, options),
        Effect.map((outcomes) =>
          studyResult(
            { variants, pairs, seeds },
            {
              layout: data.layout,
              backbone: backboneName(clip.architecture),
              classCount: sharedClasses(data),
            },
            outcomes,
          ),
        ),
      ),
    ),
  )
}
