/** Parts of bench/RESULTS.md that a command writes, between marks. */
import { readFile, writeFile } from 'node:fs/promises'
import { inPackage } from './peer-command.js'

/** A table in Markdown, its columns as wide as their widest cell; all but the first `texts` columns to the right. */
export const markdownTable = (rows: readonly (readonly string[])[], texts = 0): string => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const aligned = rows.map((row) =>
    row.map((cell, column) =>
      column < texts ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  )
  const rule = widths.map((width, column) =>
    column < texts ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  const [head = [], ...body] = aligned
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** The text between the marks of a name replaced; at the end where there are none. */
const withSection = (text: string, name: string, command: string, section: string): string => {
  const [begin, end] = [`<!-- ${name}: made by ${command} -->`, `<!-- end of ${name} -->`]
  const [before, after] = [text.indexOf(begin), text.indexOf(end)]
  const marked = `${begin}\n\n${section}\n\n${end}`
  return before < 0 || after < before
    ? `${text.trimEnd()}\n\n${marked}\n`
    : `${text.slice(0, before)}${marked}${text.slice(after + end.length)}`
}

/** Puts a section into bench/RESULTS.md. */
export const writeSection = async (name: string, command: string, section: string): Promise<void> => {
  const results = inPackage('bench', 'RESULTS.md')
  await writeFile(results, withSection(await readFile(results, 'utf8'), name, command, section))
}
