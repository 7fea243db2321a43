/** Splitting training steps so that they keep within a limit on memory. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TrainStep } from '../../optimizers/index.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { gibibytes } from '../../effects/explain.js'
import { printLine } from '../../effects/operations.js'
import type { MemoryPlan } from '../../training/memory-plan.js'
import { planMemory } from '../../training/memory-plan.js'
import type { MicroBatches } from '../../training/ready-step.js'
import type { MethodConfiguration } from './configuration.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import { classifierBatch, predictionProgram } from './predict-logits.js'
import { adaptationStepInParts } from './step.js'
import type { AdaptationTask } from './task.js'

/** What the process holds while it trains. */
export interface Training {
  readonly step: TrainStep
  readonly stepsPerEpoch: number
  /** Every set of encoded images that is in memory. */
  readonly sets: readonly EncodedSet[]
  /** Whether predictions are made between steps. */
  readonly validates: boolean
}

const bytesOf = (values: NamedValues): number =>
  Object.values(values).reduce((sum, { data }) => sum + data.byteLength, 0)

const planFor = (
  configuration: MethodConfiguration,
  limit: number,
  { clip, classes, method, lengths }: AdaptationTask,
  { step, stepsPerEpoch, sets, validates }: Training,
): E.Either<Failure, MemoryPlan> => {
  const K = classes.length
  return pipe(
    E.Do,
    E.bind('parts', () => adaptationStepInParts(clip.towers, method, configuration, lengths, stepsPerEpoch)),
    E.bind('prediction', () => predictionProgram(clip.towers, method, lengths)),
    E.chain(({ parts, prediction }) =>
      planMemory(
        {
          step,
          parts,
          sizes: { B: configuration.batch, K },
          held:
            bytesOf(clip.weights) +
            sets.flatMap(({ views }) => views.map(bytesOf)).reduce((a, b) => a + b, 0),
          otherPrograms: validates ? [{ program: prediction, sizes: { B: classifierBatch, K } }] : [],
        },
        limit,
      ),
    ),
  )
}

const inWords = ({ microBatches, bytes }: MemoryPlan, batch: number, limit: number): string => {
  const whole = `${batch} + ${batch} images`
  const how =
    microBatches === undefined
      ? `steps of ${whole} at once`
      : `steps of ${whole}, ${microBatches.rows} + ${microBatches.rows} at a time`
  return `memory: ${how}, about ${gibibytes(bytes)} of ${gibibytes(limit)}`
}

/**
 * The micro-batches that steps are split into under the configuration's limit, which a printed line reports; `undefined`
 * without a limit, or if the whole batch keeps within it. Fails with `MemoryTooSmall` if one pair of images does not.
 */
export const withinMemory = (
  configuration: MethodConfiguration,
  task: AdaptationTask,
  training: Training,
): Effect.Effect<MicroBatches | undefined> => {
  const { memory, batch } = configuration
  return memory === undefined
    ? Effect.of(undefined)
    : pipe(
        Effect.fromEither(planFor(configuration, memory, task, training)),
        Effect.tap((plan) => printLine(inWords(plan, batch, memory))),
        Effect.map(({ microBatches }) => microBatches),
      )
}
