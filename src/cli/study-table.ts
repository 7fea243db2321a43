/** Tables of a study, and comparisons of their rows, as text, Markdown, CSV and JSON. */
import { keysOf } from '../dsl/documents/literals.js'
import type { FigureTable } from '../experiments/study/figure-table.js'
import type { PairedComparison, PairedRow } from '../experiments/study/paired-comparison.js'
import type { Spread } from '../experiments/spread.js'
import { percentSpread } from '../experiments/spread.js'
import { counted } from '../effects/counted.js'
import { inert, inertJson } from '../effects/printable.js'
import { csvLine } from './csv.js'
import { markdownTable, markdownText, textTable } from './table.js'

/** `85.2 ± 0.4`, `85.2`, or `-`. */
const figureText = (figure: Spread | undefined): string =>
  figure === undefined ? '-' : percentSpread(figure)

/** A comparison of the rows of a table, with a title and notes. */
export interface ComparisonTable {
  readonly title: string
  readonly comparison: PairedComparison
  readonly notes: readonly string[]
}

const isComparison = (table: PrintedTable): table is ComparisonTable => 'comparison' in table

/** What is printed of a study. */
export type PrintedTable = FigureTable | ComparisonTable

/** A comparison of the rows of a table, which has this title. */
export const comparisonTable = (title: string, comparison: PairedComparison): ComparisonTable => ({
  title: `differences from ${comparison.reference}, in points of: ${title}`,
  comparison,
  notes: [
    'p, seeds: would other seeds show the difference on these pairs? Signs are flipped run by run. p, pairs: would other pairs show it? Signs are flipped pair by pair, since runs of one pair share its images.',
    `Both are two-sided sign-flip tests of the mean, corrected by Holm for the number of rows. With ${counted(comparison.pairs, 'pair')} no p over pairs is below ${2 / 2 ** comparison.pairs}.`,
  ],
})

const comparisonHeading = ['method', 'difference', 'runs', 'below', 'worst', 'p, seeds', 'p, pairs']

/** Points of a percentage with their sign: `+1.5`. */
const points = (share: number): string => {
  if (Number.isNaN(share)) return '-'
  const text = (100 * share).toFixed(1)
  return share > 0 ? `+${text}` : text
}

const pText = (p: number | undefined): string => {
  if (p === undefined) return '-'
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

const comparedCells = ({ name, difference, runs, below, worst, overSeeds, overPairs }: PairedRow) => [
  ...[name, points(difference), String(runs), String(below), points(worst)],
  ...[pText(overSeeds), pText(overPairs)],
]

const cellsOf = ({ rows }: FigureTable): readonly (readonly string[])[] =>
  rows.map(({ names, figures }) => [...names, ...figures.map(figureText)])

/** A percentage with two more decimals than the text tables, for further computation. */
const csvNumber = (share: number | undefined): string =>
  share === undefined || Number.isNaN(share) ? '' : (100 * share).toFixed(3)

/** A p-value with enough decimals for further computation. */
const csvP = (p: number | undefined): string => (p === undefined ? '' : p.toFixed(6))

const csvComparison = ({ comparison: { reference, rows } }: ComparisonTable): string =>
  [
    ['method', 'reference', ...comparisonHeading.slice(1)],
    ...rows.map(({ name, difference, runs, below, worst, overSeeds, overPairs }) => [
      ...[name, reference, csvNumber(difference), runs, below, csvNumber(worst)],
      ...[csvP(overSeeds), csvP(overPairs)],
    ]),
  ]
    .map(csvLine)
    .join('\n')

/** One line for each row; means and deviations in columns of their own, in %. Notes are left out. */
const csvFigures = ({ heading, rows }: FigureTable): string =>
  [
    heading.flatMap((title, column) => (column < 2 ? [title] : [title, `${title} deviation`])),
    ...rows.map(({ names, figures }) => [
      ...names,
      ...figures.flatMap((figure) => [csvNumber(figure?.mean), csvNumber(figure?.deviation)]),
    ]),
  ]
    .map(csvLine)
    .join('\n')

const csvTable = (table: PrintedTable): string =>
  isComparison(table) ? csvComparison(table) : csvFigures(table)

/** The heading and the rows of a table as cells of text. */
const asCells = (table: PrintedTable): readonly [readonly string[], readonly (readonly string[])[]] =>
  isComparison(table)
    ? [comparisonHeading, table.comparison.rows.map(comparedCells)]
    : [table.heading, cellsOf(table)]

const comparisonAsJson = ({ title, comparison: { reference, pairs, rows }, notes }: ComparisonTable) => ({
  title,
  reference,
  pairs,
  rows: rows.map(({ name, overSeeds, overPairs, ...row }) => ({
    method: name,
    ...row,
    overSeeds: overSeeds ?? null,
    overPairs: overPairs ?? null,
  })),
  notes,
})

const figuresAsJson = ({ title, heading, rows, notes }: FigureTable) => ({
  title,
  rows: rows.map(({ names: [method, backbone], figures }) => ({
    method,
    backbone,
    figures: Object.fromEntries(figures.map((figure, i) => [heading[i + 2] ?? '', figure ?? null])),
  })),
  notes,
})

/** How tables are printed, by name. Accuracies in JSON are in [0, 1]; CSV and JSON hold nothing but figures. */
const printers = {
  text: (tables: readonly PrintedTable[]): string =>
    tables
      .map((table) =>
        [
          inert(table.title),
          '',
          textTable(...asCells(table)),
          ...table.notes.map((note) => `\n${inert(note)}`),
        ].join('\n'),
      )
      .join('\n\n'),
  markdown: (tables: readonly PrintedTable[]): string =>
    tables
      .map((table) =>
        [markdownText(table.title), markdownTable(...asCells(table)), ...table.notes.map(markdownText)].join(
          '\n\n',
        ),
      )
      .join('\n\n'),
  csv: (tables: readonly PrintedTable[]): string =>
    tables.length === 1
      ? tables.map(csvTable).join('')
      : tables.map((table) => `${csvLine([table.title])}\n${csvTable(table)}`).join('\n\n'),
  json: (tables: readonly PrintedTable[]): string =>
    inertJson(
      tables.map((table) => (isComparison(table) ? comparisonAsJson(table) : figuresAsJson(table))),
      2,
    ),
}

export type TableFormat = keyof typeof printers
export const tableFormats = keysOf(printers)

/** Tables with their titles and notes, in one of the formats. */
export const formatTables = (tables: readonly PrintedTable[], format: TableFormat): string =>
  printers[format](tables)
