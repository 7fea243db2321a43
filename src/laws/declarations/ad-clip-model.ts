/** The laws of AD-CLIP as a whole. */
import { axis } from '../../dsl/index.js'
import type { Dim, DimHandle, Tensor } from '../../dsl/index.js'
import { openAiTowers } from '../../model/index.js'
import { adClip, presets } from '../../methods/index.js'
import type { PresetName } from '../../methods/index.js'
import { activations, directions, size } from '../argument.js'
import { rowsIndependent } from '../catalogue/batch.js'
import { finite, finiteGradients } from '../catalogue/bounds.js'
import { gradientIsSlope } from '../catalogue/gradients.js'
import { scaleInvariant, unchanged } from '../catalogue/invariance.js'
import { outputShape } from '../catalogue/layers.js'
import { equivariantToOrder } from '../catalogue/order.js'
import { closeInFloat32 } from '../catalogue/precision.js'
import { declareLaws } from '../declaration.js'
import { mapElements } from '../tensor-values.js'
import { classPrompts } from './class-prompts.js'
import { smallClip } from './small-clip.js'

/** A model with one layer to its text tower, one level and one image token. */
const model = (
  preset: PresetName,
  embedding: DimHandle<'E'>,
  vocabulary: DimHandle<'V'>,
  context: DimHandle<'X'>,
  heads: DimHandle<'Ht'>,
  headWidth: DimHandle<'Et'>,
) => {
  const architecture = smallClip({
    embedDim: Number(embedding.dim),
    contextLength: Number(context.dim),
    vocabSize: Number(vocabulary.dim),
    textWidth: Number(heads.dim) * Number(headWidth.dim),
    textHeads: Number(heads.dim),
  })
  const towers = openAiTowers(architecture)
  const learner = {
    styleHidden: 2,
    mappingHidden: 2,
    imageTokens: 1,
    textWidth: towers.text.width,
  }
  return adClip(towers, learner, presets[preset])
}

const images = <B extends Dim>(
  feature: Tensor<[B, 'E']>,
  mean: Tensor<[B, 'C']>,
  deviation: Tensor<[B, 'C']>,
) => ({ feature, levels: [{ mean, deviation }] })

/** The source's style, the target's and one token of content. */
const contextLength = 3
const classes = [classPrompts(() => contextLength), size('V'), size('Ht'), size('Et')] as const
const sizes = {
  B: [1, 2],
  E: [1, 2],
  C: [1, 2],
  K: [1, 3],
  X: [5, 6],
  V: [2, 4],
  Ht: [1, 2],
  Et: [1, 1],
} as const

const common = [
  rowsIndependent('B', 0),
  equivariantToOrder('B', 0),
  rowsIndependent('K', 1),
  equivariantToOrder('K', 1),
  outputShape('[B,K]', ({ B = 0, K = 0 }) => [B, K]),
  finite,
  finiteGradients,
  gradientIsSlope,
  closeInFloat32(1e-4, 'output'),
] as const

export const adClipForwardLaws = declareLaws(
  (
    feature,
    mean,
    deviation,
    otherFeature,
    otherMean,
    otherDeviation,
    prompts,
    vocabulary,
    heads,
    headWidth,
  ) =>
    model('reference', axis(feature, 1), vocabulary, axis(prompts, 1), heads, headWidth).forward(
      images(feature, mean, deviation),
      images(otherFeature, otherMean, otherDeviation),
      { tokens: prompts },
    ).source.logits,
  {
    name: 'adClip, forward',
    takes: [
      directions('source', ['B', 'E']),
      activations('sourceMean', ['B', 'C']),
      activations('sourceDeviation', ['B', 'C']),
      directions('target', ['B', 'E']),
      activations('targetMean', ['B', 'C']),
      activations('targetDeviation', ['B', 'C']),
      ...classes,
    ],
    sizes,
    laws: [
      ...common,
      scaleInvariant('source'),
      unchanged({
        words: "with other features of the target's images",
        of: ['target'],
        values: ({ values: { target } }) => ({
          target: target === undefined ? target : mapElements(target, (x) => 1 - 2 * x),
        }),
      }),
    ],
  },
)

export const adClipPredictLaws = declareLaws(
  (feature, mean, deviation, prompts, vocabulary, heads, headWidth) =>
    model('paper', axis(feature, 1), vocabulary, axis(prompts, 1), heads, headWidth).predict(
      images(feature, mean, deviation),
      { tokens: prompts },
    ).logits,
  {
    name: 'adClip, predict',
    takes: [
      directions('target', ['B', 'E']),
      activations('targetMean', ['B', 'C']),
      activations('targetDeviation', ['B', 'C']),
      ...classes,
    ],
    sizes,
    laws: [...common, scaleInvariant('target')],
  },
)
