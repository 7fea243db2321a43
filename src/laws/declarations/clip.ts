/** The laws of CLIP's encoders. */
import type { ResNetClip } from '../../model/index.js'
import { encodeImages, resNet, textEncoder, tokenEmbedding, visionTransformer } from '../../model/index.js'
import { betweenKind } from '../arbitraries/kinds.js'
import { activations, labels, size } from '../argument.js'
import { rowsIndependent } from '../catalogue/batch.js'
import { finite, finiteGradients, nonNegative } from '../catalogue/bounds.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../catalogue/gradients.js'
import { unchanged } from '../catalogue/invariance.js'
import { outputShape, parameterCount } from '../catalogue/layers.js'
import { equivariantToOrder } from '../catalogue/order.js'
import { closeInFloat32 } from '../catalogue/precision.js'
import { declareLaws } from '../declaration.js'
import { finiteAndSmooth } from './finite-and-smooth.js'
import { elementAt, mapElements, positionAlong } from '../tensor-values.js'
import { blockCount, smallClip, textTowerCount } from './small-clip.js'

type Sizes = Readonly<Record<string, number>>

/** Weights of the image tower before its projection: patches and class, positions, two norms, one block. */
const imageTowerCount = (width: number, patch: number, grid: number): number =>
  width * (3 * patch * patch + 1) + width * (grid * grid + 1) + 4 * width + blockCount(width)

export const visionTransformerLaws = declareLaws(
  (images, grid, patch, heads, headWidth, embedding) =>
    visionTransformer(
      smallClip({
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
        ({ G = 0, P = 0, Hv = 0, Ev = 0, E = 0 }: Sizes) => imageTowerCount(Hv * Ev, P, G) + Hv * Ev * E,
      ),
      finite,
      finiteGradients,
      gradientIsSlope,
      closeInFloat32(1e-4, 'output'),
    ],
  },
)

export const tokenEmbeddingLaws = declareLaws(
  (ids, vocabulary, heads, headWidth) =>
    tokenEmbedding(
      smallClip({
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
      ...finiteAndSmooth,
    ],
  },
)

export const textEncoderLaws = declareLaws(
  (prompts, endOfText, heads, headWidth, context, embedding) =>
    textEncoder(
      smallClip({
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
      parameterCount('X W + 12 W² + 13 W + 2 W + W E, W = Ht Et', ({ X = 0, Ht = 0, Et = 0, E = 0 }) =>
        textTowerCount(Ht * Et, X, E),
      ),
      finite,
      finiteGradients,
      gradientIsSlope,
      gradientOfGradientIsSlope,
      closeInFloat32(1e-4, 'output'),
    ],
  },
)

/** A ResNet of one block to a stage; `half` the width of its stem. */
const resNetArchitecture = (grid: number, half: number, heads: number, embedDim: number): ResNetClip => ({
  ...smallClip({ embedDim, imageResolution: 32 * grid }),
  kind: 'resnet',
  visionLayers: [1, 1, 1, 1],
  visionWidth: 2 * half,
  visionHeads: heads,
})

/** Number of weights of one convolution without bias and of the batch norm after it. */
const convolutionCount = (inputs: number, outputs: number, kernel: number): number =>
  inputs * outputs * kernel * kernel + 4 * outputs

const resNetCount = (half: number, grid: number, embedding: number): number => {
  const width = 2 * half
  const stem =
    convolutionCount(3, half, 3) + convolutionCount(half, half, 3) + convolutionCount(half, width, 3)
  const stages = [0, 1, 2, 3].map((stage) => {
    const planes = width * 2 ** stage
    const inputs = stage === 0 ? width : 2 * planes
    return (
      convolutionCount(inputs, planes, 1) +
      convolutionCount(planes, planes, 3) +
      convolutionCount(planes, 4 * planes, 1) +
      convolutionCount(inputs, 4 * planes, 1)
    )
  })
  const last = 32 * width
  const pool = (grid * grid + 1) * last + 3 * (last + 1) * last + (last + 1) * embedding
  return stages.reduce((sum, count) => sum + count, stem + pool)
}

/** Slow to evaluate, so it has few laws; its parts have theirs. */
export const resNetLaws = declareLaws(
  (images, grid, _cell, half, heads, embedding) =>
    resNet(resNetArchitecture(Number(grid.dim), Number(half.dim), Number(heads.dim), Number(embedding.dim)))(
      images,
    ).feature,
  {
    name: 'resNet',
    takes: [
      activations('images', ['B', 3, 'G*P', 'G*P']),
      size('G'),
      size('P'),
      size('half'),
      size('Hv'),
      size('E'),
    ],
    sizes: { B: [1, 2], G: [1, 1], P: [32, 32], half: [1, 1], Hv: [1, 2], E: [1, 2] },
    parameters: (name) => (name.endsWith('running_var') ? betweenKind(0.1, 4) : undefined),
    laws: [
      rowsIndependent('B', 0),
      equivariantToOrder('B', 0),
      outputShape('[B,E]', ({ B = 0, E = 0 }) => [B, E]),
      parameterCount(
        'those of stem, stages, norms and attention pooling',
        ({ half = 0, G = 0, E = 0 }: Sizes) => resNetCount(half, G, E),
      ),
      finite,
      gradientIsSlope,
    ],
  },
)

/** The deviation of the first level: what the style of an image is read from. */
export const encodeImagesLaws = declareLaws(
  (images, grid, patch, heads, headWidth) => {
    const encoded = encodeImages(
      smallClip({
        imageResolution: Number(grid.dim) * Number(patch.dim),
        visionPatchSize: Number(patch.dim),
        visionHeads: Number(heads.dim),
        visionWidth: Number(heads.dim) * Number(headWidth.dim),
      }),
    )(images)
    return encoded.levels[0]?.deviation ?? encoded.feature
  },
  {
    name: 'encodeImages, deviation',
    takes: [activations('images', ['B', 3, 'G*P', 'G*P']), size('G'), size('P'), size('Hv'), size('Ev')],
    sizes: { B: [1, 2], G: [1, 2], P: [1, 2], Hv: [1, 2], Ev: [1, 2] },
    laws: [
      rowsIndependent('B', 0),
      equivariantToOrder('B', 0),
      nonNegative,
      outputShape('[B,Hv Ev]', ({ B = 0, Hv = 0, Ev = 0 }) => [B, Hv * Ev]),
      finite,
      finiteGradients,
      gradientIsSlope,
      closeInFloat32(1e-4, 'output'),
    ],
  },
)
