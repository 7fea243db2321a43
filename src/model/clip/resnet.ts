/**
 * CLIP's image encoder with the modified ResNet (He et al. 2016; Radford et al. 2021, sec. 2.4): a stem of three
 * convolutions, strides that average first (Zhang 2019), and attention in the place of average pooling. Weights are
 * named as OpenAI names them; batch norms use their running moments.
 */
import {
  add,
  avgPool2dTo,
  axis,
  concat,
  conv2dTo,
  dim,
  einsum,
  mean,
  mul,
  parameter,
  rearrange,
  relu,
  rename,
  select,
  sized,
  softmax,
  times,
} from '../../dsl/index.js'
import type { DimHandle, MultiplyDims, Tensor } from '../../dsl/index.js'
import { linearLayer } from '../layers.js'
import { batchNormLayer } from '../normalization.js'
import { scaledDotProductAttention } from '../attention/scaled-dot-product-attention.js'
import type { Images, ImageTokens, ResNetClip } from './architecture.js'
import { clipDims } from './architecture.js'

/** Square maps of features: [B,channels,side,side]. */
type Maps<B, Channels, Side> = Tensor<[B, Channels, Side, Side]>

/** What a block does to the side of its maps. */
type Resize<From, To> = <B, C>(x: Maps<B, C, From>) => Maps<B, C, To>

const keepSide =
  <Side>(): Resize<Side, Side> =>
  (x) =>
    x

/** The mean of each two by two, to a stated side. */
const halveTo =
  <Side>(side: DimHandle<Side>): Resize<MultiplyDims<Side, 2>, Side> =>
  (x) =>
    avgPool2dTo(x, 2, [side, side])

/** A convolution without bias that keeps the side, and its batch norm. */
const convolution = <I, O>(
  [convolutionName, normName]: readonly [string, string],
  inputs: DimHandle<I>,
  outputs: DimHandle<O>,
  kernel: 1 | 3,
) => {
  const size = sized('kernel', kernel)
  const norm = batchNormLayer(normName, outputs)
  return <B, Side>(x: Maps<B, I, Side>): Maps<B, O, Side> => {
    const kernels = parameter(`${convolutionName}.weight`, [outputs, inputs, size, size])
    return norm(conv2dTo(x, kernels, [axis(x, 2), axis(x, 3)], { padding: (kernel - 1) / 2 }))
  }
}

/** 1×1, 3×3 and 1×1 convolutions to four times the planes; the side changes after the second. */
const bottleneck = <I, P, From, To>(
  name: string,
  inputs: DimHandle<I>,
  planes: DimHandle<P>,
  resize: Resize<From, To>,
) => {
  const narrow = convolution([`${name}.conv1`, `${name}.bn1`], inputs, planes, 1)
  const look = convolution([`${name}.conv2`, `${name}.bn2`], planes, planes, 3)
  const widen = convolution([`${name}.conv3`, `${name}.bn3`], planes, times(dim(4), planes), 1)
  return <B>(x: Maps<B, I, From>): Maps<B, MultiplyDims<4, P>, To> =>
    widen(resize(relu(look(relu(narrow(x))))))
}

/** A stage `name.0`, `name.1`, ...: the first block changes channels and side, on its shortcut too. */
const stage = <I, P, From, To>(
  name: string,
  blocks: number,
  inputs: DimHandle<I>,
  planes: DimHandle<P>,
  resize: Resize<From, To>,
) => {
  const outputs = times(dim(4), planes)
  const first = bottleneck(`${name}.0`, inputs, planes, resize)
  const shortcut = convolution([`${name}.0.downsample.0`, `${name}.0.downsample.1`], inputs, outputs, 1)
  const rest = Array.from({ length: blocks - 1 }, (_, i) =>
    bottleneck(`${name}.${i + 1}`, outputs, planes, keepSide<To>()),
  )
  return <B>(x: Maps<B, I, From>): Maps<B, MultiplyDims<4, P>, To> =>
    rest.reduce((y, block) => relu(add(y, block(y))), relu(add(first(x), shortcut(resize(x)))))
}

/**
 * Attention pooling: the mean of all cells, placed first, is the query; its output is the feature [B,E]. With every cell as a query,
 * too, outputs are the tokens [B,1+G·G,E].
 */
