/** How many decoded images a pretraining keeps in memory. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../../effects/failure.js'
import type { TrainStep } from '../../optimizers/index.js'
import type { Sizes } from '../../shapes/dim.js'
import { planMemory } from '../../training/memory-plan.js'
import type { NamedValues } from '../../values/named-values.js'

/** Bytes of decoded images that are kept without a limit. */
const usualBytes = 2 ** 30

const imageBytes = (resolution: number): number =>
  Float32Array.BYTES_PER_ELEMENT * 3 * resolution * resolution

/**
 * The number of decoded images that are kept: 1 GiB of them, or what a limit on the memory of the process leaves next to a
 * training step. Fails with `MemoryTooSmall` where the step alone does not keep within the limit.
 */
export const imagesKept = (
  {
    memory,
    batch,
    resolution,
  }: { readonly memory?: number; readonly batch: number; readonly resolution: number },
  {
    step,
    sizes,
    weights,
  }: { readonly step: TrainStep; readonly sizes: Sizes; readonly weights: NamedValues },
): E.Either<Failure, number> => {
  const image = imageBytes(resolution)
  if (memory === undefined) return E.right(Math.floor(usualBytes / image))
  // The batch, the two that are decoded ahead, and one on its way from a thread.
  const inWork = 4 * batch * image
  const ofWeights = Object.values(weights).reduce((sum, { data }) => sum + data.byteLength, 0)
  return pipe(
    planMemory({ step, parts: undefined, sizes, held: ofWeights + inWork }, memory),
    E.mapLeft((failure) =>
      failure.tag === 'MemoryTooSmall'
        ? { ...failure, what: `a pretraining step, which takes its ${batch} images at once,` }
        : failure,
    ),
    E.map(({ bytes }) => Math.floor((memory - bytes) / image)),
  )
}
