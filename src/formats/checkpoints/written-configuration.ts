/** The configurations that transformers and open_clip read next to weights, from the facts of a CLIP. */
import { join } from '../../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { BlockActivation, BlockForm, ClipArchitecture, NamingConvention } from '../../model/index.js'
import { visionOutputWidth } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import { writeJson } from '../../effects/text-file.js'
import type { CompletedClip } from './completed-clip.js'
import type { ImagePreprocessing } from './image-preprocessing.js'

/** A configuration as it is written. */
export interface WrittenConfiguration {
  readonly name: string
  readonly content: unknown
}

const huggingFaceNames: Readonly<Record<BlockActivation, string>> = {
  'quick-gelu': 'quick_gelu',
  gelu: 'gelu',
}

/** `config.json` of transformers. A ResNet's has no image tower: there are no names for its tensors. */
const huggingFaceConfiguration = (architecture: ClipArchitecture): unknown => {
  const tower = (width: number, layers: number, heads: number, { activation, epsilon }: BlockForm) => ({
    hidden_size: width,
    intermediate_size: 4 * width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    hidden_act: huggingFaceNames[activation],
    layer_norm_eps: epsilon,
    projection_dim: architecture.embedDim,
  })
  const { textWidth, textLayers, textHeads, textBlocks, visionWidth, visionHeads, vocabSize } = architecture
  const vision =
    architecture.kind === 'vit'
      ? {
          ...tower(visionWidth, architecture.visionLayers, visionHeads, architecture.visionBlocks),
          image_size: architecture.imageResolution,
          patch_size: architecture.visionPatchSize,
          model_type: 'clip_vision_model',
        }
      : {}
  return {
    architectures: ['CLIPModel'],
    model_type: 'clip',
    projection_dim: architecture.embedDim,
    text_config: {
      ...tower(textWidth, textLayers, textHeads, textBlocks),
      max_position_embeddings: architecture.contextLength,
      vocab_size: vocabSize,
      // CLIP's tokenizer numbers the beginning and the end of a text last, and pads with the end.
      bos_token_id: vocabSize - 2,
      eos_token_id: vocabSize - 1,
      pad_token_id: vocabSize - 1,
      model_type: 'clip_text_model',
    },
    vision_config: vision,
  }
}

/** `preprocessor_config.json` of transformers. */
const preprocessorConfiguration = (
  { mean, deviation, interpolation, resize }: ImagePreprocessing,
  side: number,
): unknown => ({
  image_processor_type: 'CLIPImageProcessor',
  do_convert_rgb: true,
  do_resize: true,
  size: resize === 'squash' ? { height: side, width: side } : { shortest_edge: side },
  resample: interpolation === 'bicubic' ? 3 : 2,
  do_center_crop: true,
  crop_size: { height: side, width: side },
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: mean,
  image_std: deviation,
})

/** The epsilon of a tower's norms, where it is not the one that open_clip takes by default. */
const normSettings = ({ epsilon }: BlockForm): object =>
  epsilon === 1e-5 ? {} : { norm_kwargs: { eps: epsilon } }

/** `open_clip_config.json`. The heads of a ResNet follow from its width there, unless `head_width` says otherwise. */
const openClipConfiguration = (
  convention: NamingConvention,
  { architecture, preprocessing, assumed }: CompletedClip,
): unknown => {
  const { textWidth, textLayers, textHeads, textBlocks, visionWidth, visionLayers } = architecture
  const { mean, deviation, interpolation, resize } = preprocessing
  return {
    model_cfg: {
      embed_dim: architecture.embedDim,
      quick_gelu: textBlocks.activation === 'quick-gelu',
      // The class whose tensors have open_clip's own names.
      custom_text: convention === 'open_clip',
      vision_cfg: {
        image_size: architecture.imageResolution,
        layers: visionLayers,
        width: visionWidth,
        head_width: visionOutputWidth(architecture) / architecture.visionHeads,
        ...(architecture.kind === 'vit'
          ? { patch_size: architecture.visionPatchSize, ...normSettings(architecture.visionBlocks) }
          : {}),
      },
      text_cfg: {
        context_length: architecture.contextLength,
        vocab_size: architecture.vocabSize,
        width: textWidth,
        heads: textHeads,
        layers: textLayers,
        ...normSettings(textBlocks),
      },
    },
    ...(assumed.includes('preprocessing')
      ? {}
      : { preprocess_cfg: { mean, std: deviation, interpolation, resize_mode: resize } }),
  }
}

/**
 * Why the configuration of a convention cannot say what a CLIP is, if it cannot: open_clip has one activation for both
 * towers, transformers' preprocessing no black borders.
 */
export const unsayable = (
  convention: NamingConvention,
  { architecture, preprocessing }: CompletedClip,
): string | undefined => {
  if (convention === 'hugging-face')
    return preprocessing.resize === 'longest'
      ? 'its images are resized by their longer side, which preprocessor_config.json cannot say'
      : undefined
  return architecture.kind === 'vit' &&
    architecture.visionBlocks.activation !== architecture.textBlocks.activation
    ? 'its towers have different activations, which open_clip_config.json cannot say'
    : undefined
}

/** The name of open_clip's configuration, as it is written. */
export const openClipConfigurationFile = 'open_clip_config.json'

/**
 * The configurations of a folder of a convention. They hold all that tensors do not show; the preprocessing of images is
 * left out where it is only assumed, so that no guess is read as a fact.
 */
export const writtenConfigurations = (
  convention: NamingConvention,
  clip: CompletedClip,
): readonly WrittenConfiguration[] => {
  const { architecture, preprocessing, assumed } = clip
  if (convention !== 'hugging-face')
    return [{ name: openClipConfigurationFile, content: openClipConfiguration(convention, clip) }]
  return [
    { name: 'config.json', content: huggingFaceConfiguration(architecture) },
    ...(assumed.includes('preprocessing')
      ? []
      : [
          {
            name: 'preprocessor_config.json',
            content: preprocessorConfiguration(preprocessing, architecture.imageResolution),
          },
        ]),
  ]
}

/** Writes the configurations of a convention into a folder. */
export const writeConfigurations = (
  folder: string,
  convention: NamingConvention,
  clip: CompletedClip,
): Effect.Effect<void> =>
  pipe(
    writtenConfigurations(convention, clip),
    Effect.traverseArray(({ name, content }) => writeJson(join(folder, name), t.unknown, content)),
    Effect.as(undefined),
  )
