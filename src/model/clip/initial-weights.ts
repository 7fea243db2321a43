/** A CLIP before training: weights drawn as the original initialises them. */
import type { RandomKey } from '../../dsl/random-key.js'
import { foldIn, normal, uniform } from '../../dsl/random-key.js'
import type { TensorValue } from '../../dsl/value.js'
import { elementCount } from '../../dsl/value.js'
import type { ClipArchitecture } from './architecture.js'

type Weights = Readonly<Record<string, TensorValue>>

const filled = (shape: readonly number[], value: number): TensorValue => ({
  dtype: 'f32',
  shape,
  data: new Float32Array(elementCount(shape)).fill(value),
})

/** A stable number for a name, so that each weight has a key of its own. */
const nameHash = (name: string): number =>
  Array.from(name).reduce((hash, character) => (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0, 7)

const drawnNormal = (
  key: RandomKey,
  name: string,
  shape: readonly number[],
  deviation: number,
): TensorValue => ({
  dtype: 'f32',
  shape,
  data: normal(foldIn(key, nameHash(name)), elementCount(shape)).map((value) => value * deviation),
})

/** Uniform within ±1/sqrt(inputs): the default of a linear layer in PyTorch (He et al. 2015 with a = sqrt 5). */
const drawnUniform = (
  key: RandomKey,
  name: string,
  shape: readonly number[],
  inputs: number,
): TensorValue => ({
  dtype: 'f32',
  shape,
  data: uniform(foldIn(key, nameHash(name)), elementCount(shape)).map(
    (value) => (2 * value - 1) / Math.sqrt(inputs),
  ),
})

/** A linear layer's `weight` [outputs, inputs] and `bias` [outputs]. */
export const initialLinear = (key: RandomKey, name: string, inputs: number, outputs: number): Weights => ({
  [`${name}.weight`]: drawnUniform(key, `${name}.weight`, [outputs, inputs], inputs),
  [`${name}.bias`]: drawnUniform(key, `${name}.bias`, [outputs], inputs),
})

const norm = (name: string, width: number): Weights => ({
  [`${name}.weight`]: filled([width], 1),
  [`${name}.bias`]: filled([width], 0),
})

/** A tower's blocks, with the deviations of the original (OpenAI's `initialize_parameters`). */
const tower = (key: RandomKey, prefix: string, layers: number, width: number): Weights => {
  const attention = width ** -0.5
  const projection = attention * (2 * layers) ** -0.5
  const hidden = (2 * width) ** -0.5
  return Object.assign(
    {},
    ...Array.from({ length: layers }, (_, i) => {
      const name = (part: string): string => `${prefix}.resblocks.${i}.${part}`
      const matrix = (part: string, shape: readonly number[], deviation: number): Weights => ({
        [name(part)]: drawnNormal(key, name(part), shape, deviation),
      })
      return {
        ...norm(name('ln_1'), width),
        ...norm(name('ln_2'), width),
        ...matrix('attn.in_proj_weight', [3 * width, width], attention),
        [name('attn.in_proj_bias')]: filled([3 * width], 0),
        ...matrix('attn.out_proj.weight', [width, width], projection),
        [name('attn.out_proj.bias')]: filled([width], 0),
        ...matrix('mlp.c_fc.weight', [4 * width, width], hidden),
        [name('mlp.c_fc.bias')]: filled([4 * width], 0),
        ...matrix('mlp.c_proj.weight', [width, 4 * width], projection),
        [name('mlp.c_proj.bias')]: filled([width], 0),
      }
    }),
  )
}

/**
 * Weights of a CLIP with a vision transformer, under OpenAI's names. The same key gives the same weights.
 *
 * `positionScale` multiplies the deviation of the image tower's positions. The original's is 1; on a few thousand
 * images a tower sees shapes much sooner when positions are as loud as patches, at about 8.
 */
export const initialClip = (
  architecture: ClipArchitecture,
  key: RandomKey,
  { positionScale = 1 }: { readonly positionScale?: number } = {},
): Weights => {
  const { visionWidth, textWidth, visionPatchSize: patch, imageResolution, embedDim } = architecture
  const grid = imageResolution / patch
  const scale = visionWidth ** -0.5
  const draw = (name: string, shape: readonly number[], deviation: number): Weights => ({
    [name]: drawnNormal(key, name, shape, deviation),
  })
  return {
    ...draw('visual.conv1.weight', [visionWidth, 3, patch, patch], (3 * patch * patch) ** -0.5),
    ...draw('visual.class_embedding', [visionWidth], scale),
    ...draw('visual.positional_embedding', [grid * grid + 1, visionWidth], scale * positionScale),
    ...norm('visual.ln_pre', visionWidth),
    ...tower(key, 'visual.transformer', architecture.visionLayers, visionWidth),
    ...norm('visual.ln_post', visionWidth),
    ...draw('visual.proj', [visionWidth, embedDim], scale),
    ...draw('token_embedding.weight', [architecture.vocabSize, textWidth], 0.02),
    ...draw('positional_embedding', [architecture.contextLength, textWidth], 0.01),
    ...tower(key, 'transformer', architecture.textLayers, textWidth),
    ...norm('ln_final', textWidth),
    ...draw('text_projection', [textWidth, embedDim], textWidth ** -0.5),
    logit_scale: filled([], Math.log(1 / 0.07)),
  }
}
