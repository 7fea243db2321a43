import { describe, expect, it } from 'vitest'
import * as randomKey from '../../src/values/random-key.js'
import type { ResNetClip } from '../../src/model/index.js'
import {
  clipTensors,
  compareShapes,
  fits,
  initialClip,
  isBuffer,
  namingConventionOf,
  renamedFrom,
  renamedTo,
  shapesUnder,
  openAiBlocks,
} from '../../src/model/index.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32 } from '../support/evaluation.js'
import { architecture } from './small-clip.js'

const resNet: ResNetClip = {
  kind: 'resnet',
  embedDim: 5,
  imageResolution: 32,
  visionLayers: [1, 1, 1, 1],
  visionWidth: 2,
  visionHeads: 1,
  contextLength: 6,
  vocabSize: 9,
  textWidth: 4,
  textHeads: 1,
  textLayers: 1,
  textBlocks: openAiBlocks,
}

describe("a CLIP under Hugging Face's names", () => {
  it('has the names and shapes that CLIPModel of transformers declares', () => {
    const one = { ...architecture, visionLayers: 1, textLayers: 0 }
    expect(shapesUnder('hugging-face', expectRight(clipTensors(one)))).toEqual({
      logit_scale: [],
      'text_model.embeddings.token_embedding.weight': [20, 12],
      'text_model.embeddings.position_embedding.weight': [14, 12],
      'text_model.final_layer_norm.weight': [12],
      'text_model.final_layer_norm.bias': [12],
      'text_projection.weight': [5, 12],
      'vision_model.embeddings.class_embedding': [8],
      'vision_model.embeddings.patch_embedding.weight': [8, 3, 3, 3],
      'vision_model.embeddings.position_embedding.weight': [5, 8],
      'vision_model.pre_layrnorm.weight': [8],
      'vision_model.pre_layrnorm.bias': [8],
      'vision_model.encoder.layers.0.self_attn.q_proj.weight': [8, 8],
      'vision_model.encoder.layers.0.self_attn.q_proj.bias': [8],
      'vision_model.encoder.layers.0.self_attn.k_proj.weight': [8, 8],
      'vision_model.encoder.layers.0.self_attn.k_proj.bias': [8],
      'vision_model.encoder.layers.0.self_attn.v_proj.weight': [8, 8],
      'vision_model.encoder.layers.0.self_attn.v_proj.bias': [8],
      'vision_model.encoder.layers.0.self_attn.out_proj.weight': [8, 8],
      'vision_model.encoder.layers.0.self_attn.out_proj.bias': [8],
      'vision_model.encoder.layers.0.layer_norm1.weight': [8],
      'vision_model.encoder.layers.0.layer_norm1.bias': [8],
      'vision_model.encoder.layers.0.mlp.fc1.weight': [32, 8],
      'vision_model.encoder.layers.0.mlp.fc1.bias': [32],
      'vision_model.encoder.layers.0.mlp.fc2.weight': [8, 32],
      'vision_model.encoder.layers.0.mlp.fc2.bias': [8],
      'vision_model.encoder.layers.0.layer_norm2.weight': [8],
      'vision_model.encoder.layers.0.layer_norm2.bias': [8],
      'vision_model.post_layernorm.weight': [8],
      'vision_model.post_layernorm.bias': [8],
      'visual_projection.weight': [5, 8],
    })
  })

  it('keeps queries, keys and values apart, and projections transposed', () => {
    const names = 'vision_model.encoder.layers.7.self_attn'
    const renamed = expectRight(
      renamedTo('hugging-face')({
        'visual.transformer.resblocks.7.attn.in_proj_weight': f32([3, 2], [1, 2, 3, 4, 5, 6]),
        'visual.proj': f32([2, 3], [1, 2, 3, 4, 5, 6]),
      }),
    )
    expect(renamed).toEqual({
      [`${names}.q_proj.weight`]: f32([1, 2], [1, 2]),
      [`${names}.k_proj.weight`]: f32([1, 2], [3, 4]),
      [`${names}.v_proj.weight`]: f32([1, 2], [5, 6]),
      'visual_projection.weight': f32([3, 2], [1, 4, 2, 5, 3, 6]),
    })
  })

  it('cannot be a ResNet', () => {
    const { tensor, problem } = expectLeft(
      renamedTo('hugging-face')(initialClip(resNet, randomKey.keyFromSeed(1))),
    )
    expect(`'${tensor}' ${problem}`).toBe(
      "'visual.bn1.weight' has no name among Hugging Face's, which are of vision transformers alone",
    )
  })

  it('is refused where parts of one projection do not fit, or a name is unknown', () => {
    const projection = (part: string) => `text_model.encoder.layers.0.self_attn.${part}_proj.bias`
    const parts = { [projection('q')]: f32([2], [1, 2]), [projection('k')]: f32([2], [3, 4]) }
    const from = renamedFrom('hugging-face')
    expect(expectLeft(from(parts))).toEqual({ tensor: projection('v'), problem: 'is missing' })
    expect(expectLeft(from({ ...parts, [projection('v')]: f32([1], [5]) }))).toEqual({
      tensor: projection('v'),
      problem: `differs in shape from '${projection('q')}', which is a part of the same projection`,
    })
    expect(expectLeft(from({ 'text_model.pooler': f32([], [1]) }))).toEqual({
      tensor: 'text_model.pooler',
      problem: "is not among Hugging Face's names",
    })
    expect(expectLeft(renamedTo('hugging-face')({ 'visual.proj': f32([6], [1, 2, 3, 4, 5, 6]) }))).toEqual({
      tensor: 'visual.proj',
      problem: 'has 1 axes, and a projection has 2',
    })
    expect(
      expectLeft(
        renamedTo('hugging-face')({ 'transformer.resblocks.0.attn.in_proj_bias': f32([2], [1, 2]) }),
      ),
    ).toEqual({
      tensor: 'transformer.resblocks.0.attn.in_proj_bias',
      problem: 'does not have three equal parts',
    })
  })
})

