/** The laws of recurrent layers. */
import { gruLayer, lstmLayer } from '../../../model/index.js'
import { activations, size } from '../../argument.js'
import { rowsIndependent } from '../../catalogue/batch.js'
import { bounded, finite, finiteGradients } from '../../catalogue/bounds.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../../catalogue/gradients.js'
import { causal, outputShape, parameterCount } from '../../catalogue/layers.js'
import { equivariantToOrder } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'

const takes = [activations('x', ['B', 'T', 'I']), size('I'), size('H')] as const
const sizes = { B: [1, 2], T: [1, 3], I: [1, 2], H: [1, 2] } as const

/** The outputs are states within -1 and 1: mixtures of values of tanh, or such values times a gate. */
const common = [
  rowsIndependent('B', 0),
  equivariantToOrder('B', 0),
  causal('x', { argumentAxis: 1, outputAxis: 1 }),
  outputShape('[B,T,H]', ({ B = 0, T = 0, H = 0 }) => [B, T, H]),
  bounded('at most 1', () => 1),
  finite,
  finiteGradients,
  gradientIsSlope,
  gradientOfGradientIsSlope,
  closeInFloat32(1e-4),
] as const

export const gruLayerLaws = declareLaws((x, inputs, hidden) => gruLayer('gru', inputs, hidden)(x).outputs, {
  name: 'gruLayer',
  takes,
  sizes,
  laws: [...common, parameterCount('3 H (I + H + 2)', ({ I = 0, H = 0 }) => 3 * H * (I + H + 2))],
})

export const lstmLayerLaws = declareLaws(
  (x, inputs, hidden) => lstmLayer('lstm', inputs, hidden)(x).outputs,
  {
    name: 'lstmLayer',
    takes,
    sizes,
    laws: [...common, parameterCount('4 H (I + H + 2)', ({ I = 0, H = 0 }) => 4 * H * (I + H + 2))],
  },
)
