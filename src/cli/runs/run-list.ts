/** Runs as a list: a line for each. */
import { basename } from '../../effects/paths.js'
import { inertJson } from '../../effects/printable.js'
import type { RunRecord } from '../../experiments/comparison/run-record.js'
import { methodInWords, pairInWords, stateInWords } from '../../experiments/comparison/run-words.js'
import { percent } from '../../values/percent.js'
import { csvLine } from '../csv.js'
import { textTable } from '../table.js'

export const listFormats = ['table', 'csv', 'json'] as const
export type ListFormat = (typeof listFormats)[number]

/** What a line of the list says. */
interface ListedRun {
  readonly run: string
  readonly what: 'adaptation' | 'pretraining'
  /** Of an adaptation. */
  readonly method?: string
  readonly data: string
  readonly domains: string
  readonly seed: number
  readonly state: string
  /** On the target, over images, in [0, 1]; of an adaptation that is evaluated. */
  readonly accuracy?: number
}

const listed = (record: RunRecord): ListedRun => {
  const { directory, configuration, state } = record
  const common = {
    run: directory,
    data: configuration.data,
    seed: configuration.seed,
    state: stateInWords(state),
  }
  if (record.tag === 'Pretraining') {
    return { ...common, what: 'pretraining', domains: record.configuration.domains.join(', ') }
  }
  return {
    ...common,
    what: 'adaptation',
    method: methodInWords(record),
    domains: pairInWords(record.configuration),
    ...(record.evaluation === undefined ? {} : { accuracy: record.evaluation.adapted.overall }),
  }
}

const headings = ['run', 'what', 'method', 'data', 'domains', 'seed', 'state', 'accuracy'] as const

const fieldsOf = (run: ListedRun, accuracy: string): readonly string[] => [
  run.run,
  run.what,
  run.method ?? '',
  run.data,
  run.domains,
  String(run.seed),
  run.state,
  accuracy,
]

const printers: {
  readonly [F in ListFormat]: (runs: readonly ListedRun[]) => string
} = {
  table: (runs) =>
    textTable(
      [...headings.slice(0, -1), 'accuracy, %'],
      runs.map((run) =>
        fieldsOf(
          { ...run, data: basename(run.data) },
          run.accuracy === undefined ? '-' : percent(run.accuracy),
        ),
      ),
    ),
  csv: (runs) =>
    [
      csvLine(headings),
      ...runs.map((run) => csvLine(fieldsOf(run, run.accuracy === undefined ? '' : String(run.accuracy)))),
    ].join('\n'),
  json: (runs) => inertJson(runs, 2),
}

/** Runs in one of the formats. Accuracies are in % in the table, in [0, 1] elsewhere. */
export const runList = (runs: readonly RunRecord[], format: ListFormat): string =>
  printers[format](runs.map(listed))
