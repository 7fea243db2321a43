/** The runs of a study: one for each variant, pair and seed, each in a directory of its own. */
import { targetShiftName } from '../../data/target-shift.js'
import { join } from '../../effects/paths.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'
import type { DomainPair } from './domain-pair.js'
import type { Variant } from './variant.js'
import { dependenceOf } from './variant.js'

/** One run. Where nothing depends on source and seed, it stands for all of them. */
export interface Cell extends DomainPair {
  readonly variant: Variant
  readonly seed: number
  /** The same wherever the study lies, and however many rows, pairs and seeds it has: `ad-clip-robust/art-to-product/seed-1`. */
  readonly name: string
  /** The folder of that name in the study's. */
  readonly directory: string
}

const distinctBy = <A>(items: readonly A[], key: (item: A) => string): readonly A[] =>
  items.filter((item, i) => items.findIndex((other) => key(other) === key(item)) === i)

/** All runs, in the order in which they are done: row by row, seed by seed. */
export const studyCells = (
  directory: string,
  variants: readonly Variant[],
  pairs: readonly DomainPair[],
  seeds: readonly number[],
): readonly Cell[] =>
  variants.flatMap((variant) => {
    const dependence = dependenceOf(variant)
    const columns = dependence.source ? pairs : distinctBy(pairs, ({ target }) => target)
    return (dependence.seed ? seeds : [variant.configuration.seed]).flatMap((seed) =>
      columns.map(({ source, target }): Cell => {
        const ofPair = `${variant.folder}/${source}-to-${target}`
        const name = dependence.seed ? `${ofPair}/seed-${seed}` : ofPair
        return { variant, source, target, seed, name, directory: join(directory, name) }
      }),
    )
  })

/** The whole configuration of a run. */
export const cellConfiguration = ({ variant, source, target, seed }: Cell): AdaptationConfiguration => ({
  ...variant.configuration,
  source,
  target,
  seed,
})

/** A run in words. */
export const describeCell = ({ variant, source, target, seed }: Cell): string => {
  const dependence = dependenceOf(variant)
  const { targetShift } = variant.configuration
  return [
    dependence.source ? `${variant.name}, ${source} → ${target}` : `${variant.name} on ${target}`,
    ...(targetShift === undefined ? [] : [targetShiftName(targetShift)]),
    ...(dependence.seed ? [`seed ${seed}`] : []),
  ].join(', ')
}
