/** AD-CLIP's whole training step (forward, losses, backward, Adam) as one program, printed. Sizes are small to read. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { input, sized, toText } from 'tensile'
import { adClipLosses } from 'tensile/methods'
import type { ClipArchitecture } from 'tensile/model'
import { openAiTowers, openAiBlocks } from 'tensile/model'
import { adClip, isPromptLearnerParameter, paperLossWeights, presets } from 'tensile/methods'
import { adam, chain, clipByGlobalNorm, cosineSchedule, trainStep } from 'tensile/optimizers'

const architecture: ClipArchitecture = {
  kind: 'vit',
  embedDim: 16,
  imageResolution: 32,
  visionLayers: 2,
  visionWidth: 32,
  visionHeads: 2,
  visionPatchSize: 8,
  contextLength: 16,
  vocabSize: 100,
  textWidth: 32,
  textHeads: 2,
  textLayers: 2,
  textBlocks: openAiBlocks,
  visionBlocks: openAiBlocks,
}
const towers = openAiTowers(architecture)
const { side, text } = towers

const source = towers.encodeImages(input('source', ['B', 3, side, side]))
const target = towers.encodeImages(input('target', ['B', 3, side, side]))
const labels = input('labels', ['B'], 'i32')
const tokens = input('prompts', ['K', sized('X', text.contextLength)], 'i32')

const { forward } = adClip(
  towers,
  { styleHidden: 8, mappingHidden: 8, imageTokens: 2, textWidth: text.width },
  presets.reference,
)
const losses = adClipLosses(forward(source, target, { tokens }), labels, presets.reference, paperLossWeights)

/** The step's program; the two towers are frozen, so no gradient of theirs is in it. */
export const step = trainStep(
  {
    loss: losses.total,
    report: { crossEntropy: losses.crossEntropy },
    isTrainable: isPromptLearnerParameter,
  },
  chain(
    clipByGlobalNorm(1),
    adam({ learningRate: cosineSchedule({ peak: 0.01, warmUp: 100, total: 2000 }) }),
  ),
)

export const printed = pipe(
  step,
  E.map(({ program }) => toText(program)),
)
