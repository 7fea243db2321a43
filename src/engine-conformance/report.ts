/** Reports of several engines as one table in Markdown. */
import type { Area } from './check.js'
import { areas } from './check.js'
import type { ConformanceReport, Deviation } from './conformance.js'

const inArea = ({ findings }: ConformanceReport, area: Area): readonly Deviation[] =>
  findings.filter((finding) => finding.area === area)

/** The number of checks of an area that pass, and the number of all; a dash if none was run. */
const cell = (report: ConformanceReport, area: Area): string => {
  const findings = inArea(report, area)
  const holding = findings.filter(({ deviation }) => deviation === undefined).length
  return findings.length === 0 ? '-' : `${holding} / ${findings.length}`
}

const firstLine = (text: string): string => text.split('\n')[0] ?? ''

/**
 * A table of areas and engines in Markdown, followed by the list of deviations.
 *
 * @example
 * conformanceAsMarkdown([await checkConformance(onnxEngine())(), await checkConformance(tfjsEngine('wasm'))()])
 */
export const conformanceAsMarkdown = (reports: readonly ConformanceReport[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rows = areas.map((area) => line([area, ...reports.map((report) => cell(report, area))]))
  const deviations = reports.flatMap(({ engine, findings }) =>
    findings.flatMap(({ area, subject, deviation }) =>
      deviation === undefined ? [] : [`- **${engine}**, ${area}: ${subject}. ${firstLine(deviation)}`],
    ),
  )
  return [
    line(['checks that hold', ...reports.map(({ engine }) => engine)]),
    line(['---', ...reports.map(() => ':-:')]),
    ...rows,
    '',
    ...(deviations.length === 0 ? ['No deviation.'] : deviations),
  ].join('\n')
}
