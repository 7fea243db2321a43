/** `open_clip_config.json`: its fields, what is done with each, and the facts that it states. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { interpolation } from '../../effects/image-view.js'
import type { BlockForm } from '../../model/index.js'
import { literals } from '../../dsl/documents/literals.js'
import type { FieldRules } from './configuration-fields.js'
import { fields, noEffect, object, only, used } from './configuration-fields.js'
import type { ImagePreprocessing } from './image-preprocessing.js'
import { colourNumbers, openAiPreprocessing, perColour } from './image-preprocessing.js'
import type { StatedFacts, StatedPreprocessing, StatedSize } from './stated-facts.js'
import { both, refusedColours, refusedEpsilon, refusedInnerWidth } from './stated-facts.js'

/** Fields of both towers. */
const ofTower: FieldRules = {
  ...fields(used, 'layers', 'width', 'mlp_ratio', 'norm_kwargs'),
  ...fields(only(false), 'qk_norm', 'scaled_cosine_attn', 'scale_heads', 'scale_attn_inner'),
  ...fields(only(false), 'scale_attn', 'scale_fc'),
  ls_init_value: only(),
  act_kwargs: only({}),
  block_type: only('default'),
  output_tokens: noEffect('adds outputs that are not used'),
  final_ln_after_pool: noEffect('is the same where one token is read, as it is here'),
}

/** Fields of `vision_cfg`. */
export const openClipVisionFields: FieldRules = {
  ...ofTower,
  ...fields(used, 'head_width', 'patch_size', 'image_size'),
  patch_dropout: noEffect('is of training'),
  ...fields(only(false), 'attentional_pool', 'global_average_pool', 'input_patchnorm'),
  ...fields(
    noEffect('is of attentional pooling, which there is none of'),
    'attn_pooler_queries',
    'attn_pooler_heads',
  ),
  no_ln_pre: only(false),
  pos_embed_type: noEffect('is of the initial weights: the tensors hold the positions'),
  pool_type: only('tok'),
  image_seq_len: only(),
  timm_model_name: only(''),
  ...fields(
    noEffect('is of towers of timm, which this is not'),
    ...['timm_model_pretrained', 'timm_pool', 'timm_proj', 'timm_proj_bias', 'timm_drop', 'timm_drop_path'],
    'timm_model_kwargs',
  ),
}

/** Fields of `text_cfg`. */
export const openClipTextFields: FieldRules = {
  ...ofTower,
  ...fields(used, 'context_length', 'vocab_size', 'heads', 'eos_id', 'hf_tokenizer_name', 'pool_type'),
  text_arch: only('clip'),
  variable_text: only(false),
  tokenizer_mode: only(),
  tokenizer_kwargs: only({}, { clean: 'lower' }),
  tokenizer_type: only(''),
  tiktoken_name: noEffect('is of another tokenizer'),
  no_causal_mask: only(false),
  embed_cls: only(false),
  proj_type: only('linear'),
  proj_bias: only(false),
  ...fields(noEffect('is of texts that see later tokens, or of other tokenizers'), 'pad_id', 'bos_id'),
  norm_type: only('layernorm'),
  hf_model_name: only(''),
  ...fields(
    noEffect('is of text towers of transformers, which this is not'),
    ...['hf_model_pretrained', 'hf_proj_type', 'hf_pooler_type', 'hf_model_config', 'pooler_type', 'proj'],
  ),
  ...fields(
    noEffect('is of the other architecture of text towers (text_arch "modern")'),
    ...['attention_mode', 'pos_embed', 'rope_temperature', 'mlp_type', 'norm_eps', 'attn_gated', 'pre_norm'],
    ...['norm_placement', 'zero_init_residual', 'reg_tokens', 'value_residual', 'attention_bias', 'mlp_bias'],
    'gate_bias',
  ),
}

