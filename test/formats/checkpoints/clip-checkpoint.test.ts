import type * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { input, program } from '../../../src/dsl/index.js'
import type { ClipCheckpoint } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import type { Engine } from '../../../src/engines/engine.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { referenceEngine } from '../../../src/engines/reference/engine.js'
import type { Failure } from '../../../src/effects/failure.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { run, withExecutable } from '../../../src/effects/operations.js'
import {
  bfloatsOfFloats,
  floatOfHalf,
  floatsOfBfloats,
  halfOfFloat,
} from '../../../src/formats/safetensors/element.js'
import { bindWeights } from '../../../src/training/weights.js'
import type { ClipArchitecture } from '../../../src/model/index.js'
import {
  clipDims,
  namingConventions,
  textEncoder,
  tokenEmbedding,
  visionTransformer,
} from '../../../src/model/index.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawn, i32 } from '../../support/evaluation.js'
import type { Files } from './small-checkpoints.js'
import {
  configured,
  fileOf,
  inFolder,
  jsonFile,
  shardedFiles,
  smallClip,
  smallUnder,
  smallWeights,
  worldOf,
} from './small-checkpoints.js'

const read = (path: string, files: Files): Promise<E.Either<Failure, ClipCheckpoint>> =>
  interpret(readClip(path))(worldOf(files).runtime)()

const complaint = async (path: string, files: Files): Promise<string> =>
  explain(expectLeft(await read(path, files)))

/** Image and text features of a checkpoint, as an engine computes them. */
const featuresOf = async (
  engine: Engine,
  { architecture, weights }: Pick<ClipCheckpoint, 'architecture' | 'weights'>,
): Promise<NamedValues> => {
  if (architecture.kind !== 'vit') return expect.fail('the small CLIP has a vision transformer')
  const { side, context } = clipDims(architecture)
  const images = input('images', ['B', 3, side, side])
  const [tokens, ends] = [input('tokens', ['N', context], 'i32'), input('ends', ['N'], 'i32')]
  const { feature } = visionTransformer(architecture)(images)
  const text = textEncoder(architecture)(tokenEmbedding(architecture)(tokens), ends)
  const network = expectRight(program({ images, tokens, ends }, { feature, text }))
  const sizes = { B: 2, N: 2 }
  const bound = expectRight(bindWeights(network, weights, 'small', { sizes }))
  const batch = {
    images: drawn(1, [2, 3, 6, 6]),
    tokens: i32([2, 7], [9, 1, 2, 10, 0, 0, 0, 9, 3, 10, 0, 0, 0, 0]),
    ends: i32([2], [3, 2]),
  }
  const outcome = await interpret(
    withExecutable(network, { sizes, weights: bound, state: [] }, (executable) => run(executable, batch)),
  )(memoryWorld({ engine }).runtime)()
  return expectRight(outcome)
}

const ways: readonly { readonly name: string; readonly path: string; readonly files: Files }[] = [
  ...namingConventions.map((convention) => ({
    name: `a file under the names of ${convention}`,
    path: 'clip.safetensors',
    files: { 'clip.safetensors': fileOf(smallUnder(convention)) },
  })),
  {
    name: "a folder of Hugging Face's, in shards",
    path: 'clip',
    files: inFolder('clip', shardedFiles(smallUnder('hugging-face'))),
  },
  {
    name: 'the index of shards',
    path: 'clip/model.safetensors.index.json',
    files: inFolder('clip', shardedFiles(smallWeights)),
  },
  {
    name: "a folder of open_clip's, with a part of it",
    path: 'clip',
    files: {
      'clip/open_clip_model.safetensors': fileOf(smallWeights),
      'clip/model.safetensors': fileOf({ cls_token: drawn(1, [8]) }),
    },
  },
  {
    name: 'a folder with one file of any name',
    path: 'clip',
    files: { 'clip/my-clip.safetensors': fileOf(smallWeights), 'clip/notes.txt': Uint8Array.of() },
  },
]

