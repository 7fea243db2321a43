/** Learning rate schedules: pure functions from the number of updates done (a scalar) to a rate (a scalar). */
import type { Node } from '../dsl/primitive.js'
import * as b from '../dsl/builder.js'

/** `step` is an f32 scalar: 0 at the first update. */
export type Schedule = (step: Node) => Node

/** The same rate at every step. */
export const constant =
  (rate: number): Schedule =>
  () =>
    b.constant(rate)

/**
 * Linear warm-up, then half a cosine down to `final` (Loshchilov & Hutter 2017, SGDR, eq. 5, without restarts).
 *
 * Steps count updates. From `initial` the rate rises linearly over `warmUp` steps to `peak`; it reaches `final`
 * at `total` and stays there.
 *
 * @example
 * const rate = cosine({ peak: 3e-4, warmUp: 300, total: 20_000 })
 */
export const cosine = ({
  peak,
  total,
  warmUp = 0,
  initial = 0,
  final = 0,
}: {
  readonly peak: number
  readonly total: number
  readonly warmUp?: number
  readonly initial?: number
  readonly final?: number
}): Schedule => {
  const span = Math.max(total - warmUp, 1)
  return (step) => {
    const progress = b.minimum(
      b.scale(b.maximum(b.sub(step, b.constant(warmUp)), b.constant(0)), 1 / span),
      b.constant(1),
    )
    const wave = b.scale(b.add(b.cos(b.scale(progress, Math.PI)), b.constant(1)), 0.5)
    const decayed = b.add(b.scale(wave, peak - final), b.constant(final))
    if (warmUp === 0) return decayed
    const warm = b.add(b.scale(step, (peak - initial) / warmUp), b.constant(initial))
    return b.where(b.less(step, b.constant(warmUp)), warm, decayed)
  }
}

/**
 * One rate for the first `steps` updates, another schedule (its own count starting at 0) after them. The released
 * AD-CLIP warms up like this: one epoch at 1e-5.
 */
export const after =
  (steps: number, first: number, then: Schedule): Schedule =>
  (step) =>
    b.where(
      b.less(step, b.constant(steps)),
      b.constant(first),
      then(b.maximum(b.sub(step, b.constant(steps)), b.constant(0))),
    )
