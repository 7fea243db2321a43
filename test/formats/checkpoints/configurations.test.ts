import { describe, expect, it } from 'vitest'
import type * as E from 'fp-ts/lib/Either.js'
import type { ClipCheckpoint } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import type { ClipOptions } from '../../../src/formats/checkpoints/completed-clip.js'
import { openAiPreprocessing } from '../../../src/formats/checkpoints/image-preprocessing.js'
import type { Failure } from '../../../src/effects/failure.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { initialClip, namingConventions } from '../../../src/model/index.js'
import { randomKey } from '../../../src/dsl/index.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import type { Files } from './small-checkpoints.js'
import {
  fileOf,
  jsonFile,
  smallClip,
  smallConfiguration,
  smallOpenClip,
  smallUnder,
  smallWeights,
  worldOf,
} from './small-checkpoints.js'

/** The small CLIP in a folder, with these configurations next to it. */
const withFiles = (
  configurations: Readonly<Record<string, unknown>>,
  convention: (typeof namingConventions)[number] = 'openai',
): Files => ({
  'clip/model.safetensors': fileOf(smallUnder(convention)),
  ...Object.fromEntries(
    Object.entries(configurations).map(([name, content]) => [`clip/${name}`, jsonFile(content)]),
  ),
})

const read = (files: Files, options: ClipOptions = {}): Promise<E.Either<Failure, ClipCheckpoint>> =>
  interpret(readClip('clip', options))(worldOf(files).runtime)()

const complaint = async (files: Files, options: ClipOptions = {}): Promise<string> =>
  explain(expectLeft(await read(files, options)))

/** A configuration of transformers that differs from the small CLIP's in these fields. */
const huggingFace = (text: object, vision: object = {}) => ({
  'config.json': {
    text_config: { ...smallConfiguration.text_config, ...text },
    vision_config: { ...smallConfiguration.vision_config, ...vision },
  },
})

/** A configuration of open_clip that differs from the small CLIP's in these fields. */
const openClip = (model: object, { text = {}, vision = {} } = {}, others: object = {}) => ({
  'open_clip_config.json': {
    model_cfg: {
      ...model,
      vision_cfg: { ...smallOpenClip.vision_cfg, ...vision },
      text_cfg: { ...smallOpenClip.text_cfg, ...text },
    },
    ...others,
  },
})

