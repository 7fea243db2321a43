/** Published accuracies, for comparison with this project's own. */

/** A row of a published table: accuracy on the target in %, by pair of domains, as printed. */
export interface PublishedRow {
  readonly method: string
  readonly backbone: string
  /** `source→target` to accuracy. */
  readonly accuracies: Readonly<Record<string, number>>
  /** The mean over pairs, as printed: it can differ in the last digit from the mean of the rounded entries. */
  readonly average: number
}

interface PublishedTable {
  /** Where it is printed. */
  readonly source: string
  readonly rows: readonly PublishedRow[]
}

/** The key of a pair. */
export const pairKey = (source: string, target: string): string => `${source}→${target}`

const officeHomePairs = [
  pairKey('art', 'clipart'),
  pairKey('art', 'product'),
  pairKey('art', 'real_world'),
  pairKey('clipart', 'art'),
  pairKey('clipart', 'product'),
  pairKey('clipart', 'real_world'),
  pairKey('product', 'art'),
  pairKey('product', 'clipart'),
  pairKey('product', 'real_world'),
  pairKey('real_world', 'art'),
  pairKey('real_world', 'clipart'),
  pairKey('real_world', 'product'),
] as const

/** A row in the order of the pairs, the average last. */
const row = (method: string, backbone: string, printed: readonly number[]): PublishedRow => ({
  method,
  backbone,
  accuracies: Object.fromEntries(officeHomePairs.map((pair, i) => [pair, printed[i] ?? Number.NaN])),
  average: printed[officeHomePairs.length] ?? Number.NaN,
})

/** Office-Home, the paper's main table. */
export const publishedOfficeHome: PublishedTable = {
  source: 'Singha et al., AD-CLIP (ICCV Workshops 2023, arXiv 2308.05659), table of Office-Home',
  rows: [
    row(
      'CLIP zero-shot',
      'RN50',
      [51.6, 81.9, 82.6, 71.9, 81.9, 82.6, 71.9, 51.6, 82.6, 71.9, 51.6, 81.9, 72.0],
    ),
    row('DAPL', 'RN50', [54.1, 84.3, 84.8, 74.4, 83.7, 85.0, 74.5, 54.6, 84.8, 75.2, 54.7, 83.8, 74.5]),
    row('AD-CLIP', 'RN50', [55.4, 85.2, 85.6, 76.1, 85.8, 86.2, 76.7, 56.1, 85.4, 76.8, 56.1, 85.5, 75.9]),
    row(
      'CLIP zero-shot',
      'ViT-B/16',
      [67.8, 89.0, 89.8, 82.9, 89.0, 89.8, 82.9, 67.8, 89.8, 82.9, 67.8, 89.0, 82.4],
    ),
    row('DAPL', 'ViT-B/16', [70.6, 90.2, 91.0, 84.9, 89.2, 90.9, 84.8, 70.5, 90.6, 84.8, 70.1, 90.8, 84.0]),
    row(
      'AD-CLIP',
      'ViT-B/16',
      [70.9, 92.5, 92.1, 85.4, 92.4, 92.5, 86.7, 74.3, 93.0, 86.9, 72.6, 93.8, 86.1],
    ),
    row(
      'CLIP zero-shot',
      'ViT-L/14',
      [74.2, 93.1, 93.3, 87.3, 93.1, 93.3, 87.3, 74.2, 93.3, 87.3, 74.2, 93.1, 87.0],
    ),
    row('DAPL', 'ViT-L/14', [77.3, 94.6, 94.3, 88.6, 94.6, 94.0, 88.8, 76.8, 94.0, 89.0, 77.8, 94.4, 88.7]),
    row(
      'AD-CLIP',
      'ViT-L/14',
      [80.3, 95.4, 95.7, 90.9, 95.5, 95.2, 90.1, 79.6, 95.1, 90.8, 81.1, 95.9, 90.5],
    ),
  ],
}
