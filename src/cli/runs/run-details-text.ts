/** One run in plain words: what it is, how far it is, its figures, settings, inputs and files. */
import { counted } from '../../effects/counted.js'
import { inert } from '../../effects/printable.js'
import type { RunDetails, RunFile, RunInput } from '../../experiments/comparison/run-details.js'
import type { RunRecord } from '../../experiments/comparison/run-record.js'
import { methodInWords, stateInWords } from '../../experiments/comparison/run-words.js'
import { leaves } from '../../training/run-configuration.js'
import { duration } from '../../values/duration.js'
import { percent, points } from '../../values/percent.js'

/** A heading, and lines below it; nothing where there are none. */
const block = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${inert(line)}`)]

/** Names and values below each other. */
const columns = (entries: readonly (readonly [name: string, value: string])[]): readonly string[] => {
  const width = entries.reduce((most, [name]) => Math.max(most, name.length), 0)
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd())
}

const whatItIs = (record: RunRecord): string => {
  const { seed } = record.configuration
  if (record.tag === 'Pretraining') {
    return `a pretraining of a CLIP on ${record.configuration.domains.join(', ')}, seed ${seed}`
  }
  const { source, target } = record.configuration
  return `an adaptation by ${methodInWords(record)} from ${source}, which has labels, to ${target}, seed ${seed}`
}

const figures = ({ record, cost, first, last }: RunDetails): readonly string[] => {
  const accuracies =
    record.tag === 'Adaptation' && record.evaluation !== undefined
      ? (['overall', 'balanced'] as const).map((kind) => {
          const { zeroShot, adapted } = record.evaluation ?? { zeroShot: undefined, adapted: undefined }
          const [before, after] = [zeroShot?.[kind] ?? Number.NaN, adapted?.[kind] ?? Number.NaN]
          return `${kind === 'overall' ? 'accuracy on the target' : 'mean over classes'}: ${percent(after)} %, zero-shot CLIP ${percent(before)} %, ${points(after - before)} points`
        })
      : []
  const loss =
    first?.['loss'] === undefined || last?.['loss'] === undefined
      ? []
      : [`loss: ${first['loss'].toPrecision(4)} in step ${first.step}, ${last['loss'].toPrecision(4)} in step ${last.step}`]
  const time =
    cost.seconds === undefined || cost.secondsPerStep === undefined
      ? ''
      : `, ${duration(cost.seconds)} from the first to the last, ${(1 / cost.secondsPerStep).toPrecision(3)} a second`
  const warnings = record.tag === 'Adaptation' ? (record.evaluation?.warnings ?? []) : []
  return [
    ...accuracies,
    ...warnings.map((warning) => `warning: ${warning}`),
    ...(cost.steps === 0 ? [] : [`${counted(cost.steps, 'step')}${time}`]),
    ...loss,
  ]
}

const settingsOf = ({ record }: RunDetails): readonly string[] =>
  columns(
    [...leaves(record.configuration)].flatMap(([name, value]) =>
      value === undefined || ['kind', 'data', 'clip'].includes(name)
        ? []
        : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  )

const placeInWords = ({ field, path, isThere }: RunInput): readonly [string, string] => [
  field,
  isThere ? path : `${path} (nothing is there any more)`,
]

const inputsOf = ({ places, record: { inputs } }: RunDetails): readonly string[] =>
  columns([
    ...places.map(placeInWords),
    ...(inputs?.domains ?? []).map(
      ({ name, training, evaluation }) =>
        [
          name,
          `${counted(training.images, 'image')} to train on, ${counted(evaluation.images, 'image')} to evaluate on`,
        ] as const,
    ),
  ])

/** 1,234,567 bytes are `1.2 MB`. */
const sizeInWords = (bytes: number): string =>
  bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

const fileInWords = ({ name, size, meaning }: RunFile): readonly [string, string] => [
  name,
  [size === undefined ? 'folder' : sizeInWords(size), ...(meaning === undefined ? [] : [meaning])].join(', '),
]

/** The text of `show`. */
export const runDetailsText = (details: RunDetails): string => {
  const { record, files } = details
  return [
    inert(`${record.directory}: ${whatItIs(record)}`),
    inert(`state: ${stateInWords(record.state)}`),
    ...block('figures', figures(details)),
    ...block('settings', settingsOf(details)),
    ...block('inputs', inputsOf(details)),
    ...block('files', columns(files.map(fileInWords))),
  ].join('\n')
}
