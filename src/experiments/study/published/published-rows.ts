/** The published rows that a table of a study shows before its own. */
import type { LayoutName } from '../../../data/layouts.js'
import type { TargetShift } from '../../../data/target-shift.js'
import type { FigureRow, FigureTable } from '../figure-table.js'
import type { Spread } from '../../spread.js'
import type { PublishedRow, PublishedTable } from './published-table.js'
import { lookup } from '../../../values/record.js'

/** What of a study decides which published rows its own can be compared with. */
export interface StudyFacts {
  readonly layout: LayoutName
  /** Name of the image encoder. */
  readonly backbone: string
  /** How many classes each of its domains has images of. */
  readonly classCount: number
  /** Which images its targets have, where they do not have all: nothing that is published can be compared then. */
  readonly targetShift?: TargetShift | undefined
}

/** A printed figure in %. A printed deviation is over five seeds: those of the released scripts. */
const printed = (percentage: number | undefined, deviation?: number): Spread | undefined => {
  if (percentage === undefined) return undefined
  return deviation === undefined
    ? { mean: percentage / 100, deviation, count: 1 }
    : { mean: percentage / 100, deviation: deviation / 100, count: 5 }
}

/** The figures of a row in these columns, and its average if they are all of its table's. */
const figuresIn = (
  { accuracies, average, deviation }: PublishedRow,
  columns: readonly string[],
  all: readonly string[],
): FigureRow['figures'] => [
  ...columns.map((column) => printed(lookup(column, accuracies))),
  columns.length === all.length ? printed(average, deviation) : undefined,
]

/** Where rows are printed, and which weights they are of. */
const notesOn = (rows: readonly PublishedRow[]): readonly string[] => {
  const sources = [...new Set(rows.map(({ source }) => source))]
  const choosing = [
    ...new Set(rows.filter(({ choosesOnTarget }) => choosesOnTarget).map(({ method }) => method)),
  ].join(' and ')
  return [
    ...sources.map(({ label, citation }) => `${label}: ${citation}`),
    ...(choosing === ''
      ? []
      : [
          `the released code of ${choosing} keeps the epoch with the best accuracy on the target's test images: published figures of ${choosing} are chosen with labels of the target, those of this program without`,
        ]),
  ]
}

/**
 * The rows of one of these tables, and their notes: of the table of the study's data set with all of its classes, if it
 * has all columns of the study and the study all images of its targets; of the study's image encoder, or of all if there is none of it. No rows if there is no such
 * table. Rows without a figure in these columns are left out.
 */
export const publishedRows = (
  tables: readonly PublishedTable[],
  { layout, backbone, classCount, targetShift }: StudyFacts,
  columns: readonly string[],
): Pick<FigureTable, 'rows' | 'notes'> => {
  const table = tables.find((each) => each.layout === layout && each.classCount === classCount)
  if (
    table === undefined ||
    targetShift !== undefined ||
    !columns.every((column) => table.columns.includes(column))
  ) {
    return { rows: [], notes: [] }
  }
  const known = table.rows
    .map((row) => ({ row, figures: figuresIn(row, columns, table.columns) }))
    .filter(({ figures }) => figures.some((figure) => figure !== undefined))
  const ofBackbone = known.filter(({ row }) => row.backbone === backbone)
  const shown = ofBackbone.length > 0 ? ofBackbone : known
  return {
    rows: shown.map(({ row, figures }) => ({
      names: [`${row.method}, ${row.source.label}`, row.backbone],
      figures,
    })),
    notes: notesOn(shown.map(({ row }) => row)),
  }
}
