/** Features and tokens of images and the moments of every level, from CLIP's frozen image encoder. */
import { rearrange, rename, sized } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type {
  ClipArchitecture,
  Images,
  ImageTokens,
  ResNetClip,
  VisionTransformerClip,
} from './architecture.js'
import { clipDims } from './architecture.js'
import { resNet } from './resnet.js'
import { visionTransformer } from './vision-transformer.js'
import type { EncodedImages } from '../towers/clip-towers.js'
import type { LevelMoments } from '../towers/level-moments.js'
import { levelMoments } from '../towers/level-moments.js'

/** The ε under the root of a level's deviation, as released. */
const epsilon = { vit: 2.3e-8, resnet: 1e-8 } as const

type EncodeImages = <B>(images: Images<B>) => EncodedImages<B>

/** Images [B,3,R,R] to their feature, their tokens and the moments of every level: blocks, or a ResNet's stages. */
export const encodeImages = (architecture: ClipArchitecture): EncodeImages =>
  architecture.kind === 'vit' ? encodeByTransformer(architecture) : encodeByResNet(architecture)

/** Tokens and pixels of images, under the neutral names of their sizes. */
const neutral = <B>(
  architecture: ClipArchitecture,
  images: Images<B>,
  tokens: Tensor<[B, ImageTokens, 'E']>,
): Pick<EncodedImages<B>, 'tokens' | 'pixels'> => {
  const { imageTokens } = clipDims(architecture)
  const side = sized('side', architecture.imageResolution)
  return {
    tokens: rename(tokens, 1, sized('T', imageTokens)),
    pixels: rename(rename(images, 2, side), 3, side),
  }
}

const encodeByTransformer = (architecture: VisionTransformerClip): EncodeImages => {
  const encode = visionTransformer(architecture)
  return (images) => {
    const { feature, tokens, levels } = encode(images)
    return {
      feature,
      levels: levels.map((level) => levelMoments(level, epsilon.vit)),
      ...neutral(architecture, images, tokens),
    }
  }
}

const encodeByResNet = (architecture: ResNetClip): EncodeImages => {
  const encode = resNet(architecture)
  return (images) => {
    const {
      feature,
      tokens,
      levels: [first, second, third, fourth],
    } = encode(images)
    return {
      feature,
      levels: [mapMoments(first), mapMoments(second), mapMoments(third), mapMoments(fourth)],
      ...neutral(architecture, images, tokens),
    }
  }
}

/** Moments of feature maps [B,channels,height,width] over their positions. */
const mapMoments = <B, C, H, W>(maps: Tensor<[B, C, H, W]>): LevelMoments<B> =>
  levelMoments(rearrange(maps, 'b c h w -> b (h w) c'), epsilon.resnet)
