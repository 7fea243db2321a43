/** What a study compares: ways to adapt, each a row of its table. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TargetShift } from '../../data/target-shift.js'
import { targetShiftName } from '../../data/target-shift.js'
import type { Failure } from '../../effects/failure.js'
import type { MethodName } from '../../methods/index.js'
import { ablationRows, alikeRows, definitionOf, resolvedFor } from '../../methods/index.js'
import type { ClipTowers } from '../../model/index.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'
import { checkSettings } from '../adaptation/task.js'
import { takesSteps } from '../encoding/training-views.js'

export interface Variant<N extends MethodName = MethodName> {
  /** The row's name. */
  readonly name: string
  /** Folder of its runs. */
  readonly folder: string
  /** The configuration of its runs, but for source, target and seed, which are each run's own. */
  readonly configuration: AdaptationConfiguration<N>
}

/** What, apart from the target, makes a difference to the runs of a variant. */
export interface Dependence {
  readonly source: boolean
  readonly seed: boolean
}

/**
 * A method that learns nothing depends on the target, and on the source if it reads that; initial parameters depend on the seed, but on no
 * source.
 */
export const dependenceOf = ({ configuration }: Variant): Dependence => ({
  source: takesSteps(configuration) || definitionOf(configuration.method).readsSource,
  seed: definitionOf(configuration.method).learns,
})

/** A method's row; a method with presets has one for each of them. */
export const methodVariant = (configuration: AdaptationConfiguration): Variant => {
  const { method, preset } = configuration
  const { title } = definitionOf(method)
  return preset === undefined
    ? { name: title, folder: method, configuration }
    : { name: `${title} (${preset})`, folder: `${method}-${preset}`, configuration }
}

/** The row of a variant's initial parameters, no step taken; none for a method that learns nothing. */
export const beforeTraining = ({ name, folder, configuration }: Variant): readonly Variant[] =>
  definitionOf(configuration.method).learns
    ? [
        {
          name: `${name}, before training`,
          folder: `${folder}-before-training`,
          configuration: { ...configuration, untrained: true },
        },
      ]
    : []

/** The images that targets have: some of their domains' by a label shift, or all of them. */
export type TargetKind = TargetShift | undefined

/**
 * Rows on several kinds of targets: all rows on the first kind, then all on the next. Runs on shifted targets have folders of their own,
 * `coop-few-classes-3`; those on whole targets, and those of one kind alone, lie where they always do.
 *
 * @example
 * const few = { kind: 'few-classes', classes: 3, seed: 1 } as const
 * onTargets([undefined, few], [methodVariant(configuration)]).map(({ folder }) => folder)
 */
export const onTargets = (kinds: readonly TargetKind[], variants: readonly Variant[]): readonly Variant[] =>
  kinds.flatMap((targetShift) => {
    if (targetShift === undefined) return variants
    const ending = kinds.length === 1 ? '' : `-${targetShiftName(targetShift).replaceAll(':', '-')}`
    return variants.map(({ name, folder, configuration }) => ({
      name,
      folder: `${folder}${ending}`,
      configuration: { ...configuration, targetShift },
    }))
  })

/** A variant on a CLIP: settings that are `released` have their values for it. Fails where others do not fit it. */
export const variantOn =
  (towers: ClipTowers) =>
  (variant: Variant): E.Either<Failure, Variant> => {
    const configuration = resolvedFor(variant.configuration, towers)
    return pipe(
      checkSettings(configuration, towers),
      E.map(() => ({ ...variant, configuration })),
    )
  }

/** The rows of a study, from the number of levels of the image encoder. */
export type VariantsByLevels<N extends MethodName = MethodName> = (levels: number) => readonly Variant<N>[]

/**
 * The rows of an ablation of `base`'s method, each `base` but for one thing. `values` are those that a number takes: the
 * usual ones if not given.
 *
 * Fails with `InvalidSetting` where the method has no such ablation, where values are given to one that takes none, and where
 * two rows would be the same run.
 *
 * @example
 * const rows = ablationVariants('losses', configuration)
 */
export const ablationVariants = <N extends MethodName>(
  over: string,
  base: AdaptationConfiguration<N>,
  values?: readonly number[],
): E.Either<Failure, VariantsByLevels<N>> => {
  const { title, ablations } = definitionOf<N>(base.method)
  const ablation = ablations[over]
  if (ablation === undefined) {
    const known = Object.keys(ablations)
    return E.left({
      tag: 'InvalidSetting',
      field: 'ablation',
      problem: `${title} has no ablation over ${over}`,
      advice: known.length === 0 ? 'take another method' : `it has ${known.join(', ')}`,
    })
  }
  if (ablation.tag === 'Parts' && values !== undefined) {
    return E.left({
      tag: 'InvalidSetting',
      field: 'values',
      problem: `an ablation over ${over} has none`,
      advice: 'leave it out',
    })
  }
  if (ablation.tag === 'Parts') {
    const alike = alikeRows(ablation.rows(base.settings))
    if (alike !== undefined) {
      return E.left({
        tag: 'InvalidSetting',
        field: 'ablation',
        problem: `rows '${alike[0].name}' and '${alike[1].name}' would be the same run`,
        advice: ablation.adviceWhenAlike,
      })
    }
  }
  return E.right((levels) =>
    ablationRows(ablation, base.settings, { values, levels }).map(({ settings, ...row }) => ({
      ...row,
      configuration: { ...base, settings },
    })),
  )
}
