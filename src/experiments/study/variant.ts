/** What a study compares: ways to adapt, each a row of its table. */
import type { MethodName } from '../../methods/index.js'
import type { AdClipLossWeights } from '../../methods/index.js'
import { presets } from '../../methods/index.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'

export interface Variant {
  /** The row's name. */
  readonly name: string
  /** Folder of its runs. */
  readonly folder: string
  /** The configuration of its runs, but for source, target and seed, which are each run's own. */
  readonly configuration: AdaptationConfiguration
}

/** Zero-shot CLIP learns nothing, so neither source nor seed make a difference to it. */
export const dependsOnTargetAlone = ({ configuration: { method } }: Variant): boolean =>
  method === 'zero-shot'

const methodTitles: Readonly<Record<MethodName, string>> = {
  'ad-clip': 'AD-CLIP',
  coop: 'CoOp',
  cocoop: 'CoCoOp',
  dapl: 'DAPL',
  'zero-shot': 'CLIP zero-shot',
}

/** A method's row; AD-CLIP has one for each preset. */
export const methodVariant = (configuration: AdaptationConfiguration): Variant => {
  const { method, preset } = configuration
  const title = methodTitles[method]
  return method === 'ad-clip'
    ? { name: `${title} (${preset})`, folder: `${method}-${preset}`, configuration }
    : { name: title, folder: method, configuration }
}

/** What the paper takes away, or varies, to see what it is for; and what preset `robust` adds to it. */
export const ablations = ['losses', 'imageTokens', 'levels', 'remedies'] as const
export type Ablation = (typeof ablations)[number]

/** The terms of the loss beside the cross entropy, under the paper's names. */
const optionalTerms = [
  { name: 'smn', weight: 'styleMapping' },
  { name: 'em', weight: 'entropy' },
  { name: 'kl', weight: 'divergence' },
] as const

const subsets = <A>(items: readonly A[]): readonly (readonly A[])[] =>
  items.reduce<readonly (readonly A[])[]>(
    (sets, item) => [...sets, ...sets.map((set) => [...set, item])],
    [[]],
  )

/** AD-CLIP with the cross entropy and every choice of the other three terms, the fewest terms first. */
const lossVariants = (base: AdaptationConfiguration): readonly Variant[] =>
  subsets(optionalTerms)
    .toSorted((a, b) => a.length - b.length)
    .map((kept) => {
      const off: Partial<AdClipLossWeights> = Object.fromEntries(
        optionalTerms.filter((term) => !kept.includes(term)).map(({ weight }) => [weight, 0]),
      )
      return {
        name: ['L_ce', ...kept.map(({ name }) => `L_${name}`)].join(' + '),
        folder: ['ce', ...kept.map(({ name }) => name)].join('-'),
        configuration: { ...base, lossWeights: { ...base.lossWeights, ...off } },
      }
    })

/** The switches of preset `robust` that remedy something, each with what a row without it is called. */
const remedies = [
  { remedy: 'context', name: 'without the start at zero-shot CLIP' },
  { remedy: 'entropy', name: 'without mutual information' },
  { remedy: 'pseudoLabels', name: 'without pseudo-labels' },
  { remedy: 'alignment', name: 'without alignment' },
  { remedy: 'selection', name: 'without selection' },
] as const

/** AD-CLIP as it is, and with each remedy taken back to what the paper has in its place. */
const remedyVariants = (base: AdaptationConfiguration): readonly Variant[] => [
  { name: 'all remedies', folder: 'all-remedies', configuration: base },
  ...remedies.map(({ remedy, name }) => ({
    name,
    folder: name.replaceAll(' ', '-'),
    configuration: { ...base, switches: { ...base.switches, [remedy]: presets.paper[remedy] } },
  })),
]

/** First, half and all of the levels, and the quarters between. */
const quarters = (levels: number): readonly number[] => [
  ...new Set([1, ...[0.25, 0.5, 0.75, 1].map((share) => Math.max(1, Math.round(share * levels)))]),
]

interface AblationSettings {
  /** Values of `imageTokens` or `levels`; the usual ones if not given. */
  readonly values?: readonly number[] | undefined
  /** Levels that the image encoder has. */
  readonly levels: number
}

/** The rows of an ablation of AD-CLIP, each `base` but for one thing. */
export const ablationVariants = (
  over: Ablation,
  base: AdaptationConfiguration,
  { values, levels }: AblationSettings,
): readonly Variant[] => {
  switch (over) {
    case 'losses':
      return lossVariants(base)
    case 'imageTokens':
      return (values ?? [1, 2, 4, 6, 8]).map((imageTokens) => ({
        name: `L = ${imageTokens}`,
        folder: `image-tokens-${imageTokens}`,
        configuration: { ...base, imageTokens },
      }))
    case 'remedies':
      return remedyVariants(base)
    case 'levels':
      return (values ?? quarters(levels)).map((count) => ({
        name: `M = ${count}`,
        folder: `levels-${count}`,
        configuration: { ...base, levels: count },
      }))
  }
}
