/** Splitting training steps so that they keep within a limit on memory. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { PromptMethod } from '../../methods/index.js'
import { definitionOf } from '../../methods/index.js'
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
import type { FrozenEncoder } from '../encoding/frozen-encoder.js'
import type { EncoderInSteps } from './batch-source.js'
import { encoderRows } from './batch-source.js'
import { classifierBatch, predictionProgram } from './predict-logits.js'
import type { StepSetting } from './step.js'
import { adaptationStepInParts } from './step.js'
import type { AdaptationTask } from './task.js'

/** What the process holds while it trains. */
export interface Training {
  readonly step: TrainStep
  readonly setting: StepSetting
  /** The image encoder, if steps run it. */
  readonly encoder: FrozenEncoder | undefined
  /** Every set of encoded images that is in memory. */
  readonly sets: readonly EncodedSet[]
  /** Whether predictions are made between steps. */
  readonly validates: boolean
}

const bytesOf = (values: NamedValues): number =>
  Object.values(values).reduce((sum, { data }) => sum + data.byteLength, 0)

/** Images that a step decodes, where it does: of both domains, under a strong view, too, where the method reads it. */
const imagesOfStep = ({ batch, method }: MethodConfiguration): number =>
  2 * batch * (definitionOf(method).reads.strongViews ? 2 : 1)

/** Bytes of so many decoded images of a step: as they are decoded, and as they are handed to the encoder. */
const pixelBytes = ({ transform: { resolution } }: FrozenEncoder, images: number): number =>
  2 * Float32Array.BYTES_PER_ELEMENT * images * 3 * resolution * resolution

const planFor = (
  configuration: MethodConfiguration,
  limit: number,
  { clip, classes, method, lengths }: AdaptationTask<PromptMethod>,
  { step, setting, sets, validates }: Training,
  inSteps: EncoderInSteps | undefined,
): E.Either<Failure, MemoryPlan> => {
  const K = classes.length
  const { batch } = configuration
  return pipe(
    E.Do,
    E.bind('parts', () => adaptationStepInParts(clip.towers, method, configuration, setting)),
    E.bind('prediction', () => predictionProgram(clip.towers, method, lengths)),
    E.chain(({ parts, prediction }) =>
      planMemory(
        {
          step,
          parts,
          sizes: { B: batch, K },
          held:
            bytesOf(clip.weights) +
            sets.flatMap(({ views }) => views.map(bytesOf)).reduce((a, b) => a + b, 0) +
            (inSteps === undefined ? 0 : pixelBytes(inSteps.encoder, imagesOfStep(configuration))),
          otherPrograms: [
            ...(validates ? [{ program: prediction, sizes: { B: classifierBatch, K } }] : []),
            ...(inSteps === undefined
              ? []
              : [{ program: inSteps.encoder.program, sizes: { B: inSteps.rows } }]),
          ],
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

/** How the images of a step are divided. */
export interface StepDivision {
  /** `undefined` if the whole batch is taken at once. */
  readonly microBatches: MicroBatches | undefined
  /** `undefined` if steps do not run the encoder. */
  readonly inSteps: EncoderInSteps | undefined
}

/** The first plan that keeps within the limit, of those with fewer and fewer images in a run of the encoder. */
const firstPlan = (
  choices: readonly (EncoderInSteps | undefined)[],
  plan: (inSteps: EncoderInSteps | undefined) => E.Either<Failure, MemoryPlan>,
): E.Either<Failure, { readonly plan: MemoryPlan; readonly inSteps: EncoderInSteps | undefined }> => {
  const [inSteps, ...fewer] = choices
  const outcome = pipe(
    plan(inSteps),
    E.map((found) => ({ plan: found, inSteps })),
  )
  return E.isLeft(outcome) && outcome.left.tag === 'MemoryTooSmall' && fewer.length > 0
    ? firstPlan(fewer, plan)
    : outcome
}

/**
 * How steps are divided under the configuration's limit, which a printed line reports; not at all without a limit. Fails
 * with `MemoryTooSmall` if one pair of images does not keep within it.
 */
export const withinMemory = (
  configuration: MethodConfiguration,
  task: AdaptationTask<PromptMethod>,
  training: Training,
): Effect.Effect<StepDivision> => {
  const { memory, batch } = configuration
  const { encoder } = training
  const rows = encoderRows(imagesOfStep(configuration))
  const choices: readonly [EncoderInSteps | undefined, ...(readonly EncoderInSteps[])] =
    encoder === undefined
      ? [undefined]
      : [{ encoder, rows }, ...[Math.ceil(rows / 4), 1].map((fewer) => ({ encoder, rows: fewer }))]
  return memory === undefined
    ? Effect.of({ microBatches: undefined, inSteps: choices[0] })
    : pipe(
        Effect.fromEither(
          firstPlan(choices, (inSteps) => planFor(configuration, memory, task, training, inSteps)),
        ),
        Effect.tap(({ plan }) => printLine(inWords(plan, batch, memory))),
        Effect.map(({ plan: { microBatches }, inSteps }) => ({ microBatches, inSteps })),
      )
}
