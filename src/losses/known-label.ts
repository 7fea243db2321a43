/** Labels that are classes. */
import { and, cast, count, less, lessEqual } from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'

/** Whether each label [B] is one of the classes of scores [B,K]: a whole number in 0 ... K - 1. */
export const isKnownLabel = <B, K>(
  labels: Tensor<[B], 'i32'>,
  scores: Tensor<[NoInfer<B>, K]>,
): Tensor<[B], 'bool'> => and(lessEqual(0, labels), less(cast(labels, 'f32'), count(scores, 1)))
