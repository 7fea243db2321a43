/** Mean and deviation of the levels of an image encoder over positions: what the prompt learner of AD-CLIP reads. */
import { add, axis, count, div, mean, rename, sized, sqrt, square, sub, sum } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { erased } from '../../dsl/erasure.js'
import { withEpsilon } from '../../dsl/ops/setting.js'

/** Mean and deviation of one level over its positions, both [B,C]. */
export interface LevelMoments<B> {
  readonly mean: Tensor<[B, 'C']>
  readonly deviation: Tensor<[B, 'C']>
}

/** Moments of a level [B,positions,channels]: deviation is sqrt((Σ (x - mean)² + ε) / n). A negative epsilon is a fault. */
export const levelMoments = <B, L, C>(level: Tensor<[B, L, C]>, epsilon: number): LevelMoments<B> => {
  const checked = withEpsilon('levelMoments', epsilon, level.node)
  if (checked.fault !== undefined) return { mean: erased(checked), deviation: erased(checked) }
  const squares = sum(square(sub(level, mean(level, 1, { keepDims: true }))), 1)
  const channels = sized('C', Number(axis(level, 2).dim))
  return {
    mean: rename(mean(level, 1), 1, channels),
    deviation: rename(sqrt(div(add(squares, epsilon), count(level, 1))), 1, channels),
  }
}

/** The moments of every level of an image. */
export type Levels<B> = readonly LevelMoments<B>[]
