/** Engines that compute right and hand over something else. */
import * as R from '../../../src/values/record.js'
import type { TensorValue } from '../../../src/values/value.js'
import { tensorValue } from '../../../src/values/value.js'
import type { PlantedEngineFault } from './faulty-engine.js'
import { answering, giving } from './faulty-engine.js'

/** Changes the numbers of float tensors. */
const floats =
  (change: (x: number) => number) =>
  (value: TensorValue): TensorValue =>
    value.dtype === 'f32' ? tensorValue('f32', value.shape, Array.from(value.data, change)) : value

/** Changes the numbers of integer tensors. */
const integers =
  (change: (x: number) => number) =>
  (value: TensorValue): TensorValue =>
    value.dtype === 'i32' ? tensorValue('i32', value.shape, Array.from(value.data, change)) : value

const noise = { runs: 0 }

export const wrongValues: readonly PlantedEngineFault[] = [
  {
    fault: 'NaN is silently 0',
    foundBy: 'special values: rows of -Infinity, and NaN in reductions',
    engine: giving(floats((x) => (Number.isNaN(x) ? 0 : x))),
  },
  {
    fault: 'infinities are the largest finite number',
    foundBy: 'special values: rows of -Infinity, and NaN in reductions',
    engine: giving(floats((x) => Math.min(Math.max(x, -3.4028234e38), 3.4028234e38))),
  },
  {
    fault: 'truths are handed over as integers',
    foundBy: 'element types: less',
    engine: giving((value) => (value.dtype === 'bool' ? tensorValue('i32', value.shape, value.data) : value)),
  },
  {
    fault: 'integers are handed over as floats',
    foundBy: 'values: argMax',
    engine: giving((value) => (value.dtype === 'i32' ? tensorValue('f32', value.shape, value.data) : value)),
  },
  {
    fault: 'integers pass through 32-bit floats',
    foundBy: 'determinism: random bits are those of the oracle',
    engine: giving(integers(Math.fround)),
  },
  {
    fault: 'axes of size 1 are lost',
    foundBy: 'shapes: axes of size 1',
    engine: giving((value) => ({ ...value, shape: value.shape.filter((size) => size !== 1) })),
  },
  {
    fault: 'numbers below 1e-30 are 0',
    foundBy: 'tails: exp',
    engine: giving(floats((x) => (Math.abs(x) < 1e-30 ? 0 : x))),
  },
  {
    fault: 'results differ by 1e-6 from run to run',
    foundBy: 'determinism: the same program gives the same bits in every run',
    engine: answering((results) => {
      noise.runs += 1
      return R.map(floats((x) => x * (1 + 1e-6 * (noise.runs % 7))))(results)
    }),
  },
  {
    fault: 'results have ten bits after the point',
    foundBy: 'values: add',
    engine: giving(floats((x) => Math.fround(Math.round(x * 1024) / 1024))),
  },
  {
    fault: 'an output is missing',
    foundBy: 'values: add',
    engine: answering(() => ({})),
  },
  {
    fault: 'a tensor is handed over with one element too few',
    foundBy: 'values: exp',
    engine: giving(({ dtype, shape, data }) => tensorValue(dtype, shape, Array.from(data).slice(0, -1))),
  },
]
