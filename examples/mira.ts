/**
 * A stranger's CLIP, written down: MIRA (github.com/rohitkuk/MIRA), trained on catalogue photos of clothes. Its blocks,
 * heads, positions and tokenizer are its own. Parameters have the names of its file, so that the file is used as it is.
 */
import type { DimHandle, MultiplyDims, Tensor } from 'tensile'
import {
  add,
  argMax,
  axis,
  broadcastTo,
  cast,
  concat,
  dim,
  einsum,
  embedding,
  equal,
  exp,
  gelu,
  input,
  l2Normalize,
  linear,
  matmul,
  mul,
  parameter,
  takeRow,
  program,
  rearrange,
  reshape,
  select,
  slice,
  softmax,
  stack,
  times,
  transposeLast,
} from 'tensile'
import { layerNormLayer, linearLayer } from 'tensile/model'

/** Features of one head, in both towers. */
const headWidth = dim(8)

type Tokens<B, L, H> = Tensor<[B, L, MultiplyDims<H, 8>]>

/** Attention without a mask, in which every head has layers of its own for queries, keys and values. */
const attention = <H>(name: string, heads: DimHandle<H>) => {
  const width = times(heads, headWidth)
  /** The heads' layers as one, below each other. */
  const project = (part: 'query' | 'key' | 'value') => {
    const layers = Array.from({ length: Number(heads.dim) }, (_, i) => `${name}.multi_head.${i}.${part}`)
    const weights = layers.map((layer) => parameter(`${layer}.weight`, [headWidth, width]))
    const biases = layers.map((layer) => parameter(`${layer}.bias`, [headWidth]))
    const weight = rearrange(stack(weights, 0, { count: heads }), 'h e w -> (h e) w')
    const bias = rearrange(stack(biases, 0, { count: heads }), 'h e -> (h e)')
    return <B, L>(x: Tokens<B, L, H>): Tensor<[B, H, L, 8]> =>
      rearrange(linear(x, weight, bias), 'b l (h e) -> b h l e', { h: heads, e: headWidth })
  }
  const [queries, keys, values] = [project('query'), project('key'), project('value')]
  return <B, L>(x: Tokens<B, L, H>): Tokens<B, L, H> => {
    const scores = einsum('b h q e, b h k e -> b h q k', mul(queries(x), 1 / Math.sqrt(8)), keys(x))
    const mixed = einsum('b h q k, b h k e -> b h q e', softmax(scores, -1), values(x))
    return linearLayer(`${name}.W_o`, width, width)(rearrange(mixed, 'b h l e -> b l (h e)'))
  }
}

/** x + mlp(norm(attention(norm(x)))): one residual around both. */
const block = <H>(name: string, heads: DimHandle<H>) => {
  const width = times(heads, headWidth)
  const hidden = times(dim(4), width)
  const attend = attention(`${name}.mha`, heads)
  return <B, L>(x: Tokens<B, L, H>): Tokens<B, L, H> => {
    const attended = attend(layerNormLayer(`${name}.ln1`, width)(x))
    const inner = gelu(
      linearLayer(`${name}.mlp.0`, width, hidden)(layerNormLayer(`${name}.ln2`, width)(attended)),
    )
    return add(x, linearLayer(`${name}.mlp.2`, hidden, width)(inner))
  }
}

/** Eight blocks: the output of each, the last one last. */
const tower =
  <H>(name: string, heads: DimHandle<H>) =>
  <B, L>(x: Tokens<B, L, H>): readonly Tokens<B, L, H>[] =>
    Array.from({ length: 8 }, (_, i) => block(`${name}.transformer_encoder.${i}`, heads)).reduce<
      readonly Tokens<B, L, H>[]
    >((outputs, next) => [...outputs, next(outputs.at(-1) ?? x)], [])

const imageTower = tower('vision_encoder', dim(4))
const textTower = tower('text_encoder', dim(8))

