/** Tensor values by name: inputs and outputs of a program, weights, a training state. */
import type { TensorValue } from './value.js'

/** Tensors by name. */
export type NamedValues = Readonly<Record<string, TensorValue>>