describe('a CLIP', () => {
  it.each(ways)('is read from $name, number for number', async ({ path, files }) => {
    const { architecture, weights } = expectRight(await read(path, files))
    expect(architecture).toEqual(smallClip)
    expect(weights).toEqual(smallWeights)
  })

  it.each([
    { engine: referenceEngine, name: 'reference' },
    { engine: onnxEngine(), name: 'onnx' },
  ])("has the same features under OpenAI's names and Hugging Face's, on $name", async ({ engine }) => {
    const [ours, theirs] = [
      expectRight(await read('a', { a: fileOf(smallWeights) })),
      expectRight(await read('a', { a: fileOf(smallUnder('hugging-face')) })),
    ]
    const features = await featuresOf(engine, ours)
    expect(features['feature']?.shape).toEqual([2, 5])
    expect(features['feature']?.data.every(Number.isFinite)).toBe(true)
    expect(await featuresOf(engine, theirs)).toEqual(features)
  })

  it('in float16 or bfloat16 is widened exactly', async () => {
    const read16 = expectRight(
      await read('a', { a: fileOf(smallUnder('hugging-face'), { floatType: 'F16' }) }),
    )
    const readB16 = expectRight(await read('a', { a: fileOf(smallWeights, { floatType: 'BF16' }) }))
    for (const [name, { data }] of Object.entries(smallWeights)) {
      const floats = Float32Array.from(data)
      expect([...(read16.weights[name]?.data ?? [])]).toEqual(
        Array.from(floats, (x) => floatOfHalf(halfOfFloat(x))),
      )
      expect([...(readB16.weights[name]?.data ?? [])]).toEqual([...floatsOfBfloats(bfloatsOfFloats(floats))])
    }
  })

  it('may hold buffers that are not needed', async () => {
    const buffers = { 'vision_model.embeddings.position_ids': i32([1, 5], [0, 1, 2, 3, 4]) }
    const { weights } = expectRight(
      await read('a', { a: fileOf({ ...smallUnder('hugging-face'), ...buffers }) }),
    )
    expect(weights).toEqual(smallWeights)
  })
})

describe('a checkpoint that does not fit', () => {
  it('says which tensors are missing, unexpected and of another shape, all in one', async () => {
    const { 'vision_model.encoder.layers.1.self_attn.k_proj.weight': _lost, ...rest } =
      smallUnder('hugging-face')
    const broken = {
      ...rest,
      'vision_model.head.weight': drawn(1, [2]),
      'text_model.final_layer_norm.bias': drawn(1, [13]),
      'visual_projection.weight': drawn(1, [6, 8]),
    }
    expect(await complaint('a', { a: fileOf(broken) })).toBe(
      "a: its tensors are not those of a CLIP under Hugging Face's names; " +
        "missing: 'vision_model.encoder.layers.1.self_attn.k_proj.weight'; " +
        "unexpected: 'vision_model.head.weight'; " +
        "of another shape: 'text_model.final_layer_norm.bias' is [13], wanted [12], " +
        "'text_projection.weight' is [5, 12], wanted [6, 12]\n" +
        '  → check that the file is whole and of this model',
    )
  })

  it('lists what a lost block lacks, and cuts the list where it grows long', async () => {
    const rest = Object.fromEntries(
      Object.entries(smallWeights).filter(([name]) => !/resblocks\.0\.(attn|mlp|ln_2)/.test(name)),
    )
    const said = await complaint('a', { a: fileOf(rest) })
    expect(said).toContain("missing: 'visual.transformer.resblocks.0.attn.in_proj_weight'")
    expect(said).toMatch(/and 12 more\n/)
  })

  it('names the tensor from which no size can be inferred, as the file should name it', async () => {
    const { 'visual_projection.weight': _lost, ...rest } = smallUnder('hugging-face')
    expect(await complaint('a', { a: fileOf(rest) })).toBe(
      "a: it is no CLIP whose sizes can be inferred: tensor 'visual_projection.weight' is missing\n" +
        '  → check that it is a CLIP',
    )
  })

  it('of sizes that cannot be computed says why', async () => {
    const file = fileOf({ ...smallWeights, 'visual.proj': drawn(1, [5, 8, 1]) })
    expect(await complaint('a', { a: file })).toContain(
      "tensor 'visual.proj' has shape [5, 8, 1], not 2 axes",
    )
  })
})

describe('a file that is no safetensors file', () => {
  it.each([
    { name: "PyTorch's archive", bytes: [0x50, 0x4b, 3, 4, 0, 0, 8, 8, 0, 0], said: 'it is a PyTorch file' },
    {
      name: "PyTorch's older pickle",
      bytes: [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9],
      said: 'it is a PyTorch file',
    },
    {
      name: 'a pointer of Git LFS',
      bytes: [...Buffer.from('version https://git-lfs')],
      said: 'it is a pointer of Git LFS',
    },
    { name: 'a web page', bytes: [...Buffer.from('<!DOCTYPE html>')], said: 'it is a web page' },
    {
      name: 'HDF5',
      bytes: [...Buffer.from('\u{89}HDF\r\n\u{1a}\n', 'latin1')],
      said: 'another format for weights',
    },
    {
      name: 'anything else',
      bytes: [...Buffer.from('once upon a time')],
      said: 'not a valid safetensors file',
    },
  ])('is called by its name: $name', async ({ bytes, said }) => {
    expect(await complaint('clip', { clip: Uint8Array.from(bytes) })).toContain(said)
  })

  it('says how PyTorch weights are saved so that they can be read', async () => {
    const said = await complaint('ViT-B-16.pt', {
      'ViT-B-16.pt': Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 8, 8),
    })
    expect(said).toContain('safetensors.torch.save_file(')
  })

  it('is not confused with a header whose length begins as another format does', async () => {
    const small = fileOf({ a: drawn(1, [1]) })
    // 640 bytes of header: 80 02 00 ..., as a pickle begins.
    const bytes = new Uint8Array(8 + 640 + 4).fill(0x20)
    bytes.set(small.subarray(0, -4))
    bytes.set([0x80, 2, 0, 0, 0, 0, 0, 0])
    expect(await complaint('clip', { clip: bytes })).toContain('no CLIP whose sizes can be inferred')
  })
})

