/** The laws of models of stages: each is what its parts are one after the other, with parameters of their own. */
import { tanh } from '../../../dsl/index.js'
import { dense, layerStack, residual, sequential } from '../../../model/index.js'
import { reals, size } from '../../argument.js'
import { rowsIndependent } from '../../catalogue/batch.js'
import { finite, finiteGradients } from '../../catalogue/bounds.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { formula } from '../../catalogue/known-values.js'
import { outputShape, parameterCount } from '../../catalogue/layers.js'
import { equivariantToOrder } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { realTensor } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { listOf, plainRows, plainSum } from '../plain-numbers.js'

type Row = readonly number[]

/** tanh(W x + b) of one row in plain numbers, with the parameters of a name. */
const plainDense =
  (trial: Trial, name: string) =>
  (row: Row): Row => {
    const bias = listOf(trial, `${name}.bias`)
    return plainRows(trial, `${name}.weight`).map((weights, output) =>
      Math.tanh(plainSum(weights.map((weight, i) => weight * (row[i] ?? Number.NaN))) + (bias[output] ?? 0)),
    )
  }

const plainResidual =
  (trial: Trial, name: string) =>
  (row: Row): Row => {
    const inner = plainDense(trial, name)(row)
    return row.map((x, i) => x + (inner[i] ?? Number.NaN))
  }

/** The output is that of a function of each row. */
const rowByRow = (words: string, ofRow: (trial: Trial) => (row: Row) => Row) =>
  formula(words, (trial) => {
    const rows = plainRows(trial, 'x').map(ofRow(trial))
    return realTensor([rows.length, rows[0]?.length ?? 0], (flat) => rows.flat()[flat] ?? Number.NaN)
  })

const smoothAndRowwise = [
  rowsIndependent('B', 0),
  equivariantToOrder('B', 0),
  finite,
  finiteGradients,
  gradientIsSlope,
  gradientOfGradientIsSlope,
  closeInFloat32(),
] as const

export const denseLaws = declareLaws(
  (x, inputs, outputs) => dense(inputs, outputs, { activation: tanh })(x, 'fc'),
  {
    name: 'dense',
    takes: [reals('x', ['B', 'I']), size('I'), size('O')],
    sizes: { B: [1, 3], I: [1, 4], O: [1, 4] },
    laws: [
      rowByRow('tanh(x Wᵀ + b)', (trial) => plainDense(trial, 'fc')),
      outputShape('[B,O]', ({ B = 0, O = 0 }) => [B, O]),
      parameterCount('(I + 1) O', ({ I = 0, O = 0 }) => (I + 1) * O),
      ...smoothAndRowwise,
    ],
  },
)

export const sequentialLaws = declareLaws(
  (x, inputs, hidden) =>
    sequential(dense(inputs, hidden, { activation: tanh }), dense(hidden, inputs), tanh)(x, 'mlp'),
  {
    name: 'sequential',
    takes: [reals('x', ['B', 'I']), size('I'), size('H')],
    sizes: { B: [1, 3], I: [1, 3], H: [1, 3] },
    laws: [
      rowByRow(
        'one stage after the other',
        (trial) => (row) => plainDense(trial, 'mlp.1')(plainDense(trial, 'mlp.0')(row)),
      ),
      outputShape('[B,I]', ({ B = 0, I = 0 }) => [B, I]),
      parameterCount('2 I H + I + H', ({ I = 0, H = 0 }) => 2 * I * H + I + H),
      ...smoothAndRowwise,
    ],
  },
)

export const residualLaws = declareLaws(
  (x, width) => residual(dense(width, width, { activation: tanh }))(x, 'block'),
  {
    name: 'residual',
    takes: [reals('x', ['B', 'D']), size('D')],
    sizes: { B: [1, 3], D: [1, 4] },
    laws: [
      rowByRow('x + tanh(x Wᵀ + b)', (trial) => plainResidual(trial, 'block')),
      outputShape('[B,D]', ({ B = 0, D = 0 }) => [B, D]),
      parameterCount('(D + 1) D', ({ D = 0 }) => (D + 1) * D),
      ...smoothAndRowwise,
    ],
  },
)

export const layerStackLaws = declareLaws(
  (x, width) => layerStack(2, residual(dense(width, width, { activation: tanh })))(x, 'blocks'),
  {
    name: 'layerStack',
    takes: [reals('x', ['B', 'D']), size('D')],
    sizes: { B: [1, 3], D: [1, 3] },
    laws: [
      rowByRow(
        'block 1 of block 0',
        (trial) => (row) => plainResidual(trial, 'blocks.1')(plainResidual(trial, 'blocks.0')(row)),
      ),
      outputShape('[B,D]', ({ B = 0, D = 0 }) => [B, D]),
      parameterCount('2 (D + 1) D', ({ D = 0 }) => 2 * (D + 1) * D),
      ...smoothAndRowwise,
    ],
  },
)
