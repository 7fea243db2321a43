/** A training step of AD-CLIP as the bench runs it: preset `reference`, of sizes that are given, on drawn numbers. */
import * as E from 'fp-ts/lib/Either.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { input, sized } from '../src/dsl/index.js'
import type { Fault } from '../src/dsl/index.js'
import { encodedInputs } from '../src/experiments/encoding/encoded-set.js'
import type { NamedValues } from '../src/values/named-values.js'
import type { MethodLoss } from '../src/methods/index.js'
import { adClipMethod } from '../src/methods/index.js'
import type { ClipArchitecture, EncodedImages } from '../src/model/index.js'
import { levelWidths, openAiTowers, publishedArchitectures } from '../src/model/index.js'
import { paperLossWeights, presets } from '../src/methods/index.js'
import type { TrainStep } from '../src/optimizers/index.js'
import { adam, trainStep } from '../src/optimizers/index.js'
import { drawnIds, drawnValue, drawnWeight, officeHomeLengths } from './drawn-data.js'

export interface StepSetting {
  readonly architecture: ClipArchitecture
  /** Images of each domain. */
  readonly batch: number
  /** Tokens of each class from its name to the end of text. */
  readonly endings: readonly number[]
  /** `L` */
  readonly imageTokens: number
  readonly styleHidden: number
  readonly mappingHidden: number
  /** Whether the step begins at rows that were kept of the image encoder. */
  readonly keptFeatures: boolean
}

/** The released sizes at ViT-B/16, with Office-Home's 65 classes. */
export const officeHomeStep = (batch: number, keptFeatures: boolean): StepSetting => ({
  architecture: publishedArchitectures['ViT-B/16'],
  batch,
  endings: officeHomeLengths,
  imageTokens: 4,
  styleHidden: 256,
  mappingHidden: 384,
  keptFeatures,
})

/** Positions of a prompt before its name: [SOS], both styles, the image's content. */
export const positionsBefore = ({ architecture, imageTokens }: StepSetting): number =>
  1 + 2 * levelWidths(architecture).length + imageTokens

/** The loss with its terms, and which parameters are trained. Inputs are those of `adClipInputs`. */
export const adClipLoss = (
  setting: StepSetting,
): MethodLoss & { readonly isTrainable: (parameter: string) => boolean } => {
  const { architecture, endings, keptFeatures } = setting
  const towers = openAiTowers(architecture)
  const { side, embedding } = towers
  const method = adClipMethod(towers, {
    ...setting,
    levels: 'all',
    switches: presets.reference,
    lossWeights: paperLossWeights,
    templateTokens: 0,
  })
  const lengths = endings.map((ending) => positionsBefore(setting) + ending)
  const classes = sized('K', lengths.length)
  const images = (domain: string): EncodedImages<'B'> =>
    keptFeatures
      ? encodedInputs(towers, `${domain}.`)
      : towers.encodeImages(input(domain, ['B', 3, side, side]))
  const loss = method.loss({
    source: images('source'),
    target: images('target'),
    strong: { source: images('strong.source'), target: images('strong.target') },
    labels: input('labels', ['B'], 'i32'),
    classTexts: {
      prompts: { tokens: input('prompts', [classes, sized('X', Math.max(...lengths))], 'i32'), lengths },
      zeroShot: input('zeroShot', [classes, embedding]),
    },
    wholeTarget: {
      features: input('wholeTarget', ['N', embedding]),
      positions: input('positions', ['B'], 'i32'),
    },
    stepsPerEpoch: 1,
    epochs: 1,
  })
  return { ...loss, isTrainable: method.isTrainable }
}

/** The whole step: both domains' images in one program, or rows that were kept of their encoder; forward, backward, Adam. */
export const adClipStep = (setting: StepSetting): E.Either<Fault, TrainStep> => {
  const { total, terms, isTrainable } = adClipLoss(setting)
  return trainStep(
    { loss: total, report: terms, isTrainable },
    adam({ learningRate: 0.01, weightDecay: 5e-4 }),
  )
}

export const stepSizes = ({ batch, endings }: StepSetting): Readonly<Record<string, number>> => ({
  B: batch,
  K: endings.length,
})

/** Images, or their rows, and labels and prompts. */
export const adClipInputs = (setting: StepSetting): NamedValues => {
  const { architecture, batch, endings, keptFeatures } = setting
  const { embedDim, imageResolution: side, vocabSize } = architecture
  const rows = (domain: string, seed: number): NamedValues =>
    keptFeatures
      ? {
          [`${domain}.feature`]: drawnValue([batch, embedDim], seed),
          ...Object.fromEntries(
            levelWidths(architecture).flatMap((width, level) => [
              [`${domain}.mean.${level}`, drawnValue([batch, width], seed + level)],
              [`${domain}.deviation.${level}`, drawnValue([batch, width], seed + 20 + level)],
            ]),
          ),
        }
      : { [domain]: drawnValue([batch, 3, side, side], seed) }
  return {
    ...rows('source', 1),
    ...rows('target', 50),
    labels: {
      dtype: 'i32',
      shape: [batch],
      data: Int32Array.from({ length: batch }, (_, i) => i % endings.length),
    },
    prompts: drawnIds(endings, positionsBefore(setting), vocabSize),
  }
}

/** Weights of a step's program at random, and its optimizer's state as it starts. */
export const drawnValues = (
  { program, initialState }: Pick<TrainStep, 'program' | 'initialState'>,
  sizes: Readonly<Record<string, number>>,
): NamedValues => {
  const optimizer = E.getOrElse((): NamedValues => ({}))(evaluate(initialState, {}, sizes))
  return Object.fromEntries(
    program.parameters.map(({ attributes: { name, shape, dtype } }, i) => [
      name,
      optimizer[name] ?? drawnWeight(name, shape.map(Number), dtype, i),
    ]),
  )
}
