/** Recurrent layers, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { gruLayerLaws, lstmLayerLaws } from '../../../src/laws/declarations/layers/recurrent.js'
import { gruLayer, lstmLayer } from '../../../src/model/index.js'
import { planted } from '../planted-fault.js'

export const recurrentFaults = [
  planted(
    'read from its end',
    'causal',
    gruLayerLaws.of((x, inputs, hidden) => gruLayer('gru', inputs, hidden, { reverse: true })(x).outputs),
  ),
  planted(
    'the mean of the batch taken off',
    'rows independent',
    gruLayerLaws.of((x, inputs, hidden) => {
      const { outputs } = gruLayer('gru', inputs, hidden)(x)
      return d.sub(outputs, d.mean(outputs, 0))
    }),
  ),
  planted(
    'weights of a second layer that is not used',
    'parameter count',
    lstmLayerLaws.of((x, inputs, hidden) =>
      d.add(
        lstmLayer('lstm', inputs, hidden)(x).outputs,
        d.mul(lstmLayer('lstm', inputs, hidden, { layer: 1 })(x).outputs, 0),
      ),
    ),
  ),
  planted(
    'states that are not within -1 and 1',
    'bounded',
    lstmLayerLaws.of((x, inputs, hidden) => {
      const { outputs } = lstmLayer('lstm', inputs, hidden)(x)
      return d.add(outputs, d.mul(d.sign(outputs), 2))
    }),
  ),
]
