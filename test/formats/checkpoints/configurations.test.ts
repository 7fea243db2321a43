import { describe, expect, it } from 'vitest'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { initialClip, namingConventions } from '../../../src/model/index.js'
import { randomKey } from '../../../src/dsl/index.js'
import { expectRight } from '../../expect-either.js'
import { complaintOf, huggingFace, openClip, readFiles, withFiles } from './described-checkpoints.js'
import { fileOf, smallClip, worldOf } from './small-checkpoints.js'

describe('the activation of a CLIP', () => {
  it.each(
    namingConventions.flatMap((convention) => [
      { convention, file: 'config.json', files: huggingFace({ hidden_act: 'gelu' }, { hidden_act: 'gelu' }) },
      { convention, file: 'open_clip_config.json', files: openClip({}) },
    ]),
  )('is the one of $file, whatever names the tensors have: $convention', async ({ convention, files }) => {
    const form = { activation: 'gelu', epsilon: 1e-5 }
    const { architecture } = expectRight(await readFiles(withFiles(files, convention)))
    expect(architecture).toEqual({ ...smallClip, textBlocks: form, visionBlocks: form })
  })

  it('is the quick GELU where transformers says nothing, the exact one where open_clip says nothing', async () => {
    const theirs = expectRight(await readFiles(withFiles(huggingFace({}))))
    expect(theirs.architecture).toEqual(smallClip)
    const quick = expectRight(await readFiles(withFiles(openClip({ quick_gelu: true }))))
    expect(quick.architecture).toEqual(smallClip)
    expect(quick.assumed).toEqual([])
  })

  it('may differ between the towers, as their epsilons may', async () => {
    const files = huggingFace({ hidden_act: 'gelu', layer_norm_eps: 1e-6 }, { layer_norm_eps: 1e-3 })
    const { architecture } = expectRight(await readFiles(withFiles(files)))
    expect(architecture).toMatchObject({
      textBlocks: { activation: 'gelu', epsilon: 1e-6 },
      visionBlocks: { activation: 'quick-gelu', epsilon: 1e-3 },
    })
    const norms = openClip({}, { text: { norm_kwargs: { eps: 1e-6 } } })
    expect(expectRight(await readFiles(withFiles(norms))).architecture.textBlocks.epsilon).toBe(1e-6)
  })

  it('is never assumed in silence: the assumption is printed once, with all else that is assumed', async () => {
    const world = worldOf(withFiles({}))
    const { architecture, assumed } = expectRight(await interpret(readClip('clip'))(world.runtime)())
    expect(architecture).toEqual(smallClip)
    expect(assumed).toEqual(['activation', 'epsilon', 'heads', 'preprocessing'])
    expect(world.printed).toEqual([
      "clip: no configuration next to it says what its tensors do not show; assumed as in OpenAI's CLIPs: the quick GELU; " +
        'an epsilon of 1e-5; one head for every 64 features; the preprocessing of images. If that is not so, state the ' +
        "activation, or put the model's config.json or open_clip_config.json next to the weights",
    ])
  })

  it('can be stated where no configuration does, and then nothing is printed', async () => {
    const world = worldOf(withFiles({}))
    const stated = await interpret(readClip('clip', { activation: 'gelu' }))(world.runtime)()
    const { architecture, assumed } = expectRight(stated)
    const form = { activation: 'gelu', epsilon: 1e-5 }
    expect(architecture).toEqual({ ...smallClip, textBlocks: form, visionBlocks: form })
    expect(assumed).toEqual(['epsilon', 'heads', 'preprocessing'])
    expect(world.printed).toEqual([])
  })

  it('that is stated must be the one that a configuration states', async () => {
    const files = withFiles(openClip({ quick_gelu: true }))
    expectRight(await readFiles(files, { activation: 'quick-gelu' }))
    expect(await complaintOf(files, { activation: 'gelu' })).toBe(
      'activation (gelu): clip/open_clip_config.json says that the activation is quick-gelu\n' +
        '  → leave it out, or correct the configuration if it is wrong',
    )
  })

  it('of two configurations must be one', async () => {
    const both = { ...huggingFace({}), ...openClip({}) }
    expect(await complaintOf(withFiles(both))).toBe(
      'clip/open_clip_config.json: activation of texts: "gelu", where clip/config.json says "quick-gelu"; ' +
        'activation of images: "gelu", where clip/config.json says "quick-gelu"\n  → correct the named fields',
    )
    expectRight(await readFiles(withFiles({ ...huggingFace({}), ...openClip({ quick_gelu: true }) })))
  })

  it('of a ResNet is that of its text tower', async () => {
    const resNet = initialClip(
      { ...smallClip, kind: 'resnet', imageResolution: 32, visionLayers: [1, 1, 1, 1], visionWidth: 2 },
      randomKey.keyFromSeed(1),
    )
    const files = {
      ...withFiles({
        'open_clip_config.json': {
          model_cfg: {
            vision_cfg: { layers: [1, 1, 1, 1], width: 2, image_size: 32, patch_size: null },
            text_cfg: { heads: 1 },
          },
        },
      }),
      'clip/model.safetensors': fileOf(resNet),
    }
    const { architecture } = expectRight(await readFiles(files))
    expect(architecture).toMatchObject({ kind: 'resnet', visionHeads: 1, textBlocks: { activation: 'gelu' } })
    expect(architecture).not.toHaveProperty('visionBlocks')
  })
})

