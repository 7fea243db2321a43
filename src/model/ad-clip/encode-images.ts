/** What AD-CLIP reads of images, from CLIP's frozen image encoder. */
import type { Dim } from '../../dsl/index.js'
import type { ClipArchitecture } from '../clip/architecture.js'
import type { Images } from '../clip/vision-transformer.js'
import { visionTransformer } from '../clip/vision-transformer.js'
import type { EncodedImages } from './ad-clip.js'
import { levelMoments } from './prompt-learner.js'

/** The ε under the root of a level's deviation, as released, for levels of a vision transformer. */
const vitEpsilon = 2.3e-8

/** Images [B,3,R,R] to their feature and the moments of every level. */
export const encodeImages = (architecture: ClipArchitecture) => {
  const encode = visionTransformer(architecture)
  return <B extends Dim>(images: Images<B>): EncodedImages<B> => {
    const { feature, levels } = encode(images)
    return { feature, levels: levels.map((level) => levelMoments(level, vitEpsilon)) }
  }
}
