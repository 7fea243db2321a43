/** Tables of a study as text, Markdown, CSV and JSON. */
import { keysOf } from '../dsl/documents/literals.js'
import type { FigureTable } from '../experiments/study/figure-table.js'
import type { Spread } from '../experiments/spread.js'
import { percentSpread } from '../experiments/spread.js'
import { inert, inertJson } from '../effects/printable.js'
import { csvLine } from './csv.js'
import { markdownTable, markdownText, textTable } from './table.js'

/** `85.2 ± 0.4`, `85.2`, or `-`. */
const figureText = (figure: Spread | undefined): string =>
  figure === undefined ? '-' : percentSpread(figure)

const cellsOf = ({ rows }: FigureTable): readonly (readonly string[])[] =>
  rows.map(({ names, figures }) => [...names, ...figures.map(figureText)])

/** A percentage with two more decimals than the text tables, for further computation. */
const csvNumber = (share: number | undefined): string =>
  share === undefined || Number.isNaN(share) ? '' : (100 * share).toFixed(3)

/** One line for each row; means and deviations in columns of their own, in %. Notes are left out. */
const csvTable = ({ heading, rows }: FigureTable): string =>
  [
    heading.flatMap((title, column) => (column < 2 ? [title] : [title, `${title} deviation`])),
    ...rows.map(({ names, figures }) => [
      ...names,
      ...figures.flatMap((figure) => [csvNumber(figure?.mean), csvNumber(figure?.deviation)]),
    ]),
  ]
    .map(csvLine)
    .join('\n')

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
  text: (tables: readonly FigureTable[]): string =>
    tables
      .map((table) =>
        [
          inert(table.title),
          '',
          textTable(table.heading, cellsOf(table)),
          ...table.notes.map((note) => `\n${inert(note)}`),
        ].join('\n'),
      )
      .join('\n\n'),
  markdown: (tables: readonly FigureTable[]): string =>
    tables
      .map((table) =>
        [
          markdownText(table.title),
          markdownTable(table.heading, cellsOf(table)),
          ...table.notes.map(markdownText),
        ].join('\n\n'),
      )
      .join('\n\n'),
  csv: (tables: readonly FigureTable[]): string =>
    tables.length === 1
      ? tables.map(csvTable).join('')
      : tables.map((table) => `${csvLine([table.title])}\n${csvTable(table)}`).join('\n\n'),
  json: (tables: readonly FigureTable[]): string => inertJson(tables.map(figuresAsJson), 2),
}

export type TableFormat = keyof typeof printers
export const tableFormats = keysOf(printers)

/** Tables with their titles and notes, in one of the formats. */
export const formatTables = (tables: readonly FigureTable[], format: TableFormat): string =>
  printers[format](tables)
