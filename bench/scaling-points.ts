/** The points of the scaling study: training steps of AD-CLIP on kept features, one size changed at a time. */
import type { ClipArchitecture, PublishedName } from '../src/model/index.js'
import { publishedArchitectures, publishedNames, openAiBlocks } from '../src/model/index.js'
import type { StepSetting } from './ad-clip-step.js'
import { repeatedLengths } from './drawn-data.js'

/** A CLIP to try the study itself with. */
const small: ClipArchitecture = {
  kind: 'vit',
  embedDim: 64,
  imageResolution: 64,
  visionLayers: 4,
  visionWidth: 128,
  visionHeads: 2,
  visionPatchSize: 16,
  contextLength: 77,
  vocabSize: 2048,
  textWidth: 128,
  textHeads: 2,
  textLayers: 4,
  textBlocks: openAiBlocks,
  visionBlocks: openAiBlocks,
}

export const scaledArchitectures = ['small', ...publishedNames] as const
export type ScaledArchitecture = 'small' | PublishedName

export interface ScalingPoint {
  readonly architecture: ScaledArchitecture
  readonly classes: number
  /** Images of each domain. */
  readonly batch: number
  readonly imageTokens: number
}

/** Which size of a point a figure is about, and what it is called. */
export const scaledSizes = {
  classes: 'classes K',
  batch: 'images B of each domain',
  imageTokens: 'image tokens L in a prompt',
} as const
export type ScaledSize = keyof typeof scaledSizes

/** The name of a point as a case of the bench. */
export const caseNameOf = ({ architecture, classes, batch, imageTokens }: ScalingPoint): string =>
  `scaling: ${architecture}, ${classes} classes, ${batch} + ${batch} images, ${imageTokens} image tokens`

/** The point that a case is named after, if it is one. */
export const pointNamed = (caseName: string): ScalingPoint | undefined => {
  const [, name, classes, batch, imageTokens] =
    /^scaling: (.+), (\d+) classes, (\d+) \+ \d+ images, (\d+) image tokens$/.exec(caseName) ?? []
  const architecture = scaledArchitectures.find((known) => known === name)
  return architecture === undefined
    ? undefined
    : { architecture, classes: Number(classes), batch: Number(batch), imageTokens: Number(imageTokens) }
}

/** The step of a point: names as long as Office-Home's. */
export const settingOf = ({ architecture, classes, batch, imageTokens }: ScalingPoint): StepSetting => ({
  architecture: architecture === 'small' ? small : publishedArchitectures[architecture],
  batch,
  endings: repeatedLengths(classes),
  imageTokens,
  styleHidden: 256,
  mappingHidden: 384,
  keptFeatures: true,
})
