/** The parts of UniMoS that are learned (Li et al. 2024, by the released `model.py`), as functions of features. */
import {
  add,
  axis,
  dim,
  l2Normalize,
  linear,
  mean,
  mul,
  parameter,
  relu,
  sigmoid,
  sized,
  stopGradient,
  sum,
  withGradient,
} from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import {
  constantInitialiser,
  dropoutLayer,
  linearInitialiser,
  linearLayer,
  normalInitialiser,
  normInitialiser,
  statefulBatchNormLayer,
  uniformInitialiser,
} from '../../model/index.js'
import type { ClipTowers, DropoutLayerOptions } from '../../model/index.js'
import type { NamedValues } from '../../values/named-values.js'
import type { RandomKey } from '../../values/random-key.js'
import type { ClassTexts } from '../prompt-method.js'

/** Sizes of the learned parts. */
export interface UniMosSizes {
  /** Features of an image after the bottleneck. */
  readonly bottleneckWidth: number
  /** Features of the hidden layers of the discriminator and of the network that weighs modalities. */
  readonly hiddenWidth: number
}

/** The parts that weigh vision against text. They are set to new values now and then. */
export const weighingNames = [
  'weighing.fc1.weight',
  'weighing.fc1.bias',
  'weighing.fc2.weight',
  'weighing.fc2.bias',
] as const

/** What is added to those parts, so that their sums are the values that were drawn for them. */
export interface WeighingOffsets {
  readonly firstWeight: Tensor<['H', 'E']>
  readonly firstBias: Tensor<['H']>
  readonly secondWeight: Tensor<[1, 'H']>
  readonly secondBias: Tensor<[1]>
}

/** Features of an image as its vision shows it, and as a text would say it. */
export interface Separated<N> {
  readonly vision: Tensor<[N, 'E']>
  readonly text: Tensor<[N, 'E']>
}

/** A tenth of the gradient: with SGD, a tenth of the learning rate. */
const slowly = <S>(x: Tensor<S>): Tensor<S> =>
  withGradient(x, { x }, (cotangent) => ({ x: mul(cotangent, 0.1) }))

/** The layers on a CLIP. */
export const uniMosLayers = (
  { embedding, logitScale }: Pick<ClipTowers, 'embedding' | 'logitScale'>,
  { bottleneckWidth, hiddenWidth }: UniMosSizes,
) => {
  const [width, hidden] = [sized('Z', bottleneckWidth), sized('H', hiddenWidth)] as const

  /** Modality separation: two linear layers on features of unit length. */
  const separated = <N>(images: Tensor<[N, 'E']>): Separated<N> => ({
    vision: linearLayer('separation.vision', embedding, embedding)(images),
    text: linearLayer('separation.text', embedding, embedding)(images),
  })

  /** Linear layer and batch normalisation. */
  const bottleneck = <N>(vision: Tensor<[N, 'E']>, training: boolean) =>
    statefulBatchNormLayer('bottleneck.norm', width, { training })(
      linearLayer('bottleneck.linear', embedding, width)(vision),
    )

  /** Logits by vision: a linear layer whose weight is a length times a direction (Salimans and Kingma 2016). */
  const visionLogits = <N>(features: Tensor<[N, 'Z']>, { zeroShot }: ClassTexts): Tensor<[N, 'K']> => {
    const classes = axis(zeroShot, 0)
    const direction = l2Normalize(parameter('head.weight_v', [classes, width]))
    const weight = mul(direction, parameter('head.weight_g', [classes, 1]))
    return linear(features, weight, parameter('head.bias', [classes]))
  }

  /** Logits by text: inner products with the texts, of the length that the features have. */
  const textLogits = <N>(text: Tensor<[N, 'E']>, { zeroShot }: ClassTexts): Tensor<[N, 'K']> =>
    mul(linear(text, l2Normalize(zeroShot)), logitScale)

  /** The share of vision in predictions of a batch, from 0 to 1. */
  const visionShare = <N>(vision: Tensor<[N, 'E']>, offsets: WeighingOffsets): Tensor<[]> => {
    const [w1, b1, w2, b2] = [
      add(slowly(parameter(weighingNames[0], [hidden, embedding])), offsets.firstWeight),
      add(slowly(parameter(weighingNames[1], [hidden])), offsets.firstBias),
      add(slowly(parameter(weighingNames[2], [1, hidden])), offsets.secondWeight),
      add(slowly(parameter(weighingNames[3], [1])), offsets.secondBias),
    ] as const
    return mean(sigmoid(linear(linear(vision, w1, b1), w2, b2)))
  }

  /**
   * The modality discriminator: a logit, positive where features are of the text's modality. `frozen` takes its parameters as they
   * are, so that features alone learn from it.
   */
  const discriminator = <N>(
    features: Tensor<[N, 'E']>,
    { frozen, name, ...dropping }: DropoutLayerOptions & { readonly frozen: boolean; readonly name: string },
  ): Tensor<[N, 1]> => {
    const own = <S>(x: Tensor<S>): Tensor<S> => (frozen ? stopGradient(x) : x)
    const [w1, b1, w2, b2] = [
      own(parameter('discriminator.fc1.weight', [hidden, embedding])),
      own(parameter('discriminator.fc1.bias', [hidden])),
      own(parameter('discriminator.fc2.weight', [dim(1), hidden])),
      own(parameter('discriminator.fc2.bias', [dim(1)])),
    ] as const
    return linear(dropoutLayer(dropping)(relu(linear(features, w1, b1)), name), w2, b2)
  }

  return { width, hidden, separated, bottleneck, visionLogits, textLogits, visionShare, discriminator }
}