describe("a CLIP under open_clip's names", () => {
  it("has OpenAI's names, with 'text.' before those of the text tower; a ResNet, too", () => {
    const weights = initialClip(resNet, randomKey.keyFromSeed(1))
    const renamed = expectRight(renamedTo('open_clip')(weights))
    expect(Object.keys(renamed)).toContain('text.transformer.resblocks.0.attn.in_proj_weight')
    expect(Object.keys(renamed)).toContain('visual.layer1.0.conv1.weight')
    expect(Object.keys(renamed)).toContain('logit_scale')
    expect(namingConventionOf(Object.keys(renamed))).toBe('open_clip')
    expect(expectRight(renamedFrom('open_clip')(renamed))).toEqual(weights)
  })

  it("does not pass over a tensor of the text tower that lacks 'text.'", () => {
    expect(expectLeft(renamedFrom('open_clip')({ 'ln_final.bias': f32([1], [1]) }))).toEqual({
      tensor: 'ln_final.bias',
      problem: "is not among open_clip's names",
    })
  })
})

describe('the tensors that a CLIP needs', () => {
  it.each([{ clip: architecture }, { clip: resNet }])(
    'are those that a $clip.kind starts with',
    ({ clip }) => {
      const weights = initialClip(clip, randomKey.keyFromSeed(1))
      const shapes = Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, shape]))
      expect(fits(compareShapes(expectRight(clipTensors(clip)), shapes))).toBe(true)
    },
  )

  it('are distinguished from buffers, which no model needs', () => {
    const buffers = [
      'text_model.embeddings.position_ids',
      'visual.layer1.0.bn1.num_batches_tracked',
      'attn_mask',
      'context_length',
    ]
    expect(buffers.map(isBuffer)).toEqual([true, true, true, true])
    expect(isBuffer('visual.proj')).toBe(false)
  })
})
