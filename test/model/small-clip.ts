/** A CLIP of made-up sizes, no two alike where it matters, and drawn weights for it. */
import type { NamedValues } from '../../src/values/named-values.js'
import type { AnyTensor } from '../../src/dsl/index.js'
import { programOfNodes } from '../../src/dsl/index.js'
import type { VisionTransformerClip } from '../../src/model/index.js'
import { openAiBlocks } from '../../src/model/index.js'
import { expectRight } from '../expect-either.js'
import { drawn, i32 } from '../support/evaluation.js'

export const architecture: VisionTransformerClip = {
  kind: 'vit',
  embedDim: 5,
  imageResolution: 6,
  visionLayers: 2,
  visionWidth: 8,
  visionHeads: 2,
  visionPatchSize: 3,
  contextLength: 14,
  vocabSize: 20,
  textWidth: 12,
  textHeads: 3,
  textLayers: 2,
  textBlocks: openAiBlocks,
  visionBlocks: openAiBlocks,
}

/** Weights of everything that tensors need, drawn; of unit scale, so that nonlinearities matter. */
export const drawnWeights = (tensors: Readonly<Record<string, Pick<AnyTensor, 'node'>>>): NamedValues => {
  const nodes = Object.fromEntries(Object.entries(tensors).map(([name, { node }]) => [name, node]))
  const { parameters } = expectRight(programOfNodes(nodes))
  return Object.fromEntries(
    parameters.map(({ attributes: { name, shape } }, i) => [name, drawn(100 + i, shape.map(Number), 0.5)]),
  )
}

/** Prompts of K = 3 classes: start 18, context, a name of one or two tokens, end 19 (the largest), padding. */
export const contextLength = 2 * architecture.visionLayers + 2
export const classPrompts = i32(
  [3, architecture.contextLength],
  [[3], [4, 5], [6]].flatMap((name) => {
    const prompt = [18, ...Array.from({ length: contextLength }, () => 1), ...name, 2, 19]
    return [...prompt, ...Array.from({ length: architecture.contextLength - prompt.length }, () => 0)]
  }),
)