/**
 * Images of 80 × 80 pixels, values in [0, 1], to their feature, not normalised, and the output of every block. An image
 * is a class token and 16 × 16 patches after it; the last output of the class token is read.
 */
export const encodeImages = <B>(images: Tensor<[B, 3, 80, 80]>) => {
  const name = 'vision_encoder'
  const patches = rearrange(images, 'b c (h p) (w q) -> b (h w) (c p q)', { p: 5, q: 5 })
  const kernels = reshape(parameter(`${name}.linear_proj.weight`, [32, 3, 5, 5]), [32, 75])
  const embedded = linear(patches, kernels, parameter(`${name}.linear_proj.bias`, [32]))
  const classToken = broadcastTo(parameter(`${name}.cls_token`, [1, 1, 32]), [axis(images, 0), 1, 32])
  const positions = parameter(`${name}.positional_embeddings.pe`, [1, 257, 32])
  const placed = add(concat([classToken, embedded], 1), positions)
  const levels = imageTower(placed)
  const last = levels.at(-1) ?? placed
  const projection = parameter(`${name}.projection`, [32, 128])
  return { feature: matmul(select(last, 1, 0), projection), tokens: matmul(last, projection), levels }
}

/** The embedding of bytes: [...] to [...,64]. */
export const embedBytes = <Ids extends unknown[]>(bytes: Tensor<Ids, 'i32'>): Tensor<[...Ids, 64]> =>
  embedding(parameter('text_encoder.embed.weight', [256, 64]), bytes)

/**
 * Prompt embeddings [N,L,64] to the output of the last block. L is at most 128; what stands after the end is attended to, as in
 * training, where it is zero bytes up to 128.
 */
const lastTextStates = <N, L>(prompts: Tensor<[N, L, 64]>): Tensor<[N, L, 64]> => {
  const positions = parameter('text_encoder.positional_embeddings.pe', [1, 128, 64])
  const placed = add(prompts, slice(positions, 1, 0, axis(prompts, 1)))
  return textTower(placed).at(-1) ?? placed
}

const textProjection = parameter('text_encoder.projection', [64, 128])

/** Prompt embeddings [N,L,64] and the position of each one's end [N] to features [N,128], not normalised. */
export const encodePrompts = <N, L>(
  prompts: Tensor<[N, L, 64]>,
  ends: Tensor<[N], 'i32'>,
): Tensor<[N, 128]> => matmul(takeRow(lastTextStates(prompts), ends), textProjection)

/** The same at every position: [N,L,128]. */
export const encodePromptTokens = <N, L>(prompts: Tensor<[N, L, 64]>): Tensor<[N, L, 128]> =>
  matmul(lastTextStates(prompts), textProjection)

export const [startOfText, endOfText] = [2, 3]

/** A text as 128 bytes: start, text, end, zeros. */
export const tokenize = (text: string): Int32Array => {
  const bytes = Int32Array.from([startOfText, ...new TextEncoder().encode(text).slice(0, 126), endOfText])
  const padded = new Int32Array(128)
  padded.set(bytes)
  return padded
}

/** Where texts [N,L] end. */
export const endsOf = <N, L>(bytes: Tensor<[N, L], 'i32'>): Tensor<[N], 'i32'> =>
  argMax(cast(equal(bytes, endOfText), 'i32'), 1)

const images = input('images', ['B', 3, 80, 80])
const texts = input('texts', ['K', 128], 'i32')
const imageEmbeddings = l2Normalize(encodeImages(images).feature)
const textEmbeddings = l2Normalize(encodePrompts(embedBytes(texts), endsOf(texts)))

/** Zero-shot classification: embeddings of images and texts, and the logits of every image for every text. */
export const zeroShot = program(
  { images, texts },
  {
    imageEmbeddings,
    textEmbeddings,
    logits: mul(matmul(imageEmbeddings, transposeLast(textEmbeddings)), exp(parameter('temperature', []))),
  },
)
