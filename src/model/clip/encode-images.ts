/** Features of images and the moments of every level, from CLIP's frozen image encoder. */
import { rearrange } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import type { ClipArchitecture, Images, ResNetClip, VisionTransformerClip } from './architecture.js'
import { resNet } from './resnet.js'
import { visionTransformer } from './vision-transformer.js'
import type { EncodedImages } from '../towers/clip-towers.js'
import type { LevelMoments } from '../towers/level-moments.js'
import { levelMoments } from '../towers/level-moments.js'

/** The ε under the root of a level's deviation, as released. */
const epsilon = { vit: 2.3e-8, resnet: 1e-8 } as const

type EncodeImages = <B>(images: Images<B>) => EncodedImages<B>

/** Images [B,3,R,R] to their feature and the moments of every level: blocks, or a ResNet's stages. */
export const encodeImages = (architecture: ClipArchitecture): EncodeImages =>
  architecture.kind === 'vit' ? encodeByTransformer(architecture) : encodeByResNet(architecture)

const encodeByTransformer = (architecture: VisionTransformerClip): EncodeImages => {
  const encode = visionTransformer(architecture)
  return (images) => {
    const { feature, levels } = encode(images)
    return { feature, levels: levels.map((level) => levelMoments(level, epsilon.vit)) }
  }
}

const encodeByResNet = (architecture: ResNetClip): EncodeImages => {
  const encode = resNet(architecture)
  return (images) => {
    const {
      feature,
      levels: [first, second, third, fourth],
    } = encode(images)
    return {
      feature,
      levels: [mapMoments(first), mapMoments(second), mapMoments(third), mapMoments(fourth)],
    }
  }
}

/** Moments of feature maps [B,channels,height,width] over their positions. */
const mapMoments = <B, C, H, W>(maps: Tensor<[B, C, H, W]>): LevelMoments<B> =>
  levelMoments(rearrange(maps, 'b c h w -> b (h w) c'), epsilon.resnet)
