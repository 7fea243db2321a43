/** Models that are like CLIP and compute something else: recognised by their tensors or their configuration, to be named. */
import * as t from 'io-ts'

interface Family {
  /** With its article, as it completes "it is". */
  readonly name: string
  /** A tensor that the family has and CLIP has not. */
  readonly tensor?: RegExp
  /** Its `model_type` in configurations of transformers. */
  readonly modelType?: RegExp
}

/** Those that are more special come first. */
const families: readonly Family[] = [
  {
    name: 'a SigLIP, whose logits have a bias and whose towers pool otherwise',
    tensor: /^logit_bias$|^vision_model\.head\.(probe|attention)|^visual\.trunk\.attn_pool\.latent/,
    modelType: /^siglip/,
  },
  {
    name: 'a CoCa, which has a decoder of text',
    tensor: /^text_decoder\.|^text\.cls_emb$/,
    modelType: /^coca/,
  },
  {
    name: 'an EVA-CLIP, whose image tower has other blocks',
    tensor:
      /^visual\.(trunk\.)?blocks\.\d+\.(mlp\.(w12|w1|w2|fc1_g|ffn_ln)|attn\.(inner_attn_ln|rope|q_bias|v_bias))/,
    modelType: /^(eva|eva_clip|clip_eva)/,
  },
  {
    name: 'a MobileCLIP, whose image tower is of convolutions and of another attention',
    tensor:
      /^image_encoder\.model\.|^visual\.trunk\.(stem\.\d+\.(conv_kxk|conv_scale|reparam_conv)|stages\.\d+\.blocks\.\d+\.(token_mixer|mlp\.conv))/,
    modelType: /^mobileclip/i,
  },
  {
    name: 'a CLIP with a ConvNeXt as its image tower',
    tensor: /^visual\.trunk\.stages\.\d+\.blocks\.\d+\.conv_dw\./,
  },
  {
    name: 'a CLIP whose image tower is of timm (as those of EVA-CLIP, MobileCLIP, SigLIP, ViTamin and PE-Core are)',
    tensor: /^visual\.trunk\./,
  },
  {
    name: 'a CLIP whose text tower is another language model',
    tensor: /^text\.transformer\.(embeddings|encoder|shared)\.|^bert\./,
    modelType: /^(chinese_clip|altclip|vision-text-dual-encoder)/,
  },
  {
    name: 'a MetaCLIP 2, whose tokens are those of another vocabulary',
    modelType: /^metaclip/,
  },
  { name: 'a CLAP, which reads sound', tensor: /^(audio|audio_model|audio_branch)\./, modelType: /^clap/ },
  { name: 'a BLIP', tensor: /^(qformer|query_tokens|itm_head)\b/, modelType: /^blip/ },
  { name: 'an ALIGN', modelType: /^align/ },
  { name: 'a CLIP with a decoder for segmentation', tensor: /^decoder\.film_mul\./, modelType: /^clipseg/ },
  { name: 'an OWL-ViT', tensor: /^owlvit\./, modelType: /^owl/ },
  {
    name: 'a CLIP whose image tower pools with attention',
    tensor: /^visual\.attn_pool\./,
  },
  { name: 'an image tower alone, without a text tower', modelType: /^clip_vision_model$/ },
  { name: 'a text tower alone, without an image tower', modelType: /^clip_text_model$/ },
]

/** Names of one tensor of a CLIP's image tower and of one of its text tower, under each convention. */
const ofImageTower = /^(visual|vision_model)\./
const ofTextTower = /^(text_model\.|text\.|token_embedding\.|transformer\.|positional_embedding$)/
/** Tensors of vision transformers and ResNets as timm and torchvision name them. */
const ofImageModel = /^(patch_embed\.|cls_token$|blocks\.\d+\.attn\.qkv\.|layer1\.0\.conv1\.|stem\.)/
/** Tensors that only a whole CLIP has, at the end of names that something was put before. */
const ends = /^(.+?)(visual\.conv1\.weight|vision_model\.embeddings\.patch_embedding\.weight)$/

/** How the names of tensors show a model that is not read here. */
export interface OtherModel {
  /** Completes "it is". */
  readonly found: string
  readonly advice: string
}