describe('a configuration that files of early versions have', () => {
  it('is read from text_config_dict and vision_config_dict, which stand in the place of the others', async () => {
    const files = {
      'config.json': {
        text_config: { hidden_act: 'relu', num_attention_heads: 1 },
        text_config_dict: { hidden_act: 'gelu', num_attention_heads: 3 },
        vision_config_dict: null,
        vision_config: { num_attention_heads: 1, dropout: 0, torch_dtype: null, pruned_heads: {} },
        model_type: 'clip',
        transformers_version: null,
        torch_dtype: 'float32',
      },
    }
    const { architecture } = expectRight(await readFiles(withFiles(files)))
    expect(architecture).toMatchObject({
      textHeads: 3,
      textBlocks: { activation: 'gelu' },
      visionBlocks: { activation: 'quick-gelu' },
    })
  })
})

describe('a fact that is not computed here', () => {
  const cases: readonly (readonly [said: string, files: Readonly<Record<string, unknown>>])[] = [
    [
      'text_config.hidden_act is "gelu_new", and only "quick_gelu" or "gelu"',
      huggingFace({ hidden_act: 'gelu_new' }),
    ],
    ['text_config.layer_norm_eps is -1, which is no epsilon', huggingFace({ layer_norm_eps: -1 })],
    [
      'vision_config.intermediate_size gives perceptrons of 33 in blocks of 8, and only four times the width',
      huggingFace({}, { intermediate_size: 33, hidden_size: 8 }),
    ],
    ['vision_config.num_channels is 4, and only 3', huggingFace({}, { num_channels: 4 })],
    ['text_config.is_decoder is true, and only false', huggingFace({ is_decoder: true })],
    ['vision_config.rope_theta (10000) is not known', huggingFace({}, { rope_theta: 10_000 })],
    [
      'text_config.tokenizer_class is "XLMRobertaTokenizer"',
      huggingFace({ tokenizer_class: 'XLMRobertaTokenizer' }),
    ],
    ['model_cfg.text_cfg.pool_type is "last"', openClip({}, { text: { pool_type: 'last' } })],
    [
      'model_cfg.text_cfg.no_causal_mask is true, and only false',
      openClip({}, { text: { no_causal_mask: true } }),
    ],
    ['model_cfg.text_cfg.embed_cls is true', openClip({}, { text: { embed_cls: true } })],
    ['model_cfg.text_cfg.proj_bias is true', openClip({}, { text: { proj_bias: true } })],
    ['model_cfg.text_cfg.proj_type is "none"', openClip({}, { text: { proj_type: 'none' } })],
    [
      `model_cfg.text_cfg.hf_tokenizer_name is "bert-base-uncased", and only CLIP's own tokenizer`,
      openClip({}, { text: { hf_tokenizer_name: 'bert-base-uncased' } }),
    ],
    [
      'model_cfg.text_cfg.tokenizer_kwargs is {"strip_sep_token":true}',
      openClip({}, { text: { tokenizer_kwargs: { strip_sep_token: true } } }),
    ],
    ['model_cfg.vision_cfg.no_ln_pre is true', openClip({}, { vision: { no_ln_pre: true } })],
    [
      'model_cfg.vision_cfg.pool_type is "avg", and only "tok"',
      openClip({}, { vision: { pool_type: 'avg' } }),
    ],
    ['model_cfg.vision_cfg.attentional_pool is true', openClip({}, { vision: { attentional_pool: true } })],
    [
      'model_cfg.vision_cfg.ls_init_value is 0.1, which is not computed here',
      openClip({}, { vision: { ls_init_value: 0.1 } }),
    ],
    [
      'model_cfg.vision_cfg.act_kwargs is {"approximate":"tanh"}',
      openClip({}, { vision: { act_kwargs: { approximate: 'tanh' } } }),
    ],
    [
      'model_cfg.vision_cfg.norm_kwargs.bias is not known',
      openClip({}, { vision: { norm_kwargs: { bias: false } } }),
    ],
    [
      'model_cfg.vision_cfg.mlp_ratio gives perceptrons of 39 in blocks of 8',
      openClip({}, { vision: { width: 8, mlp_ratio: 4.9231 } }),
    ],
    ['model_cfg.third_tower ({}) is not known', openClip({ third_tower: {} })],
    [
      'preprocess_cfg.fill_color is 255, and only 0',
      openClip({}, {}, { preprocess_cfg: { fill_color: 255 } }),
    ],
    [
      'tokenizer_class is "XLMRobertaTokenizer", and only "CLIPTokenizer"',
      { ...huggingFace({}), 'tokenizer_config.json': { tokenizer_class: 'XLMRobertaTokenizer' } },
    ],
    ['preprocess_cfg.mode is "L"', openClip({}, {}, { preprocess_cfg: { mode: 'L' } })],
  ]

  it.each(cases)('is refused by name: %s', async (said, files) => {
    const message = await complaintOf(withFiles(files))
    expect(message).toContain('it is a configuration that is not computed here: ')
    expect(message).toContain(said)
  })

  it('is refused together with all others, in one message', async () => {
    const message = await complaintOf(
      withFiles(huggingFace({ hidden_act: 'relu', is_decoder: true }, { hidden_act: 'silu' })),
    )
    expect(message).toContain('text_config.is_decoder')
    const towers = await complaintOf(withFiles(huggingFace({ hidden_act: 'relu' }, { hidden_act: 'silu' })))
    expect(towers).toContain('text_config.hidden_act is "relu"')
    expect(towers).toContain('vision_config.hidden_act is "silu"')
  })
})