/** Fields of `model_cfg`. */
export const openClipModelFields: FieldRules = {
  ...fields(used, 'embed_dim', 'quick_gelu'),
  vision_cfg: object(openClipVisionFields),
  text_cfg: object(openClipTextFields),
  custom_text: noEffect('changes the names of tensors, which show it'),
  multimodal_cfg: only(),
  audio_cfg: only(),
  init_logit_bias: only(),
  ...fields(noEffect('is of the initial weights'), 'init_logit_scale', 'nonscalar_logit_scale'),
  ...fields(noEffect('is of the program, not of the model'), 'cast_dtype', 'output_dict'),
}

/** Fields of `preprocess_cfg`. */
export const openClipPreprocessFields: FieldRules = {
  ...fields(used, 'mean', 'std', 'interpolation', 'resize_mode'),
  size: noEffect('is that of the image tower, vision_cfg.image_size'),
  mode: only('RGB'),
  fill_color: only(0),
}

/** Fields of the whole file. */
export const openClipFields: FieldRules = {
  model_cfg: object(openClipModelFields),
  preprocess_cfg: object(openClipPreprocessFields),
}

const norm = t.partial({ eps: t.number })
const VisionCfg = t.partial({
  layers: t.union([t.number, t.array(t.number)]),
  width: t.number,
  head_width: t.number,
  mlp_ratio: t.number,
  patch_size: t.number,
  image_size: t.union([t.number, t.tuple([t.number, t.number])]),
  norm_kwargs: norm,
})
const TextCfg = t.partial({
  context_length: t.number,
  vocab_size: t.number,
  width: t.number,
  heads: t.number,
  layers: t.number,
  mlp_ratio: t.number,
  norm_kwargs: norm,
  hf_tokenizer_name: t.string,
  pool_type: t.string,
  eos_id: t.number,
})
const PreprocessCfg = t.partial({
  mean: colourNumbers,
  std: colourNumbers,
  interpolation: t.union([interpolation, t.literal('random')]),
  resize_mode: literals(['shortest', 'longest', 'squash']),
})

/** The fields that are used. */
export const OpenClipConfiguration = t.intersection([
  t.type({
    model_cfg: t.intersection([
      t.type({ vision_cfg: VisionCfg, text_cfg: TextCfg }),
      t.partial({ quick_gelu: t.boolean, embed_dim: t.number }),
    ]),
  }),
  t.partial({ preprocess_cfg: PreprocessCfg }),
])
type Configuration = t.TypeOf<typeof OpenClipConfiguration>

/** Names under which CLIP's own tokenizer is published. */
const clipTokenizer = /^openai\/clip-/

const blocksOf = (
  place: string,
  quick: boolean,
  norms: t.TypeOf<typeof norm> | undefined,
  inner: readonly string[],
): E.Either<readonly string[], BlockForm> => {
  const { eps = 1e-5, ...others } = norms ?? {}
  const wrong = [
    ...refusedEpsilon(`${place}.norm_kwargs.eps`, eps),
    ...Object.keys(others).map((name) => `${place}.norm_kwargs.${name} is not known`),
    ...inner,
  ]
  return wrong.length > 0
    ? E.left(wrong)
    : E.right({ activation: quick ? 'quick-gelu' : 'gelu', epsilon: eps })
}

/** Why texts would be read otherwise than CLIP reads them, if they would. */
const refusedTexts = ({
  hf_tokenizer_name: tokenizer,
  pool_type: pool = 'argmax',
  eos_id: end,
}: Configuration['model_cfg']['text_cfg']): readonly string[] => [
  ...(tokenizer && !clipTokenizer.test(tokenizer)
    ? [
        `model_cfg.text_cfg.hf_tokenizer_name is ${JSON.stringify(tokenizer)}, and only CLIP's own tokenizer is known here`,
      ]
    : []),
  ...(pool === 'argmax' || (pool === 'eos' && end !== undefined)
    ? []
    : [
        `model_cfg.text_cfg.pool_type is ${JSON.stringify(pool)}, and only "argmax", or "eos" with an eos_id, is computed here`,
      ]),
]

/** The side of a square, or what is stated where it is none. */
const sideOf = (size: number | readonly [number, number] | undefined): unknown =>
  typeof size === 'object' && size[0] === size[1] ? size[0] : size

