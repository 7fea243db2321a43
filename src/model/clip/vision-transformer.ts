/** CLIP's image encoder with a vision transformer (Dosovitskiy et al. 2021, in OpenAI's form: a norm before it). */
import {
  add,
  axis,
  broadcastTo,
  concat,
  expandDims,
  linear,
  matmul,
  parameter,
  rearrange,
  rename,
  reshape,
  select,
  sized,
  slice,
  times,
} from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { layerNormLayer } from '../normalization.js'
import { promptedTransformer } from '../prompted-transformer.js'
import { transformer } from '../transformer.js'
import type { DeepPrompts } from '../towers/prompted-towers.js'
import type { Images, ImageTokens, VisionTransformerClip, VisionWidth } from './architecture.js'
import { clipDims } from './architecture.js'

/** What the image encoder gives: the feature and the tokens, not normalised, and the output of every block. */
export interface ImageEncoding<B> {
  readonly feature: Tensor<[B, 'E']>
  /** The output of the last block in the joint embedding, the class token first. */
  readonly tokens: Tensor<[B, ImageTokens, 'E']>
  readonly levels: readonly Tensor<[B, ImageTokens, VisionWidth]>[]
}

/** The class token and the patches of images, with their positions: [B,1+G·G,width]. */
const placedTokens =
  (architecture: VisionTransformerClip) =>
  <B>(images: Images<B>): Tensor<[B, ImageTokens, VisionWidth]> => {
    const { patch, patchSize, visionWidth: width, imageTokens } = clipDims(architecture)
    const patches = rearrange(images, 'b c (h p) (w q) -> b (h w) (c p q)', { p: patch, q: patch })
    const kernels = parameter('visual.conv1.weight', [width, 3, patch, patch])
    const embedded = linear(patches, reshape(kernels, [width, patchSize]))
    const classToken = reshape(parameter('visual.class_embedding', [width]), [1, 1, width])
    const tokens = concat([broadcastTo(classToken, [axis(images, 0), 1, width]), embedded], 1)
    return add(tokens, parameter('visual.positional_embedding', [imageTokens, width]))
  }

/** The norms before the first block and after the last, and the projection [width,E] into the joint embedding. */
const ends = (architecture: VisionTransformerClip) => {
  const { visionWidth: width, embedding } = clipDims(architecture)
  const { epsilon } = architecture.visionBlocks
  return {
    before: layerNormLayer('visual.ln_pre', width, { epsilon }),
    after: layerNormLayer('visual.ln_post', width, { epsilon }),
    projection: parameter('visual.proj', [width, embedding]),
  }
}

/**
 * [B,3,R,R] to the feature [B,E], the tokens [B,1+G·G,E] and the levels [B,1+G·G,width], one per block.
 *
 * The patch convolution does not overlap, so it is written as what it is: one matrix product.
 */
export const visionTransformer = (architecture: VisionTransformerClip) => {
  const { vision } = clipDims(architecture)
  const place = placedTokens(architecture)
  const { before, after, projection } = ends(architecture)
  return <B>(images: Images<B>): ImageEncoding<B> => {
    const placed = place(images)
    const levels = transformer(
      'visual.transformer',
      architecture.visionLayers,
      vision,
      architecture.visionBlocks,
    )(before(placed))
    const last = levels.at(-1) ?? placed
    return {
      feature: matmul(after(select(last, 1, 0)), projection),
      tokens: matmul(after(last), projection),
      levels,
    }
  }
}

/**
 * The feature [B,E] of images [B,3,R,R] with P prompts [P,width] after the class token: the first of them before the first norm, each
 * further one in the place of the one before in front of the next block.
 */
export const promptedVisionTransformer = (architecture: VisionTransformerClip) => {
  const { vision, visionWidth: width, grid } = clipDims(architecture)
  const place = placedTokens(architecture)
  const { before, after, projection } = ends(architecture)
  const patches = times(grid, grid)
  return <B, P>(images: Images<B>, [first, ...rest]: DeepPrompts<P, VisionWidth>): Tensor<[B, 'E']> => {
    const placed = place(images)
    const prompts = broadcastTo(expandDims(first, 0), [axis(images, 0), axis(first, 0), width])
    const prompted = concat([concat([slice(placed, 1, 0, 1), prompts], 1), slice(placed, 1, 1, patches)], 1)
    const length = sized('L', 1 + Number(axis(first, 0).dim) + Number(patches.dim))
    const encode = promptedTransformer(
      'visual.transformer',
      architecture.visionLayers,
      vision,
      architecture.visionBlocks,
    )
    return matmul(after(encode(rename(before(prompted), 1, length), rest, 0)), projection)
  }
}
