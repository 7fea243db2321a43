/** Tables of text: columns as wide as their widest cell, numbers to the right. */
import { inert } from '../effects/printable.js'

const isNumeric = (cell: string): boolean => /^(< )?[-+]?[\d.]+(e[-+]?\d+)?%?$/i.test(cell) || cell === '-'

const isNumericColumn = (rows: readonly (readonly string[])[], column: number): boolean =>
  rows.length > 0 && rows.every((row) => isNumeric(row[column] ?? ''))

/** A heading and rows of cells as lines. */
export const textTable = (titles: readonly string[], lines: readonly (readonly string[])[]): string => {
  // A cell is in one line, whatever the names of classes and files hold.
  const [heading, rows] = [titles.map(inert), lines.map((cells) => cells.map(inert))]
  const widths = heading.map((title, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), title.length),
  )
  const numeric = heading.map((_, column) => isNumericColumn(rows, column))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [line(heading), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

const htmlReferences: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])

/** A text that Markdown shows as it is: no HTML, no link, no picture, no end of a line or of a cell. */
export const markdownText = (text: string): string =>
  inert(text).replaceAll(/[\\`*_[\]~|&<>]/g, (sign) => htmlReferences.get(sign) ?? `\\${sign}`)

/** The same table in Markdown. */
export const markdownTable = (heading: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`
  const marks = heading.map((_, column) => (isNumericColumn(rows, column) ? '---:' : '---'))
  return [line(heading), line(marks), ...rows.map(line)].join('\n')
}
