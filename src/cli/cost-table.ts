/** Costs of several CLIPs as a table: a column each. */
import { floatingPointOperations } from '../dsl/index.js'
import type { OperationCount } from '../dsl/index.js'
import type { Cost, OperationCost } from '../experiments/cost/cost.js'
import type { Measurement } from '../experiments/cost/measurement.js'

/** The cost of one CLIP, and its measurements if there are any. */
export interface NamedCost {
  readonly name: string
  readonly cost: Cost
  readonly measurement: Measurement | undefined
}

/** A value in units such as 10⁹, with about three significant digits. */
const inUnits = (value: number, unit: number): string => {
  const scaled = value / unit
  return scaled.toFixed(scaled >= 100 ? 0 : scaled >= 10 ? 1 : scaled >= 1 ? 2 : 4)
}
const millions = (value: number): string => (value / 1e6).toFixed(1)
const billions = (value: number): string => inUnits(value, 1e9)

type Row = readonly [title: string, of: (cost: NamedCost) => string]

const parts = ({
  classes,
  method: { batch },
}: Cost['setting']): readonly (readonly [keyof OperationCost, string])[] => [
  ['imageEncoder', 'image encoder, 1 image'],
  ['textTower', `text tower, ${classes} templates`],
  ['promptLearner', 'prompt learner, 1 image'],
  ['prediction', 'prediction, 1 image'],
  ['forward', `losses of a step, ${batch} + ${batch}`],
  ['step', `training step, ${batch} + ${batch}`],
]

const operationRows = (
  setting: Cost['setting'],
  unit: string,
  value: (count: OperationCount) => number,
): readonly Row[] =>
  parts(setting).map(([part, title]) => [
    `${title}, ${unit}`,
    ({ cost }) => {
      const count = cost.operations[part]
      return count === undefined ? '-' : billions(value(count))
    },
  ])

const measuredRows = ({ method: { batch } }: Cost['setting']): readonly Row[] =>
  (
    [
      ['imageEncoder', `image encoder, ${batch}`],
      ['prediction', `prediction, ${batch}`],
      ['step', `training step, ${batch} + ${batch}`],
    ] as const
  ).flatMap(([part, title]): readonly Row[] => [
    [`${title}: time, ms`, ({ measurement }) => measurement?.[part].milliseconds.toFixed(0) ?? '-'],
    [
      `${title}: memory at most, MB`,
      ({ measurement }) => (measurement === undefined ? '-' : inUnits(measurement[part].memory, 1e6)),
    ],
    [
      `${title}: memory predicted, MB`,
      ({ measurement }) =>
        measurement === undefined ? '-' : inUnits(measurement[part].predictedMemory, 1e6),
    ],
  ])

/** Heading and rows: parameters, multiply-adds, operations, measurements. */
export const costTable = (
  costs: readonly NamedCost[],
): { readonly heading: readonly string[]; readonly rows: readonly (readonly string[])[] } => {
  const [first] = costs
  if (first === undefined) return { heading: [''], rows: [] }
  const { setting } = first.cost
  const rows: readonly Row[] = [
    ['parameters of CLIP, M', ({ cost }) => millions(cost.parameters.clip)],
    ['of its image encoder, M', ({ cost }) => millions(cost.parameters.imageEncoder)],
    ['of its text tower, M', ({ cost }) => millions(cost.parameters.textTower)],
    ['learnable parameters, M', ({ cost }) => millions(cost.parameters.learnable)],
    ...operationRows(setting, 'GMAC', ({ multiplyAdds }) => multiplyAdds),
    ...operationRows(setting, 'GFLOP', floatingPointOperations),
    ...(costs.some(({ measurement }) => measurement !== undefined) ? measuredRows(setting) : []),
  ]
  return {
    heading: ['', ...costs.map(({ name }) => name)],
    rows: rows.map(([title, of]) => [title, ...costs.map(of)]),
  }
}

/** The caption of the table: method, classes and batch. */
export const costCaption = ({ method, classes, nameTokens }: Cost['setting']): string =>
  [
    [
      method.preset === undefined ? method.method : `${method.method} (${method.preset})`,
      ...('imageTokens' in method.settings ? [`${method.settings.imageTokens} image tokens`] : []),
    ].join(', '),
    `${classes} classes with names of up to ${nameTokens} tokens`,
    `batches of ${method.batch}`,
    '1 FLOP for each elementwise operation, 2 for each multiply-add (MAC)',
  ].join('; ')
