/** CLIP's image encoder with a vision transformer (Dosovitskiy et al. 2021, in OpenAI's form: a norm before it). */
import {
  add,
  axis,
  broadcastTo,
  concat,
  linear,
  matmul,
  parameter,
  rearrange,
  reshape,
  select,
} from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { layerNormLayer } from '../normalization.js'
import { transformer } from '../transformer.js'
import type { Images, ImageTokens, VisionTransformerClip, VisionWidth } from './architecture.js'
import { clipDims } from './architecture.js'

/** What the image encoder gives: the feature, not normalised, and the output of every block. */
export interface ImageEncoding<B> {
  readonly feature: Tensor<[B, 'E']>
  readonly levels: readonly Tensor<[B, ImageTokens, VisionWidth]>[]
}

/**
 * [B,3,R,R] to the feature [B,E] and the levels [B,1+G·G,width], one per block.
 *
 * The patch convolution does not overlap, so it is written as what it is: one matrix product.
 */
export const visionTransformer = (architecture: VisionTransformerClip) => {
  const sizes = clipDims(architecture)
  const { patch, patchSize, vision, visionWidth: width } = sizes
  const { epsilon } = architecture.visionBlocks
  return <B>(images: Images<B>): ImageEncoding<B> => {
    const patches = rearrange(images, 'b c (h p) (w q) -> b (h w) (c p q)', { p: patch, q: patch })
    const kernels = parameter('visual.conv1.weight', [width, 3, patch, patch])
    const embedded = linear(patches, reshape(kernels, [width, patchSize]))
    const classToken = reshape(parameter('visual.class_embedding', [width]), [1, 1, width])
    const tokens = concat([broadcastTo(classToken, [axis(images, 0), 1, width]), embedded], 1)
    const placed = add(tokens, parameter('visual.positional_embedding', [sizes.imageTokens, width]))
    const levels = transformer(
      'visual.transformer',
      architecture.visionLayers,
      vision,
      architecture.visionBlocks,
    )(layerNormLayer('visual.ln_pre', width, { epsilon })(placed))
    const last = levels.at(-1) ?? placed
    const feature = matmul(
      layerNormLayer('visual.ln_post', width, { epsilon })(select(last, 1, 0)),
      parameter('visual.proj', [width, sizes.embedding]),
    )
    return { feature, levels }
  }
}
