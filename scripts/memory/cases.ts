/** Training steps whose memory is predicted and measured: methods and CLIPs, small to middling, with sizes of a batch. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Failure } from '../../src/effects/failure.js'
import { methodConfiguration } from '../../src/experiments/adaptation/configuration.js'
import { costPrograms } from '../../src/experiments/cost/cost-programs.js'
import { pretrainStep } from '../../src/experiments/pretraining/pretrain.js'
import type { ClipArchitecture, ResNetClip, VisionTransformerClip } from '../../src/model/index.js'
import { openAiBlocks, openAiTowers } from '../../src/model/index.js'
import type { TrainStep } from '../../src/optimizers/index.js'
import type { Sizes } from '../../src/shapes/dim.js'

/** Methods whose steps are measured at every size that constants were chosen with. */
const fittedMethods = ['ad-clip', 'coop', 'cocoop', 'dapl', 'damp', 'pda', 'unimos', 'pretrain'] as const

/** Methods whose steps are measured. */
export const measuredMethods = [...fittedMethods, 'dann'] as const
export type MeasuredMethod = (typeof measuredMethods)[number]

/** A CLIP and a batch. */
export interface MeasuredSize {
  readonly name: string
  readonly architecture: VisionTransformerClip | ResNetClip
  readonly batch: number
  readonly classes: number
}

/** A row of the table. */
export interface MeasuredCase {
  readonly method: MeasuredMethod
  readonly size: MeasuredSize
  /** Whether the constants of the prediction were chosen with this row in view. */
  readonly isFitted: boolean
}

const clip = (changes: Partial<VisionTransformerClip>): VisionTransformerClip => ({
  kind: 'vit',
  embedDim: 128,
  imageResolution: 48,
  visionLayers: 3,
  visionWidth: 128,
  visionHeads: 2,
  visionPatchSize: 8,
  contextLength: 77,
  vocabSize: 2_000,
  textWidth: 64,
  textHeads: 1,
  textLayers: 1,
  textBlocks: openAiBlocks,
  visionBlocks: openAiBlocks,
  ...changes,
})

/** Of ViT-B/16 in width, patch and resolution, with fewer blocks and tokens. */
const wide = clip({
  embedDim: 512,
  imageResolution: 224,
  visionLayers: 3,
  visionWidth: 768,
  visionHeads: 12,
  visionPatchSize: 16,
  textWidth: 512,
  textHeads: 8,
  textLayers: 4,
})

const middle = clip({
  embedDim: 256,
  imageResolution: 96,
  visionLayers: 4,
  visionWidth: 256,
  visionHeads: 4,
  visionPatchSize: 16,
  textWidth: 256,
  textHeads: 4,
  textLayers: 4,
})

/** Of RN50 in kind, with two blocks less in each stage or none. */
const resNet: ResNetClip = {
  kind: 'resnet',
  embedDim: 128,
  imageResolution: 96,
  visionLayers: [1, 2, 2, 1],
  visionWidth: 32,
  visionHeads: 16,
  contextLength: 77,
  vocabSize: 2_000,
  textWidth: 128,
  textHeads: 2,
  textLayers: 3,
  textBlocks: openAiBlocks,
}

const fittedSizes: readonly MeasuredSize[] = [
  { name: "demo's", architecture: clip({}), batch: 32, classes: 12 },
  { name: 'middle', architecture: middle, batch: 16, classes: 31 },
  { name: 'wide', architecture: wide, batch: 4, classes: 20 },
]
const convolutional: MeasuredSize = { name: 'ResNet', architecture: resNet, batch: 12, classes: 17 }
const manyClasses: MeasuredSize = {
  name: 'many classes',
  architecture: clip({ textWidth: 128, textHeads: 2, textLayers: 2 }),
  batch: 20,
  classes: 50,
}

const other: MeasuredSize = {
  name: 'other',
  architecture: clip({
    embedDim: 192,
    imageResolution: 72,
    visionPatchSize: 12,
    visionWidth: 192,
    visionHeads: 3,
    visionLayers: 5,
    textWidth: 192,
    textHeads: 3,
    textLayers: 3,
  }),
  batch: 10,
  classes: 27,
}

const rows = (
  isFitted: boolean,
  size: MeasuredSize,
  methods: readonly MeasuredMethod[],
): readonly MeasuredCase[] => methods.map((method) => ({ method, size, isFitted }))

/** The rows of the table, those that had no part in choosing constants last. */
export const measuredCases: readonly MeasuredCase[] = [
  ...fittedSizes.flatMap((size) => rows(true, size, fittedMethods)),
  ...rows(true, convolutional, ['ad-clip', 'coop', 'pda', 'unimos', 'dann']),
  ...rows(true, manyClasses, ['cocoop', 'dapl', 'unimos', 'dann']),
  ...rows(false, other, ['ad-clip', 'cocoop', 'dapl', 'pda', 'unimos', 'dann']),
]

/** A step and the sizes of its symbols. */
export interface MeasuredStep {
  readonly step: TrainStep
  readonly sizes: Sizes
  readonly architecture: ClipArchitecture
}

const nameTokens = 3

/** The step of a method on a CLIP. */
export const measuredStep = (
  method: MeasuredMethod,
  { architecture, batch, classes }: MeasuredSize,
): E.Either<Failure, MeasuredStep> => {
  const sizes = { B: batch, K: classes, U: 2 * classes }
  if (method !== 'pretrain') {
    return pipe(
      costPrograms(openAiTowers(architecture), {
        method: { ...methodConfiguration(method), batch },
        classes,
        nameTokens,
      }),
      E.map(({ step }) => ({ step, sizes, architecture })),
    )
  }
  if (architecture.kind !== 'vit')
    throw new Error('a pretraining step is measured of vision transformers alone')
  return pipe(
    pretrainStep(
      architecture,
      {
        kind: 'pretrain',
        data: '',
        domains: [],
        engine: 'onnx',
        version: '',
        epochs: 1,
        batch,
        learningRate: 1e-3,
        weightDecay: 0.05,
        textRate: 0.02,
        warmUpEpochs: 0.5,
        seed: 1,
        resolution: architecture.imageResolution,
        patch: architecture.visionPatchSize,
        embedding: architecture.embedDim,
        visionWidth: architecture.visionWidth,
        visionLayers: architecture.visionLayers,
        textWidth: architecture.textWidth,
        textLayers: architecture.textLayers,
        positionScale: 8,
        leastArea: 0.9,
        colour: 0.1,
        edges: 0.15,
      },
      nameTokens + 7,
      100,
      10,
    ),
    E.map((step) => ({ step, sizes, architecture })),
  )
}

/** The row of this method and size, as the arguments of a script name it. */
export const caseNamed = ([method, size]: readonly string[]): MeasuredCase => {
  const found = measuredCases.find((each) => each.method === method && each.size.name === size)
  if (found === undefined) throw new Error('give the method and the size of a row of the table')
  return found
}

/** What a step gives; throws what is wrong, since a script of one row has nothing else to do. */
export const right = <A>(outcome: E.Either<unknown, A>): A => {
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
  return outcome.right
}
