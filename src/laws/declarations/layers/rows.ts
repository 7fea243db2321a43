/** The laws of the layers that everything else is made of. */
import {
  full,
  gelu,
  l2Normalize,
  layerNorm,
  logSoftmax,
  quickGelu,
  relu,
  softmax,
} from '../../../dsl/index.js'
import type { DimHandle, Tensor } from '../../../dsl/index.js'
import { batchNormLayer, layerNormLayer, linearLayer } from '../../../model/index.js'
import { betweenKind } from '../../arbitraries/kinds.js'
import { activations, directions, logits, reals, size } from '../../argument.js'
import { rowsIndependent } from '../../catalogue/batch.js'
import { bounded, finite, finiteGradients, nonNegative } from '../../catalogue/bounds.js'
import { affineIn, lipschitzIn } from '../../catalogue/convexity.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { scaleInvariant, shiftInvariant } from '../../catalogue/invariance.js'
import { knownValue } from '../../catalogue/known-values.js'
import {
  idempotent,
  outputShape,
  parameterCount,
  rowsAreDistributions,
  rowsAreStandardised,
  rowsHaveUnitLength,
} from '../../catalogue/layers.js'
import { equivariantToOrder } from '../../catalogue/order.js'
import { closeInFloat32, inFloat64 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { elementAt, mapElements, positionAlong, realTensor } from '../../tensor-values.js'

/** What every function of rows keeps: [B,...] to [B,...], one row at a time. */
const rowwise = [rowsIndependent('B', 0), equivariantToOrder('B', 0)] as const
const derivatives = [gradientIsSlope, gradientOfGradientIsSlope] as const

export const linearLayerLaws = declareLaws((x, inputs, outputs) => linearLayer('fc', inputs, outputs)(x), {
  name: 'linearLayer',
  takes: [reals('x', ['B', 'I']), size('I'), size('O')],
  sizes: { B: [1, 3], I: [1, 4], O: [1, 4] },
  laws: [
    ...rowwise,
    affineIn('x'),
    knownValue({
      words: 'the bias at 0',
      of: ['x'],
      values: ({ values: { x } }) => ({ x: x === undefined ? x : mapElements(x, () => 0) }),
      is: ({ sizes: { B = 1, O = 1 }, values }) => {
        const bias = values['fc.bias']
        return realTensor([B, O], (flat) => (bias === undefined ? Number.NaN : elementAt(bias, flat % O)))
      },
    }),
    outputShape('[B,O]', ({ B = 0, O = 0 }) => [B, O]),
    parameterCount('(I + 1) O', ({ I = 0, O = 0 }) => (I + 1) * O),
    finite,
    finiteGradients,
    ...derivatives,
    closeInFloat32(),
  ],
})

export const layerNormLayerLaws = declareLaws((x, width) => layerNormLayer('ln', width)(x), {
  name: 'layerNormLayer',
  takes: [activations('x', ['B', 'D']), size('D')],
  sizes: { B: [1, 3], D: [2, 5] },
  laws: [
    ...rowwise,
    inFloat64(shiftInvariant('x')),
    parameterCount('2 D', ({ D = 0 }) => 2 * D),
    finite,
    finiteGradients,
    ...derivatives,
    closeInFloat32(1e-4, 'output'),
  ],
})

/** Each channel by its own moments, position by position; variances are not negative. */
export const batchNormLayerLaws = declareLaws((x, channels) => batchNormLayer('bn', channels)(x), {
  name: 'batchNormLayer',
  takes: [activations('x', ['B', 'C', 'H', 'W']), size('C')],
  sizes: { B: [1, 3], C: [1, 3], H: [1, 2], W: [1, 2] },
  parameters: (name) => (name.endsWith('running_var') ? betweenKind(0.1, 4) : undefined),
  laws: [
    ...rowwise,
    rowsIndependent('H', 2),
    rowsIndependent('W', 3),
    affineIn('x'),
    knownValue({
      words: 'the bias at the running mean',
      of: ['x'],
      values: ({ values: { x, 'bn.running_mean': mean } }) => {
        if (x === undefined || mean === undefined) return {}
        const channel = positionAlong(x.shape, 1)
        return { x: mapElements(x, (_, flat) => elementAt(mean, channel(flat))) }
      },
      is: ({ values: { x, 'bn.bias': bias } }) => {
        if (x === undefined || bias === undefined) return Number.NaN
        const channel = positionAlong(x.shape, 1)
        return mapElements(x, (_, flat) => elementAt(bias, channel(flat)))
      },
    }),
    knownValue({
      words: 'gain and bias, one deviation above the running mean',
      of: ['x'],
      within: 1e-4,
      values: ({ values: { x, 'bn.running_mean': mean, 'bn.running_var': variance } }) => {
        if (x === undefined || mean === undefined || variance === undefined) return {}
        const channel = positionAlong(x.shape, 1)
        return {
          x: mapElements(
            x,
            (_, flat) => elementAt(mean, channel(flat)) + Math.sqrt(elementAt(variance, channel(flat))),
          ),
        }
      },
      is: ({ values: { x, 'bn.weight': gain, 'bn.bias': bias } }) => {
        if (x === undefined || gain === undefined || bias === undefined) return Number.NaN
        const channel = positionAlong(x.shape, 1)
        return mapElements(x, (_, flat) => elementAt(gain, channel(flat)) + elementAt(bias, channel(flat)))
      },
    }),
    parameterCount('4 C', ({ C = 0 }) => 4 * C),
    finite,
    finiteGradients,
    ...derivatives,
    closeInFloat32(),
  ],
})

/** Layer normalisation with gain 1 and bias 0, and an epsilon that ordinary rows do not see. */
const standardise = (x: Tensor<['B', 'D']>, width: DimHandle<'D'>): Tensor<['B', 'D']> =>
  layerNorm(x, full([width], 1), full([width], 0), { epsilon: 1e-12 })

export const standardiseLaws = declareLaws(standardise, {
  name: 'layerNorm, gain 1',
  takes: [activations('x', ['B', 'D']), size('D')],
  sizes: { B: [1, 3], D: [2, 5] },
  laws: [
    ...rowwise,
    inFloat64(shiftInvariant('x')),
    rowsAreStandardised(1e-4),
    idempotent('x', 1e-4),
    knownValue({
      words: '0 where a row is all equal',
      of: ['x'],
      values: ({ values: { x } }) => ({ x: x === undefined ? x : mapElements(x, () => 3) }),
      is: () => 0,
    }),
    finite,
    finiteGradients,
    ...derivatives,
  ],
})

/** The derivative of softmax, diag(p) - p pᵀ, has no eigenvalue above 1/2. */
export const softmaxLaws = declareLaws((x) => softmax(x, -1), {
  name: 'softmax',
  takes: [logits('x', ['B', 'K'])],
  laws: [
    ...rowwise,
    equivariantToOrder('K', 1),
    rowsAreDistributions,
    shiftInvariant('x'),
    lipschitzIn('x', 0.5),
    finite,
    finiteGradients,
    ...derivatives,
    closeInFloat32(),
  ],
})

export const logSoftmaxLaws = declareLaws((x) => logSoftmax(x, -1), {
  name: 'logSoftmax',
  takes: [logits('x', ['B', 'K'])],
  laws: [
    ...rowwise,
    equivariantToOrder('K', 1),
    bounded('at most 0', () => 0),
    shiftInvariant('x'),
    idempotent('x'),
    finite,
    finiteGradients,
    ...derivatives,
    closeInFloat32(),
  ],
})

export const l2NormalizeLaws = declareLaws((x) => l2Normalize(x), {
  name: 'l2Normalize',
  takes: [directions('x', ['B', 'E'])],
  laws: [
    ...rowwise,
    equivariantToOrder('E', 1),
    rowsHaveUnitLength,
    idempotent('x'),
    scaleInvariant('x'),
    finite,
    finiteGradients,
    ...derivatives,
    closeInFloat32(1e-5, 'output'),
  ],
})

const pointwise = [...rowwise, equivariantToOrder('D', 1), finite, finiteGradients, closeInFloat32()] as const

export const reluLaws = declareLaws(relu<['B', 'D']>, {
  name: 'relu',
  takes: [reals('x', ['B', 'D'])],
  laws: [...pointwise, nonNegative, idempotent('x'), lipschitzIn('x', 1), ...derivatives],
})

/** gelu's slope is at most 1.129, where x² = 2. */
export const geluLaws = declareLaws(gelu<['B', 'D']>, {
  name: 'gelu',
  takes: [reals('x', ['B', 'D'])],
  laws: [...pointwise, lipschitzIn('x', 1.13), ...derivatives],
})

export const quickGeluLaws = declareLaws(quickGelu<['B', 'D']>, {
  name: 'quickGelu',
  takes: [reals('x', ['B', 'D'])],
  laws: [...pointwise, lipschitzIn('x', 1.1), ...derivatives],
})
