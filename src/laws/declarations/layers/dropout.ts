/** The laws of dropout. */
import { dropoutLayer } from '../../../model/index.js'
import { indexKind } from '../../arbitraries/kinds.js'
import { activations, wholesOfKind } from '../../argument.js'
import { finite, finiteGradients } from '../../catalogue/bounds.js'
import { affineIn, lipschitzIn } from '../../catalogue/convexity.js'
import { gradientIsSlope } from '../../catalogue/gradients.js'
import { equalTo } from '../../closeness.js'
import { ask, conclude } from '../../experiment.js'
import type { Law } from '../../law.js'
import { questionOf } from '../../law.js'
import { parameterCount } from '../../catalogue/layers.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { elementAt, mapElements } from '../../tensor-values.js'
import { xOf } from './plain-moments.js'

const key = wholesOfKind(indexKind('keys', () => 2 ** 20))('key', [2])

/** The probability of keeping an element is 1/4. */
const droppedOrScaled: Law<'x'> = {
  family: 'form of the output',
  name: 'each element 0 or 4 x',
  statement: "each element of the output is 0, or that of 'x' times 4",
  about: ['x'],
  region: 'typical',
  precision: 'any',
  experiment: ({ trial, tolerance }) =>
    ask(questionOf(trial), ({ output }) =>
      conclude(
        equalTo(
          { label: 'output', value: output },
          {
            label: "'x' times 4, where the output is not 0",
            value: mapElements(xOf(trial), (x, flat) => (elementAt(output, flat) === 0 ? 0 : 4 * x)),
          },
          tolerance,
        ),
      ),
    ),
}

export const dropoutLayerLaws = declareLaws((x, of) => dropoutLayer({ rate: 0.75, key: of })(x, 'drop'), {
  name: 'dropoutLayer',
  takes: [activations('x', ['B', 'D']), key],
  sizes: { B: [1, 3], D: [1, 4] },
  laws: [
    droppedOrScaled,
    affineIn('x'),
    lipschitzIn('x', 4),
    parameterCount('no', () => 0),
    finite,
    finiteGradients,
    gradientIsSlope,
    closeInFloat32(),
  ],
})
