/** Methods on a small CLIP with drawn weights, on the oracle: encoded images, prompts, and values of everything. */
import type { NamedValues } from '../../src/values/named-values.js'
import type { AnyTensor, Node, TensorValue } from '../../src/dsl/index.js'
import { argMax, input, l2Normalize, randomKey, sized, programOfNodes } from '../../src/dsl/index.js'
import type {
  AdaptationBatch,
  AdClipSettings,
  DaplSettings,
  InductiveName,
  PromptMethod,
  TemplateFacts,
} from '../../src/methods/index.js'
import { definitionOf } from '../../src/methods/index.js'
import {
  clipDims,
  encodeImages,
  initialClip,
  openAiTowers,
  textEncoder,
  tokenEmbedding,
} from '../../src/model/index.js'
import { paperLossWeights, presets } from '../../src/methods/index.js'
import { architecture } from '../model/small-clip.js'
import { expectRight } from '../expect-either.js'
import { drawn, f32, i32, numbersOf } from '../support/evaluation.js'

export { architecture }
export const [batch, classes, targetCount] = [3, 4, 7]

/** Names of one or two tokens, ended by a full stop (2) and the end of the text (19, the largest). */
const names: readonly (readonly number[])[] = [[3], [4, 5], [6], [7, 3]]
const length = 9

/** `[start] context name . [end] padding` for every class. */
export const promptRows = (context: readonly number[]): TensorValue =>
  i32(
    [classes, length],
    names.flatMap((name) => {
      const row = [18, ...context, ...name, 2, 19]
      return [...row, ...Array.from({ length: length - row.length }, () => 0)]
    }),
  )

/** How often zero-shot CLIP guesses each class, say. */
export const guessRates = [0.1, 0.2, 0.3, 0.4] as const
export const guessRateValues = f32([classes], guessRates)

/** Features of images, and what zero-shot CLIP guesses of them, say. */
const guessed = (seed: number, count: number) => ({
  features: drawn(seed, [count, architecture.embedDim]),
  probabilities: f32(
    [count, classes],
    Array.from({ length: count }, (_, i) =>
      guessRates.map((_rate, k) => guessRates[(k + i) % classes] ?? 0),
    ).flat(),
  ),
})
export const guessedImages = {
  source: { ...guessed(31, 8), labels: [0, 1, 2, 3, 0, 1, 2, 3] },
  target: guessed(32, targetCount),
}

/** The words of the template; placeholders are 1. */
export const template = [8, 9] as const

export const settings: AdClipSettings & Pick<DaplSettings, 'contextTokens' | 'threshold'> & TemplateFacts = {
  switches: presets.robust,
  lossWeights: paperLossWeights,
  imageTokens: 2,
  levels: 'all',
  styleHidden: 3,
  mappingHidden: 3,
  templateTokens: template.length,
  contextTokens: 2,
  threshold: 0.5,
}

/** Widths of layers of methods that learn on features. */
const widths = {
  ...{ bottleneckWidth: 4, discriminatorWidth: 5, hiddenWidth: 5 },
  ...{ decoderLayers: 1, decoderHeads: 2, headWidth: 2 },
}

/** A method of the registry on the small CLIP, with those of these settings that it has. */
export const smallMethod = <N extends InductiveName>(name: N): PromptMethod => {
  const { defaults, on } = definitionOf(name)
  return on(towers, { ...defaults.settings, ...settings, ...widths }, settings)
}

export const towers = openAiTowers(architecture)
const encode = encodeImages(architecture)
const { side } = clipDims(architecture)
const prompts = input('prompts', ['K', sized('X', length)], 'i32')

/** CLIP's own classifier, from rows of the template. */
const zeroShot = l2Normalize(
  textEncoder(architecture)(tokenEmbedding(architecture)(prompts), argMax(prompts, 1)),
)

export const adaptationBatch: AdaptationBatch<'B'> = {
  source: encode(input('source', ['B', 3, side, side])),
  labels: input('labels', ['B'], 'i32'),
  target: encode(input('target', ['B', 3, side, side])),
  strong: {
    source: encode(input('strong.source', ['B', 3, side, side])),
    target: encode(input('strong.target', ['B', 3, side, side])),
  },
  classTexts: {
    prompts: { tokens: prompts },
    zeroShot: input('zeroShot', ['K', clipDims(architecture).embedding]),
  },
  wholeTarget: {
    features: input('wholeTarget', [sized('N', targetCount), clipDims(architecture).embedding]),
    positions: input('positions', ['B'], 'i32'),
  },
  stepsPerEpoch: 2,
  epochs: 4,
}

/** CLIP's weights, as they are before any training, but of a temperature that lets classes differ. */
export const clipWeights = (seed: number): NamedValues => ({
  ...initialClip(architecture, randomKey.keyFromSeed(seed)),
  positional_embedding: drawn(seed + 1, [architecture.contextLength, architecture.textWidth]),
  'token_embedding.weight': drawn(seed + 2, [architecture.vocabSize, architecture.textWidth]),
})

/** Everything that a method's programs read, its parameters as they begin. */
export const valuesOf = (method: PromptMethod, seed: number): NamedValues => {
  const clip = clipWeights(seed)
  const rows =
    method.prompts.tag === 'Placeholders'
      ? promptRows(Array.from({ length: method.prompts.count }, () => 1))
      : promptRows(template)
  const key = randomKey.keyFromSeed(seed)
  return {
    ...clip,
    ...method.initialParameters({
      key,
      classCount: classes,
      targetCount,
      clipWeights: clip,
      promptRows: rows,
      classPrior: guessRateValues,
      images: guessedImages,
    }),
    prompts: rows,
    zeroShot: f32(
      [classes, architecture.embedDim],
      numbersOf(zeroShot, { ...clip, prompts: promptRows(template) }),
    ),
    source: drawn(seed + 3, [batch, 3, 6, 6]),
    target: drawn(seed + 4, [batch, 3, 6, 6]),
    'strong.source': drawn(seed + 6, [batch, 3, 6, 6]),
    'strong.target': drawn(seed + 7, [batch, 3, 6, 6]),
    labels: i32([batch], [2, 0, 3]),
    wholeTarget: drawn(seed + 5, [targetCount, architecture.embedDim]),
    positions: i32([batch], [6, 0, 3]),
  }
}

/** Names of what a tensor is made of: inputs and parameters. */
export const leavesOf = ({ node }: { readonly node: Node }): ReadonlySet<string> => {
  const { inputs, parameters } = expectRight(programOfNodes({ of: node }))
  return new Set([...inputs, ...parameters].map(({ attributes }) => attributes.name))
}

/** The numbers of a tensor [rows, columns] as rows. */
export const tableOf = (
  tensor: AnyTensor,
  values: NamedValues,
  columns: number,
): readonly (readonly number[])[] => {
  const all = numbersOf(tensor, values, { B: batch, K: classes })
  return Array.from({ length: all.length / columns }, (_, i) => all.slice(i * columns, (i + 1) * columns))
}
