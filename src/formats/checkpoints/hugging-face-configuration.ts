/** `config.json` of transformers' `CLIPModel`: its fields, what is done with each, and the facts that it states. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { BlockForm, ClipArchitecture } from '../../model/index.js'
import type { FieldRules } from './configuration-fields.js'
import { fields, noEffect, object, only, used } from './configuration-fields.js'
import type { StatedFacts, StatedHeads, StatedSize } from './stated-facts.js'
import { activationNames, both, refusedEpsilon, refusedInnerWidth } from './stated-facts.js'

/** What every configuration of transformers may have: for training, generation of text, and the library itself. */
export const transformersFields: FieldRules = {
  ...fields(
    noEffect('is of the library or of the file, not of the model'),
    ...['_name_or_path', 'name_or_path', '_commit_hash', 'transformers_version', 'torch_dtype', 'dtype'],
    ...['torchscript', 'use_bfloat16', 'return_dict', 'output_attentions', 'output_hidden_states'],
    ...['_attn_implementation_autoset', '_attn_implementation', 'attn_implementation', 'use_return_dict'],
    ...['_experts_implementation', '_output_attentions', 'use_cache'],
  ),
  ...fields(
    noEffect('is of the initial weights, or of training'),
    ...['initializer_factor', 'initializer_range', 'logit_scale_init_value'],
    ...['attention_dropout', 'dropout', 'hidden_dropout', 'gradient_checkpointing', 'tf_legacy_loss'],
  ),
  ...fields(
    noEffect('is of classifiers and of fine-tuning'),
    ...['finetuning_task', 'id2label', 'label2id', 'num_labels', 'problem_type', 'task_specific_params'],
  ),
  ...fields(
    noEffect('is of models that generate text'),
    ...['bad_words_ids', 'begin_suppress_tokens', 'decoder_start_token_id', 'diversity_penalty', 'do_sample'],
    ...['early_stopping', 'encoder_no_repeat_ngram_size', 'exponential_decay_length_penalty'],
    ...['forced_bos_token_id', 'forced_eos_token_id', 'length_penalty', 'max_length', 'min_length'],
    ...['no_repeat_ngram_size', 'num_beam_groups', 'num_beams', 'num_return_sequences', 'output_scores'],
    ...['remove_invalid_values', 'repetition_penalty', 'return_dict_in_generate', 'suppress_tokens'],
    ...['temperature', 'top_k', 'top_p', 'typical_p', 'tie_encoder_decoder', 'tie_word_embeddings'],
    ...['cross_attention_hidden_size', 'prefix', 'sep_token_id', 'chunk_size_feed_forward'],
  ),
  ...fields(only(false), 'add_cross_attention', 'is_decoder', 'is_encoder_decoder'),
  pruned_heads: only({}),
  // Settings of single layers, and code that comes with a model.
  ...fields(only(), 'per_layer_config', 'auto_map'),
}

const ofTower: FieldRules = {
  ...transformersFields,
  ...fields(used, 'hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads'),
  ...fields(used, 'hidden_act', 'layer_norm_eps'),
  projection_dim: noEffect(
    'is of towers that are saved alone: the projections have the width of the whole model',
  ),
  architectures: noEffect('names the class of a tower that is saved alone'),
}

/** The field of `tokenizer_config.json` that is read. */
export const tokenizerFields: FieldRules = {
  tokenizer_class: only('CLIPTokenizer', 'CLIPTokenizerFast'),
}

/** Fields of `text_config`. */
export const textFields: FieldRules = {
  ...ofTower,
  ...fields(used, 'vocab_size', 'max_position_embeddings', 'eos_token_id'),
  ...fields(
    noEffect('is a fact of the tokenizer that the model does not read'),
    'bos_token_id',
    'pad_token_id',
  ),
  model_type: only('clip_text_model'),
  ...tokenizerFields,
}

/** Fields of `vision_config`. */
export const visionFields: FieldRules = {
  ...ofTower,
  ...fields(used, 'image_size', 'patch_size'),
  ...fields(noEffect('is of texts'), 'bos_token_id', 'eos_token_id', 'pad_token_id', 'tokenizer_class'),
  model_type: only('clip_vision_model'),
  num_channels: only(3),
}

/** Fields of the whole file. */
export const huggingFaceFields: FieldRules = {
  ...transformersFields,
  ...fields(used, 'projection_dim'),
  ...fields(
    noEffect('is of texts, which text_config describes'),
    'bos_token_id',
    'eos_token_id',
    'pad_token_id',
  ),
  ...tokenizerFields,
  model_type: only('clip'),
  architectures: only(['CLIPModel']),
  text_config: object(textFields),
  text_config_dict: object(textFields),
  vision_config: object(visionFields),
  vision_config_dict: object(visionFields),
}

