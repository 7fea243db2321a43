/** What the runs of a study need, counted from their programs and the lists of their images. Pure. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../../effects/failure.js'
import { programRejected } from '../../engines/failure.js'
import { countOperations, floatingPointOperations } from '../../dsl/index.js'
import { liveMemory } from '../../dsl/costs/live-memory.js'
import { largest } from '../../values/extremes.js'
import { planMemory } from '../../training/memory-plan.js'
import { trainingSteps } from '../adaptation/check-training.js'
import type { PromptTokenizer } from '../adaptation/class-prompts.js'
import type { MethodConfiguration } from '../adaptation/configuration.js'
import { methodConfiguration } from '../adaptation/configuration.js'
import { isTransductive } from '../../methods/index.js'
import { spokenName } from '../adaptation/class-prompts.js'
import { classifierBatch } from '../adaptation/predict-logits.js'
import { costPrograms } from '../cost/cost-programs.js'
import { encodingBatch } from '../encoding/image-encoder.js'
import { keptViews, takesSteps } from '../encoding/training-views.js'
import type { Cell } from './cell.js'
import { cellConfiguration } from './cell.js'
import { allImages } from './encode-domains.js'
import type { StudyPlan } from './plan.js'
import type { Variant } from './variant.js'

/** What one run needs. */
export interface CellNeeds {
  /** Images of its two domains, each once. */
  readonly images: number
  /** Views of each image that go through the image encoder before training. */
  readonly views: number
  /** Training steps. */
  readonly steps: number
  /** Floating-point operations of the steps and the evaluation, the encoding of the images not included. */
  readonly operations: number
  /** The same of encoding its images, which features that are kept make unnecessary. */
  readonly encodingOperations: number
  /** Bytes that its process holds at most, about. */
  readonly memory: number
}

/** What all runs of a row need, whatever their domains. */
interface VariantNeeds {
  readonly views: number
  /** Floating-point operations of one step, of predicting one image, and of encoding one. */
  readonly step: number
  readonly prediction: number
  readonly encoding: number
  /** Bytes without the features of images, and those of the features of one image under one view. */
  readonly memory: number
  readonly features: number
}

/** What is counted of a method: one that classifies all images of a target at once counts as zero-shot CLIP, which it starts from. */
const countedAs = (configuration: MethodConfiguration): MethodConfiguration =>
  isTransductive(configuration.method)
    ? { ...methodConfiguration('zero-shot'), batch: configuration.batch }
    : configuration

const variantNeeds = (
  { inputs: { clip, data } }: StudyPlan,
  { configuration }: Variant,
  { encode }: PromptTokenizer,
): E.Either<Failure, VariantNeeds> => {
  const K = data.classes.length
  const nameTokens = largest(data.classes.map((name) => encode(spokenName(name)).length))
  const B = configuration.batch
  const counted = (where: string, ...[of, sizes]: Parameters<typeof countOperations>) =>
    pipe(countOperations(of, sizes), E.bimap(programRejected(where), floatingPointOperations))
  return pipe(
    costPrograms(clip.towers, { method: countedAs(configuration), classes: K, nameTokens }),
    E.chain(({ imageEncoder, prediction, step }) =>
      pipe(
        E.Do,
        E.apS('step', takesSteps(configuration) ? counted('step', step.program, { B, K }) : E.right(0)),
        E.apS('prediction', counted('prediction', prediction, { B: 1, K })),
        E.apS('encoding', counted('image encoder', imageEncoder, { B: 1 })),
        E.apS('held', pipe(liveMemory(imageEncoder, { B: 1 }), E.mapLeft(programRejected('image encoder')))),
        E.bind('plan', () =>
          planMemory(
            {
              step,
              parts: undefined,
              sizes: { B, K },
              held: Object.values(clip.weights).reduce(
                (sum, { data: { byteLength } }) => sum + byteLength,
                0,
              ),
              otherPrograms: [
                { program: prediction, sizes: { B: classifierBatch, K } },
                { program: imageEncoder, sizes: { B: encodingBatch } },
              ],
            },
            Infinity,
          ),
        ),
        E.map(({ plan: { bytes }, held: { outputs }, ...operations }) => ({
          ...operations,
          features: outputs,
          views: keptViews(configuration, clip.view).length,
          memory: bytes,
        })),
      ),
    ),
  )
}

/**
 * What each of the runs of a plan needs, in their order. Bytes are those of ONNX Runtime on processors, and no more than the
 * limit of a configuration that has one. Fails with `ProgramRejected` where sizes do not fit together.
 *
 * @example
 * const needs = (plan: StudyPlan) => cellNeeds(plan, clipTokenizer)
 */
export const cellNeeds = (
  plan: StudyPlan,
  tokenizer: PromptTokenizer,
): E.Either<Failure, readonly CellNeeds[]> => {
  const { data } = plan.inputs
  const images = new Map(data.domains.map(({ name }) => [name, allImages(data, name).length]))
  const ofCell = (
    { views, step, prediction, encoding, memory, features }: VariantNeeds,
    cell: Cell,
  ): CellNeeds => {
    const configuration = cellConfiguration(cell)
    const own = (images.get(cell.source) ?? 0) + (images.get(cell.target) ?? 0)
    const steps = trainingSteps(configuration, data)
    const held = memory + own * views * features
    return {
      images: own,
      views,
      steps,
      operations: steps * step + own * prediction,
      encodingOperations: own * views * encoding,
      memory: Math.ceil(Math.min(held, configuration.memory ?? held)),
    }
  }
  return pipe(
    plan.variants,
    E.traverseArray((variant) =>
      pipe(
        variantNeeds(plan, variant, tokenizer),
        E.map((needs) => [variant, needs] as const),
      ),
    ),
    E.map((all) => {
      const known = new Map(all)
      return plan.cells.flatMap((cell) => {
        const needs = known.get(cell.variant)
        return needs === undefined ? [] : [ofCell(needs, cell)]
      })
    }),
  )
}
