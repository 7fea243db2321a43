/** Training in half precision: how configurations name it, and what it asks of the optimizer. */
import * as t from 'io-ts'
import type { Transformation } from '../optimizers/index.js'
import { withLossScaling } from '../optimizers/index.js'
import type { Precision } from '../engines/precision.js'

/** Formats other than float32, which a configuration does not name. */
export type HalfPrecision = Exclude<Precision, 'float32'>

export const halfPrecision: t.Type<HalfPrecision> = t.keyof({ float16: null, bfloat16: null })

/**
 * An optimizer for gradients that are computed in this precision: in float16, where small ones would be 0, it scales the
 * loss; bfloat16 has the range of float32, and needs none of it.
 *
 * @example
 * const optimizer = optimizerIn('float16', adam({ learningRate: 1e-3 }))
 */
export const optimizerIn = (
  precision: HalfPrecision | undefined,
  optimizer: Transformation,
): Transformation => (precision === 'float16' ? withLossScaling(optimizer) : optimizer)
