import { describe, expect, it } from 'vitest'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { familyOfTensors } from '../../../src/formats/checkpoints/families.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { clipTensors, namingConventions, shapesUnder } from '../../../src/model/index.js'
import { publishedArchitectures } from '../../../src/model/clip/published-architectures.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawn } from '../../support/evaluation.js'
import { complaintOf, withFiles } from './described-checkpoints.js'
import { fileOf, smallUnder, smallWeights, worldOf } from './small-checkpoints.js'

/** Some names of tensors as these models are saved. */
const saved: Readonly<Record<string, { readonly names: readonly string[]; readonly said: string }>> = {
  'SigLIP of transformers': {
    names: ['logit_bias', 'logit_scale', 'text_model.head.weight', 'vision_model.head.probe'],
    said: 'a SigLIP',
  },
  'SigLIP of open_clip': {
    names: [
      'logit_bias',
      'text.text_projection.weight',
      'visual.trunk.attn_pool.latent',
      'visual.trunk.cls_token',
    ],
    said: 'a SigLIP',
  },
  'EVA-CLIP of open_clip': {
    names: ['visual.trunk.blocks.0.mlp.fc1_g.weight', 'text.positional_embedding'],
    said: 'an EVA-CLIP',
  },
  'EVA-CLIP as published': {
    names: ['visual.blocks.0.attn.q_bias', 'visual.patch_embed.proj.weight', 'text.positional_embedding'],
    said: 'an EVA-CLIP',
  },
  'MobileCLIP of open_clip': {
    names: ['visual.trunk.stem.0.conv_kxk.0.conv.weight', 'text.positional_embedding'],
    said: 'a MobileCLIP',
  },
  'MobileCLIP as published': {
    names: [
      'image_encoder.model.patch_emb.0.block.conv.weight',
      'text_encoder.positional_embedding.pos_embed.pos_embed',
    ],
    said: 'a MobileCLIP',
  },
  ConvNeXt: {
    names: ['visual.trunk.stages.0.blocks.0.conv_dw.weight', 'transformer.resblocks.0.ln_1.weight'],
    said: 'a CLIP with a ConvNeXt',
  },
  ViTamin: {
    names: ['visual.trunk.patch_embed.backbone.stem.conv1.weight', 'text.ln_final.weight'],
    said: 'of timm',
  },
  CoCa: { names: ['text.cls_emb', 'text_decoder.ln_final.weight', 'visual.attn_pool.query'], said: 'a CoCa' },
  'a text tower of roberta': {
    names: ['text.transformer.embeddings.word_embeddings.weight', 'visual.conv1.weight'],
    said: 'another language model',
  },
  'Chinese CLIP': {
    names: ['bert.embeddings.word_embeddings.weight', 'visual.conv1.weight'],
    said: 'another language model',
  },
  CLAP: {
    names: ['audio_model.audio_encoder.norm.weight', 'text_model.embeddings.word_embeddings.weight'],
    said: 'a CLAP',
  },
  'an image tower of transformers': {
    names: ['vision_model.embeddings.class_embedding'],
    said: 'an image tower alone',
  },
  "an image tower of OpenAI's": { names: ['visual.class_embedding'], said: 'an image tower alone' },
  'an image tower of timm': {
    names: ['cls_token', 'blocks.0.attn.qkv.weight'],
    said: 'an image model alone',
  },
  'a text tower': { names: ['text_model.embeddings.token_embedding.weight'], said: 'a text tower alone' },
}

