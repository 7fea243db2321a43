/** The laws of normalisation layers. */
import { axis, dim, full, rmsNorm, times } from '../../../dsl/index.js'
import {
  groupNormLayer,
  instanceNormLayer,
  rmsNormLayer,
  statefulBatchNormLayer,
} from '../../../model/index.js'
import { betweenKind } from '../../arbitraries/kinds.js'
import { activations, directions, size } from '../../argument.js'
import { rowsIndependent } from '../../catalogue/batch.js'
import { finite, finiteGradients } from '../../catalogue/bounds.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { scaleInvariant, shiftInvariant, unchanged } from '../../catalogue/invariance.js'
import { formula, knownValue } from '../../catalogue/known-values.js'
import { idempotent, parameterCount } from '../../catalogue/layers.js'
import { equivariantToOrder, invariantToBatchOrder } from '../../catalogue/order.js'
import { closeInFloat32, inFloat64 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { elementAt, mapElements, realTensor } from '../../tensor-values.js'
import { average, plainRows, plainSum } from '../plain-numbers.js'
import { alongAxis, plainNormalised, plainPerChannel, plainVariance, xOf } from './plain-moments.js'

const derivatives = [gradientIsSlope, gradientOfGradientIsSlope] as const
const common = [finite, finiteGradients, ...derivatives] as const

export const rmsNormLayerLaws = declareLaws((x, width) => rmsNormLayer('rms', width)(x), {
  name: 'rmsNormLayer',
  takes: [activations('x', ['B', 'D']), size('D')],
  sizes: { B: [1, 3], D: [1, 5] },
  laws: [
    ...common,
    rowsIndependent('B', 0),
    equivariantToOrder('B', 0),
    formula('x / √(mean of x² + 1e-5) · weight', (trial) => {
      const rows = plainRows(trial, 'x')
      const gain = trial.values['rms.weight']
      const { D = 1 } = trial.sizes
      return realTensor([rows.length, D], (flat) => {
        const row = rows[Math.floor(flat / D)] ?? []
        const root = Math.sqrt(plainSum(row.map((element) => element ** 2)) / D + 1e-5)
        return gain === undefined
          ? Number.NaN
          : ((row[flat % D] ?? Number.NaN) / root) * elementAt(gain, flat % D)
      })
    }),
    parameterCount('D', ({ D = 0 }) => D),
    closeInFloat32(1e-4, 'output'),
  ],
})

/** With an epsilon that ordinary rows do not see. */
export const rmsNormLaws = declareLaws((x) => rmsNorm(x, full([axis(x, 1)], 1), { epsilon: 1e-24 }), {
  name: 'rmsNorm, gain 1',
  takes: [directions('x', ['B', 'D'])],
  sizes: { B: [1, 3], D: [1, 5] },
  laws: [
    ...common,
    rowsIndependent('B', 0),
    equivariantToOrder('D', 1),
    scaleInvariant('x'),
    idempotent('x', 1e-4),
  ],
})

/** Two groups of E channels. */
export const groupNormLayerLaws = declareLaws(
  (x, inGroup) => groupNormLayer('gn', times(dim(2), inGroup), { groups: 2 })(x),
  {
    name: 'groupNormLayer',
    takes: [activations('x', ['B', '2*E', 'L']), size('E')],
    sizes: { B: [1, 3], E: [1, 2], L: [1, 3] },
    laws: [
      ...common,
      rowsIndependent('B', 0),
      equivariantToOrder('B', 0),
      equivariantToOrder('L', 2),
      inFloat64(
        unchanged({
          words: 'with one number added to each group',
          of: ['x'],
          values: (trial) => {
            const x = xOf(trial)
            const channel = alongAxis(x, 1)
            const { E = 1 } = trial.sizes
            return { x: mapElements(x, (element, flat) => element + (channel(flat) < E ? 3 : -2)) }
          },
        }),
      ),
      formula('(x - mean) / √(variance + 1e-5) · weight + bias, by example and group', (trial) => {
        const x = xOf(trial)
        const [example, channel] = [alongAxis(x, 0), alongAxis(x, 1)]
        const { E = 1 } = trial.sizes
        return plainNormalised(trial, 'gn', (flat) => example(flat) * 2 + Math.floor(channel(flat) / E))
      }),
      parameterCount('4 E', ({ E = 0 }) => 4 * E),
      closeInFloat32(1e-4, 'output'),
    ],
  },
)

export const instanceNormLayerLaws = declareLaws((x, channels) => instanceNormLayer('in', channels)(x), {
  name: 'instanceNormLayer',
  takes: [activations('x', ['B', 'C', 'L']), size('C')],
  sizes: { B: [1, 3], C: [1, 3], L: [1, 4] },
  laws: [
    ...common,
    rowsIndependent('B', 0),
    equivariantToOrder('B', 0),
    equivariantToOrder('L', 2),
    inFloat64(shiftInvariant('x')),
    formula('(x - mean) / √(variance + 1e-5) · weight + bias, by example and channel', (trial) => {
      const x = xOf(trial)
      const [example, channel] = [alongAxis(x, 0), alongAxis(x, 1)]
      const { C = 1 } = trial.sizes
      return plainNormalised(trial, 'in', (flat) => example(flat) * C + channel(flat))
    }),
    parameterCount('2 C', ({ C = 0 }) => 2 * C),
    closeInFloat32(1e-4, 'output'),
  ],
})

const batchOf = [activations('x', ['B', 'C', 'L']), size('C')] as const
const batchSizes = { B: [1, 3], C: [1, 3], L: [1, 3] } as const

export const statefulBatchNormLayerLaws = declareLaws(
  (x, channels) => statefulBatchNormLayer('bn', channels, { training: true })(x).output,
  {
    name: 'statefulBatchNormLayer',
    takes: batchOf,
    sizes: batchSizes,
    laws: [
      ...common,
      equivariantToOrder('B', 0),
      equivariantToOrder('L', 2),
      inFloat64(
        unchanged({
          words: 'with one number added to each channel',
          of: ['x'],
          values: (trial) => {
            const x = xOf(trial)
            const channel = alongAxis(x, 1)
            return { x: mapElements(x, (element, flat) => element + 2 * channel(flat) - 1) }
          },
        }),
      ),
      formula('(x - mean) / √(variance + 1e-5) · weight + bias, by the batch of each channel', (trial) =>
        plainNormalised(trial, 'bn', alongAxis(xOf(trial), 1)),
      ),
      parameterCount('2 C', ({ C = 0 }) => 2 * C),
      closeInFloat32(1e-4, 'output'),
    ],
  },
)

/** A running moment: the average of those of batches, with weights that fall by 0.9 for each batch. */
const runningLaws = [
  ...derivatives,
  finite,
  finiteGradients,
  invariantToBatchOrder('B'),
  invariantToBatchOrder('L'),
  parameterCount('C', ({ C = 0 }) => C),
  closeInFloat32(1e-4),
] as const

export const runningMeanLaws = declareLaws(
  (x, channels) =>
    statefulBatchNormLayer('bn', channels, { training: true })(x).updates['bn.running_mean'] ?? x,
  {
    name: 'statefulBatchNormLayer, running mean',
    takes: batchOf,
    sizes: batchSizes,
    laws: [
      ...runningLaws,
      formula('0.9 · running mean + 0.1 · mean of the channel', (trial) => {
        const before = trial.values['bn.running_mean'] ?? xOf(trial)
        return plainPerChannel(
          trial,
          (elements, channel) => 0.9 * elementAt(before, channel) + 0.1 * average(elements),
        )
      }),
    ],
  },
)

export const runningVarianceLaws = declareLaws(
  (x, channels) =>
    statefulBatchNormLayer('bn', channels, { training: true })(x).updates['bn.running_var'] ?? x,
  {
    name: 'statefulBatchNormLayer, running variance',
    takes: batchOf,
    sizes: batchSizes,
    parameters: (name) => (name.endsWith('running_var') ? betweenKind(0.1, 4) : undefined),
    laws: [
      ...runningLaws,
      formula('0.9 · running variance + 0.1 · squares of the channel / (n - 1)', (trial) => {
        const before = trial.values['bn.running_var'] ?? xOf(trial)
        return plainPerChannel(trial, (elements, channel) => {
          const n = elements.length
          const unbiased = (plainVariance(elements) * n) / Math.max(n - 1, 1)
          return 0.9 * elementAt(before, channel) + 0.1 * unbiased
        })
      }),
      knownValue({
        words: '0.9 of what it was, where all elements are equal',
        of: ['x'],
        values: ({ values: { x } }) => ({ x: x === undefined ? x : mapElements(x, () => 3) }),
        is: ({ values: { 'bn.running_var': before } }) =>
          before === undefined ? Number.NaN : mapElements(before, (element) => 0.9 * element),
      }),
    ],
  },
)
