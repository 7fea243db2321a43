/** The ablations of AD-CLIP: the paper's, and what preset `robust` adds to it. */
import type { Ablation, AblationRow } from '../ablation.js'
import { presets } from './presets.js'
import type { AdClipSettings } from './settings.js'

/** The terms of the loss other than the cross entropy, under the paper's names. */
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

/** The cross entropy with every choice of the other three terms, the fewest terms first. */
const losses: Ablation<AdClipSettings> = {
  tag: 'Parts',
  adviceWhenAlike: 'give each term of the loss a weight above 0',
  rows: (settings) =>
    subsets(optionalTerms)
      .toSorted((a, b) => a.length - b.length)
      .map((kept): AblationRow<AdClipSettings> => {
        const off = Object.fromEntries(
          optionalTerms.filter((term) => !kept.includes(term)).map(({ weight }) => [weight, 0]),
        )
        return {
          name: ['L_ce', ...kept.map(({ name }) => `L_${name}`)].join(' + '),
          folder: ['ce', ...kept.map(({ name }) => name)].join('-'),
          settings: { ...settings, lossWeights: { ...settings.lossWeights, ...off } },
        }
      }),
}

/** How many image tokens there are. */
const imageTokens: Ablation<AdClipSettings> = {
  tag: 'Values',
  usual: () => [1, 2, 4, 6, 8],
  row: (settings, value) => ({
    name: `L = ${value}`,
    folder: `image-tokens-${value}`,
    settings: { ...settings, imageTokens: value },
  }),
}

/** How many levels are read: usually the first, a half and all, and the quarters between. */
const levels: Ablation<AdClipSettings> = {
  tag: 'Values',
  usual: (available) => [
    ...new Set([1, ...[0.25, 0.5, 0.75, 1].map((share) => Math.max(1, Math.round(share * available)))]),
  ],
  row: (settings, value) => ({
    name: `M = ${value}`,
    folder: `levels-${value}`,
    settings: { ...settings, levels: value },
  }),
}

/** The switches of preset `robust` that remedy something, each with what a row without it is called. */
const remedied = [
  { remedy: 'context', name: 'without the start at zero-shot CLIP' },
  { remedy: 'entropy', name: 'without mutual information' },
  { remedy: 'pseudoLabels', name: 'without pseudo-labels' },
  { remedy: 'alignment', name: 'without alignment' },
  { remedy: 'selection', name: 'without selection' },
] as const

/** AD-CLIP as it is, and with each remedy taken back to what the paper has in its place. */
const remedies: Ablation<AdClipSettings> = {
  tag: 'Parts',
  adviceWhenAlike: 'begin with preset robust, which has all remedies',
  rows: (settings) => [
    { name: 'all remedies', folder: 'all-remedies', settings },
    ...remedied.map(({ remedy, name }) => ({
      name,
      folder: name.replaceAll(' ', '-'),
      settings: { ...settings, switches: { ...settings.switches, [remedy]: presets.paper[remedy] } },
    })),
  ],
}

export const adClipAblations = { losses, imageTokens, levels, remedies }