/** The facts of a decoded `open_clip_config.json`; or all that is not computed here, as phrases. */
export const openClipFacts = (
  path: string,
  { model_cfg: { vision_cfg: vision, text_cfg: text, quick_gelu, embed_dim } }: Configuration,
): E.Either<readonly string[], StatedFacts> => {
  const quick = quick_gelu === true
  const { width: visionWidth = 768, mlp_ratio: visionRatio = 4, head_width: headWidth = 64 } = vision
  const { width: textWidth = 512, mlp_ratio: textRatio = 4, heads = 8 } = text
  const isResNet = Array.isArray(vision.layers)
  const inner = (place: string, width: number, ratio: number): readonly string[] =>
    refusedInnerWidth(`model_cfg.${place}.mlp_ratio`, Math.trunc(width * ratio), width)
  const size = (field: string, stated: unknown, shown: StatedSize['shown']): StatedSize => ({
    field: `model_cfg.${field}`,
    stated,
    shown,
  })
  const texts = refusedTexts(text)
  return pipe(
    both(
      texts.length > 0 ? E.left(texts) : E.right(undefined),
      both(
        blocksOf('model_cfg.text_cfg', quick, text.norm_kwargs, inner('text_cfg', textWidth, textRatio)),
        blocksOf(
          'model_cfg.vision_cfg',
          quick,
          vision.norm_kwargs,
          isResNet ? [] : inner('vision_cfg', visionWidth, visionRatio),
        ),
      ),
    ),
    E.map(([, [textBlocks, visionBlocks]]) => ({
      path,
      textBlocks,
      visionBlocks,
      textHeads: {
        setting:
          text.heads === undefined
            ? `model_cfg.text_cfg.heads is missing, so it is ${heads}`
            : `model_cfg.text_cfg.heads is ${heads}`,
        headsOf: () => heads,
      },
      visionHeads: {
        setting: `model_cfg.vision_cfg.head_width is ${headWidth}`,
        headsOf: (width: number) => width / headWidth,
      },
      sizes: [
        size('embed_dim', embed_dim, ({ embedDim }) => embedDim),
        size('vision_cfg.image_size', sideOf(vision.image_size), ({ imageResolution }) => imageResolution),
        size('vision_cfg.layers', vision.layers, ({ visionLayers }) => visionLayers),
        size('vision_cfg.width', vision.width, (of) => of.visionWidth),
        size('vision_cfg.patch_size', vision.patch_size, (of) =>
          of.kind === 'vit' ? of.visionPatchSize : undefined,
        ),
        size('text_cfg.context_length', text.context_length, ({ contextLength }) => contextLength),
        size('text_cfg.vocab_size', text.vocab_size, ({ vocabSize }) => vocabSize),
        size('text_cfg.width', text.width, (of) => of.textWidth),
        size('text_cfg.layers', text.layers, ({ textLayers }) => textLayers),
        size('text_cfg.eos_id', text.pool_type === 'eos' ? text.eos_id : undefined, (of) => of.vocabSize - 1),
      ],
    })),
  )
}

/** How a decoded `open_clip_config.json` prepares images; or all that is not computed here, as phrases. */
export const openClipPreprocessing = (
  path: string,
  { preprocess_cfg: stated }: Configuration,
): E.Either<readonly string[], StatedPreprocessing> => {
  const { mean, std, interpolation: kernel, resize_mode: mode } = stated ?? {}
  const preprocessing: ImagePreprocessing = {
    mean: perColour(mean ?? openAiPreprocessing.mean),
    deviation: perColour(std ?? openAiPreprocessing.deviation),
    // In evaluation open_clip takes the bicubic kernel for a random one.
    interpolation: kernel === 'bilinear' ? 'bilinear' : 'bicubic',
    resize: mode ?? 'shortest',
  }
  const wrong = refusedColours(
    { mean: 'preprocess_cfg.mean', deviation: 'preprocess_cfg.std' },
    preprocessing,
  )
  return wrong.length > 0 ? E.left(wrong) : E.right({ path, preprocessing, sizes: [] })
}
