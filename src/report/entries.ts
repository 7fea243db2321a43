/** Configuration and cost of a run as names and values to read. */
import { floatingPointOperations } from '../dsl/index.js'
import { basename } from '../effects/paths.js'
import { isPlace } from '../training/run-configuration.js'
import type { AdaptationConfiguration } from '../experiments/adaptation/configuration.js'
import type { Cost } from '../experiments/cost/cost.js'
import type { Entry } from './run-report.js'

/** A name in camel case as words: `mappingInput` is "mapping input". */
export const spoken = (name: string): string =>
  name.replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)

const shown = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(shown).join(', ')
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([name, inner]) => `${spoken(name)}: ${spoken(shown(inner))}`)
          .join('; ')
      : String(value)

/** All that `run.json` holds, the settings of the method last; files and folders without their places on this machine. */
export const configurationEntries = (configuration: AdaptationConfiguration): readonly Entry[] => {
  const { kind: _, settings, ...rest } = configuration
  return Object.entries({ ...rest, ...settings }).flatMap(([name, value]): readonly Entry[] =>
    value === undefined
      ? []
      : [[spoken(name), typeof value === 'string' && isPlace(name) ? basename(value) : shown(value)]],
  )
}

const count = (value: number): string => value.toLocaleString('en')

/** 12,300,000,000 is "12.3 G". */
export const inPrefixes = (value: number): string => {
  const units = [
    [1e15, 'P'],
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const
  const unit = units.find(([size]) => value >= size)
  return unit === undefined ? String(value) : `${(value / unit[0]).toPrecision(3)} ${unit[1]}`
}

/** Parameters, operations, and what all steps together took. */
export const costEntries = (cost: Cost, steps: number): readonly Entry[] => {
  const { parameters, operations, setting } = cost
  const flops = (operation: Parameters<typeof floatingPointOperations>[0]): string =>
    `${inPrefixes(floatingPointOperations(operation))}FLOP`
  return [
    ['learnable parameters', count(parameters.learnable)],
    ['parameters of CLIP, frozen', count(parameters.clip)],
    ['image encoder, 1 image', flops(operations.imageEncoder)],
    ['prediction, 1 image', flops(operations.prediction)],
    [
      `training step, ${setting.method.batch} + ${setting.method.batch} encoded images`,
      flops(operations.step),
    ],
    [`all ${count(steps)} steps`, `${inPrefixes(steps * floatingPointOperations(operations.step))}FLOP`],
  ]
}
