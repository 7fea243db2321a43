/** Models of stages, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { dense, residual, sequential } from '../../../src/model/index.js'
import {
  denseLaws,
  layerStackLaws,
  residualLaws,
  sequentialLaws,
} from '../../../src/laws/declarations/layers/stages.js'
import { planted } from '../planted-fault.js'

const tanh = { activation: d.tanh } as const

export const stageFaults = [
  planted(
    'the activation before the product',
    'formula',
    denseLaws.of((x, inputs, outputs) => dense(inputs, outputs)(d.tanh(x), 'fc')),
  ),
  planted(
    'the bias forgotten',
    'parameter count',
    denseLaws.of((x, inputs, outputs) => dense(inputs, outputs, { ...tanh, bias: false })(x, 'fc')),
  ),
  planted(
    'the batch standardised between the stages',
    'rows independent',
    sequentialLaws.of((x, inputs, hidden) => {
      const first = dense(inputs, hidden, tanh)(x, 'mlp.0')
      return d.tanh(dense(hidden, inputs)(d.sub(first, d.mean(first, 0)), 'mlp.1'))
    }),
  ),
  planted(
    'the last stage left out',
    'formula',
    sequentialLaws.of((x, inputs, hidden) =>
      sequential(dense(inputs, hidden, tanh), dense(hidden, inputs))(x, 'mlp'),
    ),
  ),
  planted(
    'the names of two stages exchanged',
    'formula',
    sequentialLaws.of((x, inputs, hidden) =>
      d.tanh(dense(hidden, inputs)(dense(inputs, hidden, tanh)(x, 'mlp.1'), 'mlp.0')),
    ),
  ),
  planted(
    'the input not added',
    'formula',
    residualLaws.of((x, width) => dense(width, width, tanh)(x, 'block')),
  ),
  planted(
    'the input added twice',
    'formula',
    residualLaws.of((x, width) => d.add(x, residual(dense(width, width, tanh))(x, 'block'))),
  ),
  planted(
    'all layers share their parameters',
    'parameter count',
    layerStackLaws.of((x, width) => {
      const block = residual(dense(width, width, tanh))
      return block(block(x, 'blocks.0'), 'blocks.0')
    }),
  ),
  planted(
    'the layers in the opposite order',
    'formula',
    layerStackLaws.of((x, width) => {
      const block = residual(dense(width, width, tanh))
      return block(block(x, 'blocks.1'), 'blocks.0')
    }),
  ),
]
