/** Published accuracies, for comparison with this project's own. */
import type { LayoutName } from '../../../data/layouts.js'

/** Where figures are printed. */
export interface PublishedSource {
  /** Of the rows, after the method: `published`, `DAPL README`. */
  readonly label: string
  readonly citation: string
}

/** A row of a published table: accuracy on the target in %, as printed. */
export interface PublishedRow {
  readonly method: string
  /** Of the image encoder, as `publishedNames` has it. */
  readonly backbone: string
  readonly source: PublishedSource
  /** By column; none where only the average is printed. */
  readonly accuracies: Readonly<Record<string, number>>
  /** The mean over columns, as printed: it can differ in the last digit from the mean of the rounded entries. */
  readonly average: number
  /** Of the average over seeds, where it is printed. */
  readonly deviation?: number
  /** Whether its released trainer keeps the epoch that is best on the target's test images. */
  readonly choosesOnTarget: boolean
}

/** What was published for a whole data set. */
export interface PublishedTable {
  readonly layout: LayoutName
  /** The number of its classes: figures for a subset of them cannot be compared. */
  readonly classCount: number
  /** Pairs as `pairKey` writes them, or names of classes. */
  readonly columns: readonly string[]
  readonly rows: readonly PublishedRow[]
}

/** A pair of domains as a column of published tables. */
export const pairKey = (source: string, target: string): string => `${source}→${target}`

/** Every domain to every other one, in the order in which tables print them. */
export const pairKeys = (domains: readonly string[]): readonly string[] =>
  domains.flatMap((source) =>
    domains.filter((target) => target !== source).map((target) => pairKey(source, target)),
  )

export const adClipPaper: PublishedSource = {
  label: 'published',
  citation: 'Singha et al., AD-CLIP (ICCV Workshops 2023, arXiv 2308.05659), table of Office-Home',
}
export const daplReadme: PublishedSource = {
  label: 'DAPL README',
  citation: 'README of LeapLabTHU/DAPrompt, the code of Ge et al., DAPL (arXiv 2202.06687)',
}
/** Of the weights that come with the code: one run, with seed 2. */
export const daplLog: PublishedSource = {
  label: 'DAPL log',
  citation:
    'output/eval.txt of LeapLabTHU/DAPrompt: the released weights of one run, evaluated by its authors',
}

/** Methods whose released trainers evaluate the target's test images after each epoch and keep the best weights. */
const choosingOnTarget: readonly string[] = ['AD-CLIP', 'DAPL']

/** Makes the rows of a table: the figures of its columns, the average last. */
export const rowsOver =
  (columns: readonly string[]) =>
  (
    source: PublishedSource,
    method: string,
    backbone: string,
    printed: readonly number[],
    deviation?: number,
  ): PublishedRow => ({
    ...averageRow(source, method, backbone, printed[columns.length] ?? Number.NaN, deviation),
    accuracies: Object.fromEntries(columns.map((column, i) => [column, printed[i] ?? Number.NaN])),
  })

/** A row of which only the average is printed. */
export const averageRow = (
  source: PublishedSource,
  method: string,
  backbone: string,
  average: number,
  deviation?: number,
): PublishedRow => ({
  method,
  backbone,
  source,
  accuracies: {},
  average,
  ...(deviation === undefined ? {} : { deviation }),
  choosesOnTarget: choosingOnTarget.includes(method),
})