describe('a size that a configuration states', () => {
  const wrong: readonly (readonly [said: string, files: Readonly<Record<string, unknown>>])[] = [
    ['text_config.vocab_size is 49408, and the tensors are those of 11', huggingFace({ vocab_size: 49_408 })],
    [
      'text_config.max_position_embeddings is 77, and the tensors are those of 7',
      huggingFace({ max_position_embeddings: 77 }),
    ],
    [
      'text_config.eos_token_id is 49407, and the tensors are those of 10',
      huggingFace({ eos_token_id: 49_407 }),
    ],
    ['vision_config.image_size is 224, and the tensors are those of 6', huggingFace({}, { image_size: 224 })],
    ['vision_config.patch_size is 2, and the tensors are those of 3', huggingFace({}, { patch_size: 2 })],
    ['model_cfg.embed_dim is 512, and the tensors are those of 5', openClip({ embed_dim: 512 })],
    [
      'model_cfg.vision_cfg.image_size is [6,7], and the tensors are those of 6',
      openClip({}, { vision: { image_size: [6, 7] } }),
    ],
    [
      'model_cfg.vision_cfg.layers is [3,4,6,3], and the tensors are those of 2',
      openClip({}, { vision: { layers: [3, 4, 6, 3] } }),
    ],
    [
      'model_cfg.text_cfg.context_length is 77, and the tensors are those of 7',
      openClip({}, { text: { context_length: 77 } }),
    ],
    [
      'model_cfg.text_cfg.eos_id is 2, and the tensors are those of 10',
      openClip({}, { text: { pool_type: 'eos', eos_id: 2 } }),
    ],
    ['crop_size is 224, and the tensors are those of 6', { 'preprocessor_config.json': {} }],
  ]

  it.each(wrong)('must be that of the tensors: %s', async (said, files) => {
    expect(await complaintOf(withFiles(files))).toContain(said)
  })

  it('is accepted where it is that of the tensors, as is an end token of before transformers read it', async () => {
    expectRight(
      await readFiles(
        withFiles(huggingFace({ vocab_size: 11, eos_token_id: 2, hidden_size: 12, intermediate_size: 48 })),
      ),
    )
    expectRight(await readFiles(withFiles(huggingFace({ eos_token_id: 10 }))))
    const whole = openClip(
      { embed_dim: 5 },
      { vision: { image_size: [6, 6], layers: 2, width: 8, patch_size: 3 } },
    )
    expectRight(await readFiles(withFiles(whole)))
  })
})