describe('the activation of a CLIP', () => {
  it.each(
    namingConventions.flatMap((convention) => [
      { convention, file: 'config.json', files: huggingFace({ hidden_act: 'gelu' }, { hidden_act: 'gelu' }) },
      { convention, file: 'open_clip_config.json', files: openClip({}) },
    ]),
  )('is the one of $file, whatever names the tensors have: $convention', async ({ convention, files }) => {
    const form = { activation: 'gelu', epsilon: 1e-5 }
    const { architecture } = expectRight(await read(withFiles(files, convention)))
    expect(architecture).toEqual({ ...smallClip, textBlocks: form, visionBlocks: form })
  })

  it('is the quick GELU where transformers says nothing, the exact one where open_clip says nothing', async () => {
    const theirs = expectRight(await read(withFiles(huggingFace({}))))
    expect(theirs.architecture).toEqual(smallClip)
    const quick = expectRight(await read(withFiles(openClip({ quick_gelu: true }))))
    expect(quick.architecture).toEqual(smallClip)
    expect(quick.assumed).toEqual([])
  })

  it('may differ between the towers, as their epsilons may', async () => {
    const files = huggingFace({ hidden_act: 'gelu', layer_norm_eps: 1e-6 }, { layer_norm_eps: 1e-3 })
    const { architecture } = expectRight(await read(withFiles(files)))
    expect(architecture).toMatchObject({
      textBlocks: { activation: 'gelu', epsilon: 1e-6 },
      visionBlocks: { activation: 'quick-gelu', epsilon: 1e-3 },
    })
    const norms = openClip({}, { text: { norm_kwargs: { eps: 1e-6 } } })
    expect(expectRight(await read(withFiles(norms))).architecture.textBlocks.epsilon).toBe(1e-6)
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
    expectRight(await read(files, { activation: 'quick-gelu' }))
    expect(await complaint(files, { activation: 'gelu' })).toBe(
      'activation (gelu): clip/open_clip_config.json says that the activation is quick-gelu\n' +
        '  → leave it out, or correct the configuration if it is wrong',
    )
  })

  it('of two configurations must be one', async () => {
    const both = { ...huggingFace({}), ...openClip({}) }
    expect(await complaint(withFiles(both))).toBe(
      'clip/open_clip_config.json: activation of texts: "gelu", where clip/config.json says "quick-gelu"; ' +
        'activation of images: "gelu", where clip/config.json says "quick-gelu"\n  → correct the named fields',
    )
    expectRight(await read(withFiles({ ...huggingFace({}), ...openClip({ quick_gelu: true }) })))
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
    const { architecture } = expectRight(await read(files))
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
    const { architecture } = expectRight(await read(withFiles(files)))
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
    ['preprocess_cfg.mode is "L"', openClip({}, {}, { preprocess_cfg: { mode: 'L' } })],
  ]

  it.each(cases)('is refused by name: %s', async (said, files) => {
    const message = await complaint(withFiles(files))
    expect(message).toContain('it is a configuration that is not computed here: ')
    expect(message).toContain(said)
  })

  it('is refused together with all others, in one message', async () => {
    const message = await complaint(
      withFiles(huggingFace({ hidden_act: 'relu', is_decoder: true }, { hidden_act: 'silu' })),
    )
    expect(message).toContain('text_config.is_decoder')
    const towers = await complaint(withFiles(huggingFace({ hidden_act: 'relu' }, { hidden_act: 'silu' })))
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
    expect(await complaint(withFiles(files))).toContain(said)
  })

  it('is accepted where it is that of the tensors, as is an end token of before transformers read it', async () => {
    expectRight(
      await read(
        withFiles(huggingFace({ vocab_size: 11, eos_token_id: 2, hidden_size: 12, intermediate_size: 48 })),
      ),
    )
    expectRight(await read(withFiles(huggingFace({ eos_token_id: 10 }))))
    const whole = openClip(
      { embed_dim: 5 },
      { vision: { image_size: [6, 6], layers: 2, width: 8, patch_size: 3 } },
    )
    expectRight(await read(withFiles(whole)))
  })
})

describe('the preprocessing of images', () => {
  const preprocessor = (fields: object) => ({
    'preprocessor_config.json': { size: 6, crop_size: 6, ...fields },
  })

  it("is that of OpenAI's CLIPs where open_clip says nothing", async () => {
    const { preprocessing, assumed } = expectRight(await read(withFiles(openClip({}))))
    expect(preprocessing).toEqual(openAiPreprocessing)
    expect(assumed).toEqual([])
  })

  it('is read from preprocess_cfg of open_clip', async () => {
    const stated = {
      mean: 0.5,
      std: [0.2, 0.3, 0.4],
      interpolation: 'bilinear',
      resize_mode: 'squash',
      size: 224,
    }
    const { preprocessing } = expectRight(await read(withFiles(openClip({}, {}, { preprocess_cfg: stated }))))
    expect(preprocessing).toEqual({
      mean: [0.5, 0.5, 0.5],
      deviation: [0.2, 0.3, 0.4],
      interpolation: 'bilinear',
      resize: 'squash',
    })
    const random = openClip({}, {}, { preprocess_cfg: { interpolation: 'random', resize_mode: 'longest' } })
    expect(expectRight(await read(withFiles(random))).preprocessing).toEqual({
      ...openAiPreprocessing,
      resize: 'longest',
    })
  })

  it.each([
    { name: 'numbers', fields: {} },
    { name: 'objects', fields: { size: { shortest_edge: 6 }, crop_size: { height: 6, width: 6 } } },
  ])('is read from preprocessor_config.json, with sizes as $name', async ({ fields }) => {
    const stated = { ...fields, resample: 2, image_mean: [0.1, 0.2, 0.3], image_std: 0.5, do_resize: true }
    const { preprocessing, assumed } = expectRight(
      await read(withFiles({ ...huggingFace({}), ...preprocessor(stated) })),
    )
    expect(preprocessing).toEqual({
      mean: [0.1, 0.2, 0.3],
      deviation: [0.5, 0.5, 0.5],
      interpolation: 'bilinear',
      resize: 'shortest',
    })
    expect(assumed).toEqual([])
  })

  it('stretches where a size has height and width', async () => {
    const files = withFiles({
      ...huggingFace({}),
      ...preprocessor({ size: { height: 6, width: 6 }, do_center_crop: false }),
    })
    expect(expectRight(await read(files)).preprocessing.resize).toBe('squash')
  })

  it('without its file is assumed next to a config.json of transformers', async () => {
    expect(expectRight(await read(withFiles(huggingFace({})))).assumed).toEqual(['preprocessing'])
  })

  const wrong: readonly (readonly [said: string, fields: object])[] = [
    ['resample is 0, and only 2 (bilinear) or 3 (bicubic)', { resample: 0 }],
    ['rescale_factor is 1, and only 1/255', { rescale_factor: 1 }],
    ['do_normalize is false, and only true', { do_normalize: false }],
    ['do_resize is false, and only true', { do_resize: false }],
    ['only crops of the resized side', { size: 8 }],
    ['do not give a square', { crop_size: { height: 6, width: 7 } }],
    ['image_std is [0,0,0], and a deviation is above 0', { image_std: 0 }],
    ['do_flip (true) is not known', { do_flip: true }],
    ['do_pad is true', { do_pad: true }],
  ]

  it.each(wrong)('that is not computed here is refused by name: %s', async (said, fields) => {
    expect(await complaint(withFiles({ ...huggingFace({}), ...preprocessor(fields) }))).toContain(said)
  })

  it('of two configurations must be one', async () => {
    const files = { ...openClip({}, {}, { preprocess_cfg: { mean: 0.5 } }), ...preprocessor({}) }
    expect(await complaint(withFiles(files))).toContain(
      'clip/preprocessor_config.json: mean: [0.48145466,0.4578275,0.40821073], where clip/open_clip_config.json says [0.5,0.5,0.5]',
    )
  })
})

describe('weights', () => {
  it.each([Number.NaN, Infinity, -Infinity])(
    'that hold %d are refused, with the name of the tensor',
    async (value) => {
      const broken = Float32Array.from(smallWeights['visual.proj']?.data ?? [])
      broken[3] = value
      const weights = {
        ...smallWeights,
        'visual.proj': { dtype: 'f32', shape: [8, 5], data: broken } as const,
      }
      expect(await complaint({ 'clip/model.safetensors': fileOf(weights) })).toContain(
        `tensor 'visual.proj' holds ${value} at element 3, which is no finite number`,
      )
    },
  )

  it('may have a scale of logits of shape [1], as open_clip can save it', async () => {
    const scale = { dtype: 'f32', shape: [1], data: Float32Array.of(2.5) } as const
    const files = {
      ...withFiles(openClip({ quick_gelu: true })),
      'clip/model.safetensors': fileOf({ ...smallWeights, logit_scale: scale }),
    }
    const { weights } = expectRight(await read(files))
    expect(weights['logit_scale']).toEqual({ ...scale, shape: [] })
    const two = { ...scale, shape: [2], data: Float32Array.of(1, 2) }
    expect(
      await complaint({ 'clip/model.safetensors': fileOf({ ...smallWeights, logit_scale: two }) }),
    ).toContain("'logit_scale' is [2], wanted []")
  })
})
