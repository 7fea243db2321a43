/** Training in half precision: its name in configurations, and its optimizer. */
import type { Transformation } from '../optimizers/index.js'
import { withLossScaling } from '../optimizers/index.js'
import type { HalfPrecision } from '../engines/precision.js'
import { halfPrecisions } from '../engines/precision.js'
import { literals } from '../dsl/documents/literals.js'

/** The codec of a format in a configuration; absent for float32. */
export const halfPrecision = literals(halfPrecisions)

/**
 * An optimizer for gradients in this precision. In float16, where small gradients would become 0, it scales the loss;
 * bfloat16 has the range of float32 and needs no scaling.
 *
 * @example
 * const optimizer = optimizerIn('float16', adam({ learningRate: 1e-3 }))
 */
export const optimizerIn = (
  precision: HalfPrecision | undefined,
  optimizer: Transformation,
): Transformation => (precision === 'float16' ? withLossScaling(optimizer) : optimizer)
