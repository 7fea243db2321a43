/** Configurations that are good, of small sizes: of runs, and as open_clip and transformers write them next to checkpoints. */
const openClip = {
  model_cfg: {
    embed_dim: 16,
    quick_gelu: true,
    vision_cfg: { image_size: 32, layers: 2, width: 64, head_width: 64, patch_size: 8, mlp_ratio: 4 },
    text_cfg: { context_length: 77, vocab_size: 49408, width: 64, heads: 1, layers: 2 },
  },
  preprocess_cfg: {
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
    interpolation: 'bicubic',
    resize_mode: 'shortest',
  },
}

/** What transformers says of either tower. */
const tower = {
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 1,
  intermediate_size: 256,
  hidden_act: 'quick_gelu',
  layer_norm_eps: 1e-5,
}

const transformers = {
  architectures: ['CLIPModel'],
  model_type: 'clip',
  projection_dim: 16,
  text_config: {
    ...tower,
    max_position_embeddings: 77,
    vocab_size: 49408,
  },
  vision_config: {
    ...tower,
    image_size: 32,
    patch_size: 8,
  },
}

const preprocessor = {
  do_center_crop: true,
  do_normalize: true,
  do_resize: true,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
  crop_size: { height: 32, width: 32 },
  size: { shortest_edge: 32 },
  resample: 3,
}

export const writtenConfigurations: readonly unknown[] = [openClip, transformers, preprocessor]

/** `run.json` of a pretraining run. */
export const goodPretraining = {
  kind: 'pretrain',
  ...{
    data: 'data',
    domains: ['photo'],
    epochs: 2,
    batch: 4,
    learningRate: 1e-3,
    weightDecay: 0,
    textRate: 1,
  },
  ...{ warmUpEpochs: 0, seed: 1, resolution: 32, patch: 8, embedding: 16, visionWidth: 64, visionLayers: 1 },
  ...{ textWidth: 64, textLayers: 1, positionScale: 1, leastArea: 0.5, colour: 0, edges: 0 },
  ...{ engine: 'onnx', version: '0.1.0' },
}
