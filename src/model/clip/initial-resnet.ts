/** The modified ResNet before training, as the original initialises it. */
import type { RandomKey } from '../../values/random-key.js'
import type { ResNetClip } from './architecture.js'
import { levelWidths, resNetOutputWidth, resNetStride } from './architecture.js'
import type { NamedValues } from '../../values/named-values.js'
import {
  normalInitialiser,
  uniformInitialiser,
  constantInitialiser,
  normInitialiser,
} from '../initialisers.js'

const merged = (parts: readonly NamedValues[]): NamedValues => Object.assign({}, ...parts)

/** Moments 0 and 1, so that a batch norm changes nothing yet; the last of a block starts at 0 (`weight`). */
const batchNorm = (name: string, channels: number, gain = 1): NamedValues => ({
  ...normInitialiser(name, channels),
  [`${name}.weight`]: constantInitialiser([channels], gain),
  [`${name}.running_mean`]: constantInitialiser([channels], 0),
  [`${name}.running_var`]: constantInitialiser([channels], 1),
})

/** Weights of the modified ResNet, under OpenAI's names: every block starts as its shortcut alone. */
export const initialResNet = (architecture: ResNetClip, key: RandomKey): NamedValues => {
  const { visionWidth: width, visionLayers, embedDim, imageResolution } = architecture
  const convolution = (name: string, inputs: number, outputs: number, kernel: number): NamedValues => ({
    [`${name}.weight`]: uniformInitialiser(
      key,
      `${name}.weight`,
      [outputs, inputs, kernel, kernel],
      inputs * kernel * kernel,
    ),
  })
  const block = (name: string, inputs: number, planes: number): NamedValues => ({
    ...convolution(`${name}.conv1`, inputs, planes, 1),
    ...batchNorm(`${name}.bn1`, planes),
    ...convolution(`${name}.conv2`, planes, planes, 3),
    ...batchNorm(`${name}.bn2`, planes),
    ...convolution(`${name}.conv3`, planes, 4 * planes, 1),
    ...batchNorm(`${name}.bn3`, 4 * planes, 0),
  })
  const stage = (name: string, blocks: number, inputs: number, outputs: number): NamedValues => ({
    ...merged(
      Array.from({ length: blocks }, (_, i) =>
        block(`${name}.${i}`, i === 0 ? inputs : outputs, outputs / 4),
      ),
    ),
    ...convolution(`${name}.0.downsample.0`, inputs, outputs, 1),
    ...batchNorm(`${name}.0.downsample.1`, outputs),
  })
  const widths = levelWidths(architecture)
  const half = width / 2
  return {
    ...convolution('visual.conv1', 3, half, 3),
    ...batchNorm('visual.bn1', half),
    ...convolution('visual.conv2', half, half, 3),
    ...batchNorm('visual.bn2', half),
    ...convolution('visual.conv3', half, width, 3),
    ...batchNorm('visual.bn3', width),
    ...merged(
      widths.map((outputs, i) =>
        stage(`visual.layer${i + 1}`, visionLayers[i] ?? 0, widths[i - 1] ?? width, outputs),
      ),
    ),
    ...attentionPool(resNetOutputWidth(width), embedDim, imageResolution / resNetStride, key),
  }
}

const attentionPool = (width: number, embedDim: number, grid: number, key: RandomKey): NamedValues => {
  const deviation = width ** -0.5
  const draw = (name: string, shape: readonly number[]): NamedValues => ({
    [`visual.attnpool.${name}`]: normalInitialiser(key, `visual.attnpool.${name}`, shape, deviation),
  })
  const project = (name: string, outputs: number): NamedValues => ({
    ...draw(`${name}.weight`, [outputs, width]),
    [`visual.attnpool.${name}.bias`]: uniformInitialiser(
      key,
      `visual.attnpool.${name}.bias`,
      [outputs],
      width,
    ),
  })
  return {
    ...draw('positional_embedding', [grid * grid + 1, width]),
    ...project('q_proj', width),
    ...project('k_proj', width),
    ...project('v_proj', width),
    ...project('c_proj', embedDim),
  }
}
