/** Tensor values by name. */
import type { TensorValue } from './value.js'

/** Tensor values by name: inputs or outputs of a program, weights, the state of a training. */
export type NamedValues = Readonly<Record<string, TensorValue>>
