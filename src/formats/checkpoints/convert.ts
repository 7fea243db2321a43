/** Converting a CLIP to the names of another convention, in the element type that it had. */
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { ClipArchitecture, NamingConvention } from '../../model/index.js'
import { headsOf, renamedTo, visionOutputWidth } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { makeFolder } from '../../effects/operations.js'
import type { FloatType } from '../safetensors/element.js'
import type { TensorStore } from '../safetensors/file.js'
import { writeSafetensors } from '../safetensors/file.js'
import { writeJson } from '../../effects/text-file.js'
import { readOpenedClip, recogniseClip } from './clip-checkpoint.js'
import { openCheckpoint } from './open-checkpoint.js'

/** The type in which all floats of a file are kept exactly. */
const floatTypeOf = ({ path, tensors }: TensorStore): E.Either<Failure, FloatType> => {
  const types = new Set([...tensors.values()].map(({ type }) => type))
  if (types.has('F64'))
    return E.left({
      tag: 'FileUnsupported',
      path,
      found: 'a file of float64 numbers, which would be rounded',
      advice: 'save it as float32 where it was made',
    })
  const [only] = types
  return E.right(types.size === 1 && (only === 'F16' || only === 'BF16') ? only : 'F32')
}

/** `config.json` of transformers: the part that weights do not show. */
const huggingFaceConfiguration = (architecture: ClipArchitecture): unknown => {
  const tower = (width: number, layers: number, heads: number) => ({
    hidden_size: width,
    intermediate_size: 4 * width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    hidden_act: 'quick_gelu',
    layer_norm_eps: 1e-5,
    projection_dim: architecture.embedDim,
  })
  const { textWidth, textLayers, textHeads, visionWidth, visionHeads } = architecture
  const vision =
    architecture.kind === 'vit'
      ? {
          ...tower(visionWidth, architecture.visionLayers, visionHeads),
          image_size: architecture.imageResolution,
          patch_size: architecture.visionPatchSize,
        }
      : {}
  return {
    architectures: ['CLIPModel'],
    model_type: 'clip',
    projection_dim: architecture.embedDim,
    text_config: {
      ...tower(textWidth, textLayers, textHeads),
      max_position_embeddings: architecture.contextLength,
      vocab_size: architecture.vocabSize,
    },
    vision_config: vision,
  }
}

/** `open_clip_config.json`. The heads of a ResNet follow from its width there, too. */
const openClipConfiguration = (architecture: ClipArchitecture): unknown => {
  const { textWidth, textLayers, textHeads, visionWidth, visionHeads, visionLayers } = architecture
  return {
    model_cfg: {
      embed_dim: architecture.embedDim,
      quick_gelu: true,
      vision_cfg: {
        image_size: architecture.imageResolution,
        layers: visionLayers,
        width: visionWidth,
        ...(architecture.kind === 'vit'
          ? { patch_size: architecture.visionPatchSize, head_width: visionWidth / visionHeads }
          : {}),
      },
      text_cfg: {
        context_length: architecture.contextLength,
        vocab_size: architecture.vocabSize,
        width: textWidth,
        heads: textHeads,
        layers: textLayers,
      },
    },
  }
}

/** The configuration that a convention stores next to weights; it says how many heads there are. */
const configurationOf = (
  to: NamingConvention,
  architecture: ClipArchitecture,
): { readonly name: string; readonly content: unknown } =>
  to === 'hugging-face'
    ? { name: 'config.json', content: huggingFaceConfiguration(architecture) }
    : { name: 'open_clip_config.json', content: openClipConfiguration(architecture) }

/** Whether the number of heads follows from the weights: one for every 64 features. */
const hasUsualHeads = (architecture: ClipArchitecture): boolean => {
  const { textWidth, textHeads, visionHeads } = architecture
  return textHeads === headsOf(textWidth) && visionHeads === headsOf(visionOutputWidth(architecture))
}

/** A single file cannot hold a number of heads: read back, it would be another model. */
const checkHeads = (
  output: string,
  architecture: ClipArchitecture,
  isFile: boolean,
): E.Either<Failure, void> => {
  const { visionHeads, textHeads } = architecture
  return !isFile || hasUsualHeads(architecture)
    ? E.right(undefined)
    : E.left({
        tag: 'InvalidSetting',
        field: 'output',
        at: output,
        problem: `a single file cannot say how many heads this CLIP has: ${visionHeads} for images and ${textHeads} for texts`,
        advice: 'convert it to a folder, where a configuration next to the weights says it',
      })
}

export interface ConversionOptions {
  /** Whose names the tensors get. */
  readonly convention: NamingConvention
  /** A safetensors file, or a folder. */
  readonly output: string
}

/** What a conversion wrote. */
export interface Conversion {
  readonly from: NamingConvention
  readonly to: NamingConvention
  readonly path: string
}

/**
 * Writes a CLIP under the names of a convention. `output` is a safetensors file, or a folder: that then holds
 * `model.safetensors` and the configuration that transformers or open_clip reads; under OpenAI's names open_clip's, and
 * only where heads are not one for every 64 features. Numbers are kept bit for bit, in float16 or bfloat16 if all were.
 *
 * Fails as `readClip` does; with `FileUnsupported` for float64, which would be rounded; with `InvalidSetting` for a ResNet
 * under Hugging Face's names, which do not cover it, and for a single file of a CLIP whose number of heads would be lost.
 *
 * @example
 * convertClip('ViT-B-16.safetensors', { convention: 'hugging-face', output: 'clip-vit-base-patch16' })
 */
export const convertClip = (
  input: string,
  { convention: to, output }: ConversionOptions,
): Effect.Effect<Conversion> => {
  const isFile = output.endsWith('.safetensors')
  const path = isFile ? output : join(output, 'model.safetensors')
  return pipe(
    Effect.Do,
    Effect.bind('opened', () => pipe(openCheckpoint(input), Effect.flatMap(recogniseClip))),
    Effect.bindEither('floatType', ({ opened }) => floatTypeOf(opened.store)),
    Effect.bind('clip', ({ opened }) => readOpenedClip(input, opened)),
    Effect.tapEither(({ clip }) => checkHeads(output, clip.architecture, isFile)),
    Effect.bindEither('renamed', ({ clip }) =>
      pipe(
        renamedTo(to)(clip.weights),
        E.mapLeft(({ tensor, problem }): Failure => ({
          tag: 'InvalidSetting',
          field: 'convention',
          at: to,
          problem: `the CLIP of ${input} cannot have these names: tensor '${tensor}' ${problem}`,
          advice: 'choose another convention',
        })),
      ),
    ),
    Effect.tap(() => makeFolder(dirname(path))),
    Effect.tap(({ opened, renamed, floatType }) =>
      // Without a format, transformers does not read a file.
      writeSafetensors(path, renamed, { metadata: { ...opened.store.metadata, format: 'pt' }, floatType }),
    ),
    Effect.tap(({ clip: { architecture } }) => {
      const { name, content } = configurationOf(to, architecture)
      const wanted = !isFile && (to !== 'openai' || !hasUsualHeads(architecture))
      return Effect.when(wanted)(writeJson(join(output, name), t.unknown, content))
    }),
    Effect.map(({ opened }) => ({ from: opened.convention, to, path })),
  )
}
