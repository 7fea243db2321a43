/** A CLIP before training: weights drawn as the original initialises them. */
import type { RandomKey } from '../../values/random-key.js'
import type { ClipArchitecture, VisionTransformerClip } from './architecture.js'
import { normalInitialiser, constantInitialiser, normInitialiser } from '../initialisers.js'
import type { NamedValues } from '../../values/named-values.js'
import { initialResNet } from './initial-resnet.js'

/** A tower's blocks, with the deviations of the original (OpenAI's `initialize_parameters`). */
const tower = (key: RandomKey, prefix: string, layers: number, width: number): NamedValues => {
  const attention = width ** -0.5
  const projection = attention * (2 * layers) ** -0.5
  const hidden = (2 * width) ** -0.5
  return Object.assign(
    {},
    ...Array.from({ length: layers }, (_, i) => {
      const name = (part: string): string => `${prefix}.resblocks.${i}.${part}`
      const matrix = (part: string, shape: readonly number[], deviation: number): NamedValues => ({
        [name(part)]: normalInitialiser(key, name(part), shape, deviation),
      })
      return {
        ...normInitialiser(name('ln_1'), width),
        ...normInitialiser(name('ln_2'), width),
        ...matrix('attn.in_proj_weight', [3 * width, width], attention),
        [name('attn.in_proj_bias')]: constantInitialiser([3 * width], 0),
        ...matrix('attn.out_proj.weight', [width, width], projection),
        [name('attn.out_proj.bias')]: constantInitialiser([width], 0),
        ...matrix('mlp.c_fc.weight', [4 * width, width], hidden),
        [name('mlp.c_fc.bias')]: constantInitialiser([4 * width], 0),
        ...matrix('mlp.c_proj.weight', [width, 4 * width], projection),
        [name('mlp.c_proj.bias')]: constantInitialiser([width], 0),
      }
    }),
  )
}

const initialVisionTransformer = (
  architecture: VisionTransformerClip,
  key: RandomKey,
  positionScale: number,
): NamedValues => {
  const { visionWidth, visionPatchSize: patch, imageResolution, embedDim } = architecture
  const grid = imageResolution / patch
  const scale = visionWidth ** -0.5
  const draw = (name: string, shape: readonly number[], deviation: number): NamedValues => ({
    [name]: normalInitialiser(key, name, shape, deviation),
  })
  return {
    ...draw('visual.conv1.weight', [visionWidth, 3, patch, patch], (3 * patch * patch) ** -0.5),
    ...draw('visual.class_embedding', [visionWidth], scale),
    ...draw('visual.positional_embedding', [grid * grid + 1, visionWidth], scale * positionScale),
    ...normInitialiser('visual.ln_pre', visionWidth),
    ...tower(key, 'visual.transformer', architecture.visionLayers, visionWidth),
    ...normInitialiser('visual.ln_post', visionWidth),
    ...draw('visual.proj', [visionWidth, embedDim], scale),
  }
}

/**
 * Weights of a CLIP under OpenAI's names. The same key gives the same weights.
 *
 * `positionScale` multiplies the deviation of a vision transformer's positions. The original's is 1; on a few thousand
 * images a tower sees shapes much sooner when positions are as loud as patches, at about 8.
 */
export const initialClip = (
  architecture: ClipArchitecture,
  key: RandomKey,
  { positionScale = 1 }: { readonly positionScale?: number } = {},
): NamedValues => {
  const { textWidth, embedDim } = architecture
  const draw = (name: string, shape: readonly number[], deviation: number): NamedValues => ({
    [name]: normalInitialiser(key, name, shape, deviation),
  })
  return {
    ...(architecture.kind === 'vit'
      ? initialVisionTransformer(architecture, key, positionScale)
      : initialResNet(architecture, key)),
    ...draw('token_embedding.weight', [architecture.vocabSize, textWidth], 0.02),
    ...draw('positional_embedding', [architecture.contextLength, textWidth], 0.01),
    ...tower(key, 'transformer', architecture.textLayers, textWidth),
    ...normInitialiser('ln_final', textWidth),
    ...draw('text_projection', [textWidth, embedDim], textWidth ** -0.5),
    logit_scale: constantInitialiser([], Math.log(1 / 0.07)),
  }
}
