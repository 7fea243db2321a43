/** What was recorded as a section of bench/RESULTS.md. Pure. */
import { markdownTable } from './marked-section.js'
import { operationsOfProducts } from './programs.js'
import type { RecordedCase, RecordedResult } from './recorded.js'

const products = 'tensile, matrix products'

const isResult = (line: RecordedCase['lines'][number]): line is RecordedResult => 'medianMs' in line

const medianOf = ({ lines }: RecordedCase, who: string): number | undefined =>
  lines.filter(isResult).find(({ peer }) => peer === who)?.medianMs

/** Operations of a line's run, in 10⁹ per second: of this library's own, whose programs are counted. */
const rateOf = (recorded: RecordedCase, who: string): number | undefined => {
  const operations = who === 'tensile' ? recorded.operations : who === products ? operationsOfProducts : null
  const median = medianOf(recorded, who)
  return operations === null || median === undefined ? undefined : operations / median / 1e6
}

const milliseconds = (ms: number): string => (ms < 10 ? ms.toFixed(2) : Math.round(ms).toLocaleString('en'))

const heading = [
  'case',
  'who',
  'median, ms',
  'of processors, ms',
  'ratio',
  'runs',
  'peak, MB',
  'GFLOP/s',
  'of products',
]

const rowsOf = (recorded: RecordedCase): readonly (readonly string[])[] =>
  recorded.lines.map((line, i) => {
    const name = i === 0 ? recorded.case : ''
    if (!isResult(line)) return [name, line.peer, 'skipped', '', '', '', '', '', '']
    const [rate, productRate] = [rateOf(recorded, line.peer), rateOf(recorded, products)]
    const share =
      rate === undefined || productRate === undefined ? '' : `${((100 * rate) / productRate).toFixed(0)} %`
    return [
      name,
      line.peer,
      milliseconds(line.medianMs),
      milliseconds(line.medianCpuMs),
      line.ratioToPeer === null ? '' : line.ratioToPeer.toFixed(3),
      String(line.runs),
      line.peakRssMB.toFixed(0),
      rate === undefined ? '' : rate.toFixed(0),
      share,
    ]
  })

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

/** The cases of one machine on one day, those of `order` in its order. */
const dayOf = (title: string, cases: readonly RecordedCase[]): string => {
  const results = cases.flatMap(({ lines }) => lines.filter(isResult))
  const loads = cases.map(({ load }) => load.before)
  const skipped = cases.flatMap((each) =>
    each.lines.flatMap((line) => (isResult(line) ? [] : [`- ${line.peer}, ${each.case}: ${line.skipped}`])),
  )
  // How fast the settings were in their trial differs from minute to minute, and is no figure of a case.
  const noted = results.flatMap(({ peer, note }) =>
    note === undefined ? [] : [{ peer, note: note.replace(/: \d+ GFLOP\/s$/, '') }],
  )
  const notes = unique(noted.map(({ note }) => note)).map(
    (note) =>
      `- ${unique(noted.filter((each) => each.note === note).map(({ peer }) => peer)).join('; ')}: ${note}`,
  )
  return [
    `### ${title}`,
    '',
    `${unique(results.map(({ about }) => about)).join('; ')}. Load average before each case: ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
    '',
    markdownTable([heading, ...cases.flatMap(rowsOf)], 2),
    ...(notes.length === 0 ? [] : ['', ...notes]),
    ...(skipped.length === 0 ? [] : ['', 'Not taken part:', '', ...skipped]),
  ].join('\n')
}

/** A heading for each machine and day; cases in the order of their names in `order`. */
export const recordedTable = (recorded: readonly RecordedCase[], order: readonly string[]): string => {
  const sorted = recorded.toSorted((a, b) => order.indexOf(a.case) - order.indexOf(b.case))
  const titleOf = ({ at, machine }: RecordedCase): string => `${at.slice(0, 10)}, ${machine}`
  const titles = unique(recorded.map(titleOf)).toSorted().toReversed()
  return [
    '## Every case as it was measured last',
    '',
    'Medians of interleaved turns, random weights; "of processors" is the time of all processors together. The ratio is to the first of the case.',
    'GFLOP/s are counted from this library\'s program. "tensile, matrix products" takes its turns with the others and multiplies matrices only',
    '([1576, 768] by [768, 3072] and back, twelve times); "of products" is a rate over that one.',
    '',
    titles
      .map((title) =>
        dayOf(
          title,
          sorted.filter((each) => titleOf(each) === title),
        ),
      )
      .join('\n\n'),
  ].join('\n')
}