const attentionPool = (architecture: ResNetClip) => {
  const { vision, visionWidth: width, imageTokens, embedding } = clipDims(architecture)
  const { heads, headWidth } = vision
  const project = (name: string) => linearLayer(`visual.attnpool.${name}`, width, width)
  return <B>(
    x: Maps<B, LastChannels, 'G'>,
  ): { readonly feature: Tensor<[B, 'E']>; readonly tokens: Tensor<[B, ImageTokens, 'E']> } => {
    const cells = rename(rearrange(x, 'b c h w -> b (h w) c'), 2, width)
    const positions = parameter('visual.attnpool.positional_embedding', [imageTokens, width])
    const tokens = add(concat([mean(cells, 1, { keepDims: true }), cells], 1), positions)
    const sizes = { h: heads, e: headWidth }
    const query = rearrange(project('q_proj')(select(tokens, 1, 0)), 'b (h e) -> b h e', sizes)
    const keys = rearrange(project('k_proj')(tokens), 'b l (h e) -> b l h e', sizes)
    const values = rearrange(project('v_proj')(tokens), 'b l (h e) -> b l h e', sizes)
    const scale = 1 / Math.sqrt(Number(headWidth.dim))
    const scores = einsum('b h e, b l h e -> b h l', mul(query, scale), keys)
    const mixed = einsum('b h l, b l h e -> b h e', softmax(scores, -1), values)
    const embed = linearLayer('visual.attnpool.c_proj', width, embedding)
    const queries = rearrange(project('q_proj')(tokens), 'b l (h e) -> b h l e', sizes)
    const everywhere = scaledDotProductAttention(
      queries,
      rearrange(keys, 'b l h e -> b h l e'),
      rearrange(values, 'b l h e -> b h l e'),
    )
    return {
      feature: embed(rearrange(mixed, 'b h e -> b (h e)')),
      tokens: embed(rearrange(everywhere, 'b h l e -> b l (h e)')),
    }
  }
}

/** Channels of the last stage, where `W` is the number of channels after the stem. */
type LastChannels = '32*W'

/** What the modified ResNet gives: the feature and the tokens, not normalised, and the output of every stage. */
export interface ResNetEncoding<B> {
  readonly feature: Tensor<[B, 'E']>
  /** What attention pooling gives with the mean of all cells as the query, and with each cell. */
  readonly tokens: Tensor<[B, ImageTokens, 'E']>
  readonly levels: readonly [
    Maps<B, '4*W', '8*G'>,
    Maps<B, '8*W', '4*G'>,
    Maps<B, '16*W', '2*G'>,
    Maps<B, LastChannels, 'G'>,
  ]
}

/**
 * [B,3,R,R] to the feature [B,E], the tokens [B,1+G·G,E] and the four levels, from [B,4·W,R/4,R/4] to [B,32·W,R/32,R/32]. R is a multiple of
 * 32, and the width even; other sizes are a fault.
 *
 * @example
 * const sizes = { contextLength: 77, vocabSize: 49_408, textWidth: 512, textHeads: 8, textLayers: 12 }
 * const vision = { embedDim: 1024, imageResolution: 224, visionWidth: 64, visionHeads: 32 }
 * const text = { ...sizes, textBlocks: openAiBlocks }
 * const rn50: ResNetClip = { kind: 'resnet', visionLayers: [3, 4, 6, 3], ...vision, ...text }
 * const { side } = clipDims(rn50)
 * const { feature, levels } = resNet(rn50)(input('images', ['B', 3, side, side]))
 */
export const resNet = (architecture: ResNetClip) => {
  const { grid } = clipDims(architecture)
  const [blocks1, blocks2, blocks3, blocks4] = architecture.visionLayers
  const half = sized('W/2', architecture.visionWidth / 2)
  const width = times(dim(2), half)
  const side = times(dim(16), grid)
  const [side1, side2, side3] = [times(dim(8), grid), times(dim(4), grid), times(dim(2), grid)]
  const stem2 = convolution(['visual.conv2', 'visual.bn2'], half, half, 3)
  const stem3 = convolution(['visual.conv3', 'visual.bn3'], half, width, 3)
  const stage1 = stage('visual.layer1', blocks1, width, width, keepSide<'8*G'>())
  const stage2 = stage('visual.layer2', blocks2, times(dim(4), width), times(dim(2), width), halveTo(side2))
  const stage3 = stage('visual.layer3', blocks3, times(dim(8), width), times(dim(4), width), halveTo(side3))
  const stage4 = stage('visual.layer4', blocks4, times(dim(16), width), times(dim(8), width), halveTo(grid))
  const pool = attentionPool(architecture)
  return <B>(images: Images<B>): ResNetEncoding<B> => {
    const kernels = parameter('visual.conv1.weight', [half, 3, 3, 3])
    const strided = conv2dTo(images, kernels, [side, side], { stride: 2, padding: 1 })
    const stem1 = batchNormLayer('visual.bn1', half)(strided)
    const stem = relu(stem3(relu(stem2(relu(stem1)))))
    const level1 = stage1(halveTo(side1)(stem))
    const level2 = stage2(level1)
    const level3 = stage3(level2)
    const level4 = stage4(level3)
    return { ...pool(level4), levels: [level1, level2, level3, level4] }
  }
}