/** The inner product of the two parts of each image, squared, summed over images: 0 where they are orthogonal. */
export const overlap = <N>({ vision, text }: Separated<N>): Tensor<[]> => {
  const products = sum(mul(vision, text), 1)
  return sum(mul(products, products))
}

/** First values of all layers. */
export const initialUniMosLayers = (
  key: RandomKey,
  embedding: number,
  classes: number,
  { bottleneckWidth, hiddenWidth }: UniMosSizes,
): NamedValues => {
  const directions = uniformInitialiser(key, 'head.weight_v', [classes, bottleneckWidth], bottleneckWidth)
  const lengths = Float32Array.from({ length: classes }, (_, k) =>
    Math.hypot(...directions.data.subarray(k * bottleneckWidth, (k + 1) * bottleneckWidth)),
  )
  return {
    ...linearInitialiser(key, 'separation.vision', embedding, embedding),
    ...linearInitialiser(key, 'separation.text', embedding, embedding),
    // Glorot and Bengio 2010, in its normal form.
    'bottleneck.linear.weight': normalInitialiser(
      key,
      'bottleneck.linear.weight',
      [bottleneckWidth, embedding],
      Math.sqrt(2 / (embedding + bottleneckWidth)),
    ),
    'bottleneck.linear.bias': constantInitialiser([bottleneckWidth], 0),
    ...normInitialiser('bottleneck.norm', bottleneckWidth),
    'bottleneck.norm.running_mean': constantInitialiser([bottleneckWidth], 0),
    'bottleneck.norm.running_var': constantInitialiser([bottleneckWidth], 1),
    'head.weight_v': directions,
    'head.weight_g': { dtype: 'f32', shape: [classes, 1], data: lengths },
    'head.bias': constantInitialiser([classes], 0),
    ...linearInitialiser(key, 'weighing.fc1', embedding, hiddenWidth),
    ...linearInitialiser(key, 'weighing.fc2', hiddenWidth, 1),
    ...linearInitialiser(key, 'discriminator.fc1', embedding, hiddenWidth),
    ...linearInitialiser(key, 'discriminator.fc2', hiddenWidth, 1),
  }
}