describe('a folder', () => {
  it('without a checkpoint, or with several that could be meant, is refused', async () => {
    expect(await complaint('clip', { 'clip/notes.txt': Uint8Array.of() })).toContain(
      'clip: it is a folder that holds no checkpoint',
    )
    const two = { 'clip/a.safetensors': fileOf(smallWeights), 'clip/b.safetensors': fileOf(smallWeights) }
    expect(await complaint('clip', two)).toBe(
      'clip: it is a folder that holds several files of weights: a.safetensors, b.safetensors\n  → name one of them',
    )
  })

  it("with PyTorch's file alone fails with advice for it", async () => {
    const bytes = Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 8, 8)
    expect(await complaint('clip', { 'clip/pytorch_model.bin': bytes })).toContain('it is a PyTorch file')
  })
})

describe('the configuration next to a checkpoint', () => {
  const openClips = (configuration: unknown): Files => ({
    'clip/open_clip_model.safetensors': fileOf(smallWeights),
    'clip/open_clip_config.json': jsonFile(configuration),
  })
  const headsOf = ({ textHeads, visionHeads }: ClipArchitecture) => ({ textHeads, visionHeads })

  it('says how many heads there are', async () => {
    const one = { text_config: { num_attention_heads: 3 }, vision_config: { num_attention_heads: 2 } }
    const { architecture } = expectRight(await read('clip', configured(one)))
    expect(headsOf(architecture)).toEqual({ textHeads: 3, visionHeads: 2 })
    const other = { model_cfg: { quick_gelu: true, text_cfg: { heads: 4 }, vision_cfg: { head_width: 2 } } }
    expect(headsOf(expectRight(await read('clip', openClips(other))).architecture)).toEqual({
      textHeads: 4,
      visionHeads: 4,
    })
  })

  it('is refused by name if its heads do not divide a width', async () => {
    const odd = { text_config: { num_attention_heads: 5 }, vision_config: { num_attention_heads: 0 } }
    expect(await complaint('clip', configured(odd))).toMatchInlineSnapshot(`
      "clip/config.json: text_config.num_attention_heads is 5, which does not divide the width of 12; vision_config.num_attention_heads is 0, which does not divide the width of 8
        → correct the named fields"
    `)
    const usual = await complaint('clip', configured({ text_config: { num_attention_heads: 3 } }))
    expect(usual).toContain('vision_config.num_attention_heads is missing, so it is 12')
    const wide = { model_cfg: { quick_gelu: true, text_cfg: { heads: -1 }, vision_cfg: { head_width: 3 } } }
    expect(await complaint('clip', openClips(wide))).toMatchInlineSnapshot(`
      "clip/open_clip_config.json: model_cfg.text_cfg.heads is -1, which does not divide the width of 12; model_cfg.vision_cfg.head_width is 3, which does not divide the width of 8
        → correct the named fields"
    `)
  })

  it('is decoded with a codec', async () => {
    expect(await complaint('clip', configured({ text_config: { num_attention_heads: 'many' } }))).toContain(
      'text_config.num_attention_heads is "many"',
    )
  })
})

describe('the index of shards', () => {
  it('is refused if it points out of its folder, or if a shard lacks a tensor', async () => {
    const files = inFolder('clip', shardedFiles(smallWeights))
    const pointing = (file: string): Files => ({
      ...files,
      'clip/model.safetensors.index.json': jsonFile({ weight_map: { logit_scale: file } }),
    })
    expect(await complaint('clip', pointing('../../etc/passwd'))).toContain('not the name of a file next to')
    expect(await complaint('clip', pointing('absent.safetensors'))).toContain('no such file')
    const lacking = jsonFile({ weight_map: { 'visual.head': 'model-00001-of-00002.safetensors' } })
    expect(await complaint('clip', { ...files, 'clip/model.safetensors.index.json': lacking })).toContain(
      "tensor 'visual.head' is missing",
    )
  })
})
