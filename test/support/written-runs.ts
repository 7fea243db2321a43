/** Folders of runs as text: what training and evaluation would have written, for tests of what reads them. */
import type { AdaptationConfiguration } from '../../src/experiments/adaptation/configuration.js'
import { methodConfiguration } from '../../src/experiments/adaptation/configuration.js'
import type { MethodName } from '../../src/methods/index.js'
import type { Metrics } from '../../src/training/metrics.js'

export const configurationOf = (
  method: MethodName,
  changes: Partial<AdaptationConfiguration> = {},
): object => ({
  ...methodConfiguration(method),
  ...{ data: '/sets/pacs', clip: '/clips/clip.safetensors', source: 'art', target: 'sketch' },
  ...{ engine: 'onnx', version: 'test', epochs: 2, batch: 4 },
  ...changes,
})

const accuracyOf = (share: number, names: readonly string[]) => ({
  count: 100,
  overall: share,
  balanced: share,
  perClass: names.map((name) => ({ name, count: 50, accuracy: share })),
  confusion: names.map(() => names.map(() => 25)),
})

/** `evaluation.json` of a run whose accuracies over images are these. */
export const evaluationOf = (
  zeroShot: number,
  adapted: number,
  names: readonly string[] = ['dog', 'house'],
): object => ({
  ...{ method: 'any', source: 'art', target: 'sketch', seed: 1 },
  zeroShot: accuracyOf(zeroShot, names),
  adapted: accuracyOf(adapted, names),
})

/** Steps of two epochs whose loss falls from a value to half of it, `seconds` apart. */
export const metricsOf = (loss: number, steps = 4, seconds = 2): readonly Metrics[] =>
  Array.from({ length: steps }, (_, i) => ({
    step: i + 1,
    loss: loss * (1 - i / (2 * (steps - 1))),
    epoch: i < steps / 2 ? 1 : 2,
    time: 1000 + seconds * i,
  }))

interface WrittenRun {
  readonly configuration: object
  readonly metrics?: readonly Metrics[]
  readonly evaluation?: object
  /** Further files by name. */
  readonly more?: Readonly<Record<string, string>>
}

/** The files of a run in a folder, by path. */
export const writtenRun = (
  folder: string,
  { configuration, metrics, evaluation, more = {} }: WrittenRun,
): Readonly<Record<string, Uint8Array>> => {
  const texts = {
    'run.json': JSON.stringify(configuration),
    ...(metrics === undefined
      ? {}
      : { 'metrics.jsonl': metrics.map((line) => `${JSON.stringify(line)}\n`).join('') }),
    ...(evaluation === undefined ? {} : { 'evaluation.json': JSON.stringify(evaluation) }),
    ...more,
  }
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [`${folder}/${name}`, new TextEncoder().encode(text)]),
  )
}
