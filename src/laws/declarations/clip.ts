/** The laws of CLIP's encoders. */
import type { VisionTransformerClip } from '../../model/index.js'
import { textEncoder, tokenEmbedding, visionTransformer } from '../../model/index.js'
import { activations, labels, size } from '../argument.js'
import { rowsIndependent } from '../catalogue/batch.js'
import { finite, finiteGradients } from '../catalogue/bounds.js'
import { gradientIsSlope } from '../catalogue/gradients.js'
import { unchanged } from '../catalogue/invariance.js'
import { outputShape, parameterCount } from '../catalogue/layers.js'
import { equivariantToOrder } from '../catalogue/order.js'
import { declareLaws } from '../declaration.js'
import { elementAt, mapElements, positionAlong } from '../tensor-values.js'

type Sizes = Readonly<Record<string, number>>

/** A CLIP of one layer to a tower; what is not asked for is as small as can be. */
const architecture = (wanted: Partial<VisionTransformerClip>): VisionTransformerClip => ({
  kind: 'vit',
  embedDim: 1,
  imageResolution: 1,
  visionLayers: 1,
  visionWidth: 1,
  visionHeads: 1,
  visionPatchSize: 1,
  contextLength: 1,
  vocabSize: 1,
  textWidth: 1,
  textHeads: 1,
  textLayers: 1,
  ...wanted,
})

const blockCount = (width: number): number => 12 * width * width + 13 * width

export const visionTransformerLaws = declareLaws(
  (images, grid, patch, heads, headWidth, embedding) =>
    visionTransformer(
      architecture({
        imageResolution: Number(grid.dim) * Number(patch.dim),
        visionPatchSize: Number(patch.dim),
        visionHeads: Number(heads.dim),
        visionWidth: Number(heads.dim) * Number(headWidth.dim),
        embedDim: Number(embedding.dim),
      }),
    )(images).feature,
  {
    name: 'visionTransformer',
    takes: [
      activations('images', ['B', 3, 'G*P', 'G*P']),
      size('G'),
      size('P'),
      size('Hv'),
      size('Ev'),
      size('E'),
    ],
    sizes: { B: [1, 2], G: [1, 2], P: [1, 2], Hv: [1, 2], Ev: [1, 2], E: [1, 2] },
    laws: [
      rowsIndependent('B', 0),
      equivariantToOrder('B', 0),
      outputShape('[B,E]', ({ B = 0, E = 0 }) => [B, E]),
      parameterCount(
        'W (3 P² + 1) for patches and class, W (G² + 1) for positions, 4 W for norms, 12 W² + 13 W for the block, W E for the projection, W = Hv Ev',
        ({ G = 0, P = 0, Hv = 0, Ev = 0, E = 0 }: Sizes) => {
          const width = Hv * Ev
          return width * (3 * P * P + 1) + width * (G * G + 1) + 4 * width + blockCount(width) + width * E
        },
      ),
      finite,
      finiteGradients,
      gradientIsSlope,
    ],
  },
)

export const tokenEmbeddingLaws = declareLaws(
  (ids, vocabulary, heads, headWidth) =>
    tokenEmbedding(
      architecture({
        vocabSize: Number(vocabulary.dim),
        textHeads: Number(heads.dim),
        textWidth: Number(heads.dim) * Number(headWidth.dim),
      }),
    )(ids),
  {
    name: 'tokenEmbedding',
    takes: [labels('ids', ['N', 'L'], 'V'), size('V'), size('Ht'), size('Et')],
    sizes: { N: [1, 3], L: [1, 3], V: [1, 5], Ht: [1, 2], Et: [1, 2] },
    laws: [
      rowsIndependent('N', 0),
      rowsIndependent('L', 1),
      equivariantToOrder('L', 1),
      outputShape('[N,L,Ht Et]', ({ N = 0, L = 0, Ht = 0, Et = 0 }) => [N, L, Ht * Et]),
      parameterCount('V Ht Et', ({ V = 0, Ht = 0, Et = 0 }) => V * Ht * Et),
      gradientIsSlope,
    ],
  },
)

export const textEncoderLaws = declareLaws(
  (prompts, endOfText, heads, headWidth, context, embedding) =>
    textEncoder(
      architecture({
        textHeads: Number(heads.dim),
        textWidth: Number(heads.dim) * Number(headWidth.dim),
        contextLength: Number(context.dim),
        embedDim: Number(embedding.dim),
      }),
    )(prompts, endOfText),
  {
    name: 'textEncoder',
    takes: [
      activations('prompts', ['N', 'L', 'Ht*Et']),
      labels('endOfText', ['N'], 'L'),
      size('Ht'),
      size('Et'),
      size('X'),
      size('E'),
    ],
    sizes: { N: [1, 2], L: [1, 4], Ht: [1, 2], Et: [1, 2], X: [4, 5], E: [1, 2] },
    laws: [
      rowsIndependent('N', 0),
      equivariantToOrder('N', 0),
      unchanged({
        words: 'with other tokens after the end of the text',
        of: ['prompts', 'endOfText'],
        values: ({ values: { prompts, endOfText } }) => {
          if (prompts === undefined || endOfText === undefined) return {}
          const [text, position] = [positionAlong(prompts.shape, 0), positionAlong(prompts.shape, 1)]
          return {
            prompts: mapElements(prompts, (x, flat) =>
              position(flat) > elementAt(endOfText, text(flat)) ? 2 - 3 * x : x,
            ),
          }
        },
      }),
      outputShape('[N,E]', ({ N = 0, E = 0 }) => [N, E]),
      parameterCount('X W + 12 W² + 13 W + 2 W + W E, W = Ht Et', ({ X = 0, Ht = 0, Et = 0, E = 0 }) => {
        const width = Ht * Et
        return X * width + blockCount(width) + 2 * width + width * E
      }),
      finite,
      finiteGradients,
      gradientIsSlope,
    ],
  },
)
