import { describe, expect, it } from 'vitest'
import { openAiPreprocessing } from '../../../src/formats/checkpoints/image-preprocessing.js'
import { expectRight } from '../../expect-either.js'
import { complaintOf, huggingFace, openClip, readFiles, withFiles } from './described-checkpoints.js'
import { fileOf, smallWeights } from './small-checkpoints.js'

describe('the preprocessing of images', () => {
  const preprocessor = (fields: object) => ({
    'preprocessor_config.json': { size: 6, crop_size: 6, ...fields },
  })

  it("is that of OpenAI's CLIPs where open_clip says nothing", async () => {
    const { preprocessing, assumed } = expectRight(await readFiles(withFiles(openClip({}))))
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
    const { preprocessing } = expectRight(
      await readFiles(withFiles(openClip({}, {}, { preprocess_cfg: stated }))),
    )
    expect(preprocessing).toEqual({
      mean: [0.5, 0.5, 0.5],
      deviation: [0.2, 0.3, 0.4],
      interpolation: 'bilinear',
      resize: 'squash',
    })
    const random = openClip({}, {}, { preprocess_cfg: { interpolation: 'random', resize_mode: 'longest' } })
    expect(expectRight(await readFiles(withFiles(random))).preprocessing).toEqual({
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
      await readFiles(withFiles({ ...huggingFace({}), ...preprocessor(stated) })),
    )
    expect(preprocessing).toEqual({
      mean: [0.1, 0.2, 0.3],
      deviation: [0.5, 0.5, 0.5],
      interpolation: 'bilinear',
      resize: 'shortest',
    })
    expect(assumed).toEqual([])
  })

  it('is read from processor_config.json, which transformers writes since its version 5', async () => {
    const images = { ...preprocessor({ image_mean: 0.25 })['preprocessor_config.json'] }
    const files = { ...huggingFace({}), 'processor_config.json': { image_processor: images } }
    const { preprocessing, assumed } = expectRight(await readFiles(withFiles(files)))
    expect(preprocessing.mean).toEqual([0.25, 0.25, 0.25])
    expect(assumed).toEqual([])
    const ofTokenizer = { ...huggingFace({}), 'processor_config.json': { processor_class: 'CLIPProcessor' } }
    expect(expectRight(await readFiles(withFiles(ofTokenizer))).assumed).toEqual(['preprocessing'])
  })

  it('stretches where a size has height and width', async () => {
    const files = withFiles({
      ...huggingFace({}),
      ...preprocessor({ size: { height: 6, width: 6 }, do_center_crop: false }),
    })
    expect(expectRight(await readFiles(files)).preprocessing.resize).toBe('squash')
  })

  it('without its file is assumed next to a config.json of transformers', async () => {
    expect(expectRight(await readFiles(withFiles(huggingFace({})))).assumed).toEqual(['preprocessing'])
  })

  const wrong: readonly (readonly [said: string, fields: object])[] = [
    ['resample is 0, and only 2 (bilinear) or 3 (bicubic)', { resample: 0 }],
    ['rescale_factor is 1, and only 1/255', { rescale_factor: 1 }],
    ['do_normalize is false, and only true', { do_normalize: false }],
    ['do_resize is false, and only true', { do_resize: false }],
    ['only crops of the resized side', { size: 8 }],
    ['do not give a square', { crop_size: { height: 6, width: 7 } }],
    ['image_std is [0, 0, 0], and a deviation is finite and above 0', { image_std: 0 }],
    ['do_flip (true) is not known', { do_flip: true }],
    ['do_pad is true', { do_pad: true }],
    ['image_processor_type is "ViTImageProcessor"', { image_processor_type: 'ViTImageProcessor' }],
  ]

  it.each(wrong)('that is not computed here is refused by name: %s', async (said, fields) => {
    expect(await complaintOf(withFiles({ ...huggingFace({}), ...preprocessor(fields) }))).toContain(said)
  })

  it('of two configurations must be one', async () => {
    const files = { ...openClip({}, {}, { preprocess_cfg: { mean: 0.5 } }), ...preprocessor({}) }
    expect(await complaintOf(withFiles(files))).toContain(
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
      expect(await complaintOf({ 'clip/model.safetensors': fileOf(weights) })).toContain(
        `clip/model.safetensors: tensor 'visual.proj' is ${value} at [0, 3]`,
      )
    },
  )

  it('may have a scale of logits of shape [1], as open_clip can save it', async () => {
    const scale = { dtype: 'f32', shape: [1], data: Float32Array.of(2.5) } as const
    const files = {
      ...withFiles(openClip({ quick_gelu: true })),
      'clip/model.safetensors': fileOf({ ...smallWeights, logit_scale: scale }),
    }
    const { weights } = expectRight(await readFiles(files))
    expect(weights['logit_scale']).toEqual({ ...scale, shape: [] })
    const two = { ...scale, shape: [2], data: Float32Array.of(1, 2) }
    expect(
      await complaintOf({ 'clip/model.safetensors': fileOf({ ...smallWeights, logit_scale: two }) }),
    ).toContain("'logit_scale' is [2], wanted []")
  })
})