describe('a model that is like CLIP', () => {
  it.each(Object.entries(saved))('is named by its tensors: %s', (_, { names, said }) => {
    expect(familyOfTensors(names)?.found).toContain(said)
  })

  it('is not seen in a CLIP, under whatever names', () => {
    for (const architecture of Object.values(publishedArchitectures)) {
      const shapes = expectRight(clipTensors(architecture))
      for (const convention of namingConventions) {
        const names = Object.keys(shapesUnder(convention, shapes))
        if (architecture.kind === 'vit' || convention !== 'hugging-face')
          expect(familyOfTensors(names)).toBeUndefined()
      }
    }
  })

  it('is named in the refusal, with advice', async () => {
    const siglip = { ...smallUnder('hugging-face'), logit_bias: drawn(1, [1]) }
    expect(await complaintOf({ 'clip/model.safetensors': fileOf(siglip) })).toBe(
      'clip/model.safetensors: it is a SigLIP, whose logits have a bias and whose towers pool otherwise\n' +
        "  → take a CLIP of OpenAI's form: LAION's, DataComp's, DFN's and MetaCLIP's vision transformers have it",
    )
  })

  it.each(['module.', 'model.', 'base_model.model.'])(
    'is a CLIP with a wrapper around it: %s',
    async (prefix) => {
      const wrapped = Object.fromEntries(
        Object.entries(smallWeights).map(([name, value]) => [`${prefix}${name}`, value]),
      )
      const outcome = await interpret(readClip('clip'))(worldOf({ clip: fileOf(wrapped) }).runtime)()
      expect(explain(expectLeft(outcome))).toBe(
        `clip: it is a CLIP whose tensors have '${prefix}' before their names, as a wrapper around the model saves them\n` +
          `  → take '${prefix}' off the names where the file was made, and save it again`,
      )
    },
  )

  const described: readonly (readonly [said: string, name: string, configuration: object])[] = [
    ['a SigLIP', 'config.json', { model_type: 'siglip' }],
    ['a MetaCLIP 2', 'config.json', { model_type: 'metaclip_2' }],
    ['an image tower alone', 'config.json', { model_type: 'clip_vision_model' }],
    ['a model of the type "bert"', 'config.json', { model_type: 'bert' }],
    [
      'an image tower of timm alone (vit_base_patch16_clip_224)',
      'config.json',
      { architecture: 'vit_base_patch16_clip_224', num_features: 768, pretrained_cfg: {} },
    ],
    ['a SigLIP', 'open_clip_config.json', { model_cfg: { init_logit_bias: -10 } }],
    [
      'a SigLIP (vit_base_patch16_siglip_224)',
      'open_clip_config.json',
      { model_cfg: { vision_cfg: { timm_model_name: 'vit_base_patch16_siglip_224' } } },
    ],
    [
      'an EVA-CLIP (eva02_base_patch16_clip_224)',
      'open_clip_config.json',
      { model_cfg: { vision_cfg: { timm_model_name: 'eva02_base_patch16_clip_224' } } },
    ],
    [
      'a MobileCLIP (fastvit_mci1)',
      'open_clip_config.json',
      { model_cfg: { vision_cfg: { timm_model_name: 'fastvit_mci1' } } },
    ],
    ['a CoCa', 'open_clip_config.json', { model_cfg: { multimodal_cfg: { width: 512 } } }],
    [
      'a CLIP whose text tower is another language model (roberta-base)',
      'open_clip_config.json',
      { model_cfg: { text_cfg: { hf_model_name: 'roberta-base' } } },
    ],
    ['a MetaCLIP 2', 'open_clip_config.json', { model_cfg: { text_cfg: { vocab_size: 901_629 } } }],
  ]

  it.each(described)('is named by its configuration: %s in %s', async (said, name, configuration) => {
    expect(await complaintOf(withFiles({ [name]: configuration }))).toContain(
      `clip/${name}: it is the configuration of ${said}`,
    )
  })
})

describe('a config.json of timm', () => {
  it('is not read where open_clip describes the whole model', async () => {
    const files = {
      'config.json': { architecture: 'vit_base_patch32_clip_224', num_classes: 512 },
      'open_clip_config.json': {
        model_cfg: { quick_gelu: true, vision_cfg: { head_width: 8 }, text_cfg: { heads: 1 } },
      },
    }
    const outcome = await interpret(readClip('clip'))(worldOf(withFiles(files)).runtime)()
    expect(expectRight(outcome).assumed).toEqual([])
  })
})