const ofBothTowers = {
  hidden_act: t.string,
  layer_norm_eps: t.number,
  num_attention_heads: t.number,
  num_hidden_layers: t.number,
  hidden_size: t.number,
  intermediate_size: t.number,
}
const TextTower = t.partial({
  ...ofBothTowers,
  vocab_size: t.number,
  max_position_embeddings: t.number,
  eos_token_id: t.number,
})
const VisionTower = t.partial({ ...ofBothTowers, image_size: t.number, patch_size: t.number })
/** The fields that are used. */
export const HuggingFaceConfiguration = t.partial({
  projection_dim: t.number,
  text_config: TextTower,
  text_config_dict: TextTower,
  vision_config: VisionTower,
  vision_config_dict: VisionTower,
})
type Tower = t.TypeOf<typeof TextTower> & t.TypeOf<typeof VisionTower>

/** A tower with its place in the file, and the defaults of its class in transformers. */
interface PlacedTower {
  readonly place: string
  readonly tower: Tower
  readonly usual: { readonly heads: number; readonly width: number }
}

const headsOf = ({ place, tower: { num_attention_heads: stated }, usual }: PlacedTower): StatedHeads => ({
  setting:
    stated === undefined
      ? `${place}.num_attention_heads is missing, so it is ${usual.heads}`
      : `${place}.num_attention_heads is ${stated}`,
  headsOf: () => stated ?? usual.heads,
})

/** What a tower's blocks compute, or why it is not computed here. */
const blocksOf = ({
  place,
  tower: {
    hidden_act: activation = 'quick_gelu',
    layer_norm_eps: epsilon = 1e-5,
    hidden_size,
    intermediate_size,
  },
  usual,
}: PlacedTower): E.Either<readonly string[], BlockForm> => {
  const known = Object.hasOwn(activationNames, activation) ? activationNames[activation] : undefined
  const width = hidden_size ?? usual.width
  const inner = intermediate_size ?? 4 * width
  const wrong = [
    ...(known === undefined
      ? [
          `${place}.hidden_act is ${JSON.stringify(activation)}, and only "quick_gelu" or "gelu" is computed here`,
        ]
      : []),
    ...refusedEpsilon(`${place}.layer_norm_eps`, epsilon),
    ...refusedInnerWidth(`${place}.intermediate_size`, inner, width),
  ]
  return known === undefined || wrong.length > 0 ? E.left(wrong) : E.right({ activation: known, epsilon })
}

/**
 * The facts of a decoded `config.json`; or all that is not computed here, as phrases. `text_config_dict` and
 * `vision_config_dict`, which files of early versions have, stand in the place of the two without `_dict`.
 */
export const huggingFaceFacts = (
  path: string,
  configuration: t.TypeOf<typeof HuggingFaceConfiguration>,
): E.Either<readonly string[], StatedFacts> => {
  const { text_config_dict, text_config, vision_config_dict, vision_config, projection_dim } = configuration
  const text: PlacedTower = {
    place: text_config_dict ? 'text_config_dict' : 'text_config',
    tower: text_config_dict ?? text_config ?? {},
    usual: { heads: 8, width: 512 },
  }
  const vision: PlacedTower = {
    place: vision_config_dict ? 'vision_config_dict' : 'vision_config',
    tower: vision_config_dict ?? vision_config ?? {},
    usual: { heads: 12, width: 768 },
  }
  const size = (
    { place, tower }: PlacedTower,
    field: keyof Tower,
    shown: (architecture: ClipArchitecture) => unknown,
  ): StatedSize => ({ field: `${place}.${field}`, stated: tower[field], shown })
  // The end token's number is 2 in files from before transformers read it; such a text ends at its largest token.
  const end = text.tower.eos_token_id === 2 ? undefined : text.tower.eos_token_id
  const sizes: readonly StatedSize[] = [
    { field: 'projection_dim', stated: projection_dim, shown: ({ embedDim }) => embedDim },
    size(text, 'vocab_size', ({ vocabSize }) => vocabSize),
    size(text, 'max_position_embeddings', ({ contextLength }) => contextLength),
    size(text, 'hidden_size', ({ textWidth }) => textWidth),
    size(text, 'num_hidden_layers', ({ textLayers }) => textLayers),
    { field: `${text.place}.eos_token_id`, stated: end, shown: ({ vocabSize }) => vocabSize - 1 },
    size(vision, 'image_size', ({ imageResolution }) => imageResolution),
    size(vision, 'patch_size', (of) => (of.kind === 'vit' ? of.visionPatchSize : undefined)),
    size(vision, 'hidden_size', ({ visionWidth }) => visionWidth),
    size(vision, 'num_hidden_layers', ({ visionLayers }) => visionLayers),
  ]
  return pipe(
    both(blocksOf(text), blocksOf(vision)),
    E.map(([textBlocks, visionBlocks]) => ({
      path,
      textBlocks,
      visionBlocks,
      textHeads: headsOf(text),
      visionHeads: headsOf(vision),
      sizes,
    })),
  )
}
