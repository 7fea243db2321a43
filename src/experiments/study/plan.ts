/** The plan of a study: all of its runs as values, before any of them begins. The same study gives the same plan everywhere. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { DataSet } from '../../data/data-set.js'
import type { LayoutName } from '../../data/index.js'
import { readDataSet } from '../../data/read-data-set.js'
import { withTargetShift } from '../../data/target-shift.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { readClip } from '../../formats/checkpoints/clip-checkpoint.js'
import type { BlockActivation } from '../../model/index.js'
import { levelWidths } from '../../model/index.js'
import { checkTraining } from '../adaptation/check-training.js'
import type { RunInputs } from '../adaptation/run-inputs.js'
import { digestOfClip } from '../adaptation/run-inputs.js'
import { adaptableClip } from '../encoding/adaptable-clip.js'
import { backboneName } from './backbone-name.js'
import type { Cell } from './cell.js'
import { cellConfiguration, studyCells } from './cell.js'
import type { DomainPair } from './domain-pair.js'
import { allPairs, usualPairs } from './domain-pair.js'
import type { StudyFacts } from './published/published-rows.js'
import type { Variant } from './variant.js'
import { variantOn } from './variant.js'
import { checkStudyDirectory } from './study-directory.js'

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

/** What all runs of a study read. */
export type CellInputs = Pick<RunInputs, 'clip' | 'clipDigest' | 'data'>

/** A study that can be run: its rows, columns and runs, and what they read. */
export interface StudyPlan {
  readonly directory: string
  readonly facts: Omit<StudyFacts, 'targetShift'>
  readonly variants: readonly Variant[]
  readonly pairs: readonly DomainPair[]
  readonly seeds: readonly number[]
  /** All runs in the order of their numbers: cell 0 is the first. */
  readonly cells: readonly Cell[]
  readonly inputs: CellInputs
}

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

/**
 * Reads the CLIP of a study, lists its images, and gives its runs. Nothing is computed or written.
 *
 * Fails with `OutputTaken`, before anything is read, where the study cannot be in its directory (see `checkStudyDirectory`), with
 * `InvalidSetting` where the data set lacks a domain, where a row's settings do not fit the CLIP, and where a training
 * cannot be meant (see `checkTraining`).
 *
 * @example
 * const variants = () => [methodVariant(configuration)]
 * const study: Study = { directory: 'runs/table', data: 'pacs', clip: 'clip.safetensors', variants, seeds: [1, 2, 3] }
 * pipe(planStudy(study, { strict: false }), Effect.map(({ cells }) => cells.map(({ name }) => name)))
 */
export const planStudy = (
  study: Study,
  { strict }: { readonly strict: boolean },
): Effect.Effect<StudyPlan> => {
  const { directory, data: root, layout, classNames, seeds } = study
  return pipe(
    Effect.Do,
    Effect.tap(() => checkStudyDirectory(directory)),
    Effect.bind('checkpoint', () => readClip(study.clip, { activation: study.activation })),
    Effect.bind('data', () =>
      readDataSet(root, { layout, classNames, domains: domainsOf(study.pairs), strict }),
    ),
    Effect.bindEither('pairs', ({ data }) => checkPairs(root, chosenPairs(data, study.pairs))),
    Effect.let('clip', ({ checkpoint }) => adaptableClip(checkpoint)),
    Effect.bindEither('variants', ({ checkpoint, clip }) =>
      pipe(
        study.variants(levelWidths(checkpoint.architecture).length),
        E.traverseArray(variantOn(clip.towers)),
      ),
    ),
    Effect.let('cells', ({ variants, pairs }) => studyCells(directory, variants, pairs, seeds)),
    Effect.tapEither(({ cells, data }) =>
      pipe(
        cells,
        E.traverseArray((cell) => {
          const configuration = cellConfiguration(cell)
          return checkTraining(configuration, withTargetShift(data, cell.target, configuration.targetShift))
        }),
      ),
    ),
    Effect.map(({ checkpoint, clip, data, pairs, variants, cells }) => ({
      directory,
      facts: {
        layout: data.layout,
        backbone: backboneName(checkpoint.architecture),
        classCount: sharedClasses(data),
      },
      variants,
      pairs,
      seeds,
      cells,
      inputs: { clip, clipDigest: digestOfClip(clip), data },
    })),
  )
}