const takeClip =
  "take a CLIP of OpenAI's form: LAION's, DataComp's, DFN's and MetaCLIP's vision transformers have it"

const otherFamily = (name: string): OtherModel => ({ found: name, advice: takeClip })

/** The model that tensors of these names belong to, if it is another one than the CLIPs that are read here. */
export const familyOfTensors = (names: readonly string[]): OtherModel | undefined => {
  const prefix = names.flatMap((name) => ends.exec(name)?.[1] ?? [])[0]
  if (prefix !== undefined)
    return {
      found: `a CLIP whose tensors have '${prefix}' before their names, as a wrapper around the model saves them`,
      advice: `take '${prefix}' off the names where the file was made, and save it again`,
    }
  const family = families.find(
    ({ tensor }) => tensor !== undefined && names.some((name) => tensor.test(name)),
  )
  if (family !== undefined) return otherFamily(family.name)
  const [hasImages, hasTexts] = [ofImageTower, ofTextTower].map((part) =>
    names.some((name) => part.test(name)),
  )
  if (hasImages === true && hasTexts !== true)
    return otherFamily('an image tower alone, without a text tower')
  if (hasTexts === true && hasImages !== true && names.some((name) => /resblocks|text_model/.test(name)))
    return otherFamily('a text tower alone, without an image tower')
  return hasImages !== true && names.some((name) => ofImageModel.test(name))
    ? otherFamily('an image model alone, without a text tower')
    : undefined
}

/** The family that a `model_type` of transformers names, if it is another one than CLIP. */
export const familyOfModelType = (modelType: string): OtherModel | undefined =>
  modelType === 'clip'
    ? undefined
    : otherFamily(
        families.find(({ modelType: known }) => known?.test(modelType) === true)?.name ??
          `a model of the type ${JSON.stringify(modelType)}`,
      )

/** Families by the name of their image tower in timm. */
const timmFamilies: readonly (readonly [tower: RegExp, family: string])[] = [
  [/siglip/, 'a SigLIP'],
  [/^eva\d*_/, 'an EVA-CLIP'],
  [/^fastvit|_mci/, 'a MobileCLIP'],
  [/^convnext_/, 'a CLIP with a ConvNeXt as its image tower'],
]

const familyOfTimm = (name: string): string =>
  timmFamilies.find(([tower]) => tower.test(name))?.[1] ?? 'a CLIP whose image tower is of timm'

const recordIn = (
  model: Readonly<Record<string, unknown>>,
  field: string,
): Readonly<Record<string, unknown>> => {
  const value = model[field]
  return t.UnknownRecord.is(value) ? value : {}
}

/** A text that is not empty. */
const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The family that a `model_cfg` of open_clip describes, if it is another one than CLIP. */
export const familyOfOpenClip = (model: Readonly<Record<string, unknown>>): OtherModel | undefined => {
  const { timm_model_name: imageTower } = recordIn(model, 'vision_cfg')
  const { hf_model_name: textTower, vocab_size: tokens } = recordIn(model, 'text_cfg')
  if (t.UnknownRecord.is(model['multimodal_cfg'])) return otherFamily('a CoCa, which has a decoder of text')
  if (t.UnknownRecord.is(model['audio_cfg'])) return otherFamily('a CLAP, which reads sound')
  if (isName(imageTower)) return otherFamily(`${familyOfTimm(imageTower)} (${imageTower})`)
  if (typeof model['init_logit_bias'] === 'number') return otherFamily('a SigLIP, whose logits have a bias')
  if (isName(textTower))
    return otherFamily(`a CLIP whose text tower is another language model (${textTower})`)
  // 901,629 tokens are those of XLM-V, which MetaCLIP 2 was trained with.
  return tokens === 901_629
    ? otherFamily('a MetaCLIP 2, whose tokens are those of another vocabulary')
    : undefined
}

/** Whether a `config.json` is that of an image model of timm. It describes a part of what open_clip's file describes. */
export const isOfTimm = (configuration: Readonly<Record<string, unknown>>): boolean =>
  typeof configuration['architecture'] === 'string' && configuration['model_type'] === undefined
