/** Contrastive losses over a batch of embeddings. */
import {
  add,
  cast,
  div,
  einsum,
  equal,
  expandDims,
  iota,
  l2Normalize,
  logSoftmax,
  matmul,
  mean,
  mul,
  neg,
  sum,
  transposeLast,
  where,
  not,
  and,
  maximum,
  axis,
  broadcastTo,
  withSignature,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { aboveZero, withSettings } from './setting.js'

/**
 * CLIP's symmetric contrastive loss (Radford et al. 2021, fig. 3): row i of the images belongs to row i of the
 * texts. The mean of the cross entropies over images and over texts; in nats.
 *
 * `images`, `texts` [B,E], normalised here; `logitScale` [] multiplies the cosines (CLIP's is learned, as its log).
 *
 * @example
 * const loss = clipContrastive(input('images', ['B', 512]), input('texts', ['B', 512]), scalar(100))
 */
export const clipContrastive = <B, E>(
  images: Tensor<[B, E]>,
  texts: Tensor<[NoInfer<B>, NoInfer<E>]>,
  logitScale: Tensor<[]>,
): Tensor<[]> => {
  const logits = mul(einsum('i e, j e -> i j', l2Normalize(images), l2Normalize(texts)), logitScale)
  const batch = axis(images, 0)
  const diagonal = cast(equal(iota([batch, batch], 0), iota([batch, batch], 1)), 'f32')
  const matched = (logProbabilities: Tensor<[B, B]>): Tensor<[]> =>
    neg(mean(sum(mul(logProbabilities, diagonal), -1), 0))
  return withSignature(
    'clipContrastive',
    { images: [images, 'batch width'], texts: [texts, 'batch width'], logitScale: [logitScale, ''] },
    mul(add(matched(logSoftmax(logits, 1)), matched(logSoftmax(logits, 0))), 0.5),
  )
}

/**
 * Supervised contrastive loss (Khosla et al. 2020, eq. 2): the positives of a row are all other rows of its class.
 *
 * `features` [B,E], normalised here; `labels` [B]; `temperature` divides the cosines; a scalar in nats. A row without
 * positives contributes 0. A row of zeros has cosines of 0, and a finite gradient. A temperature that is not a finite number
 * above 0 is a fault.
 *
 * @example
 * const loss = supervisedContrastive(input('features', ['B', 512]), input('labels', ['B'], 'i32'), { temperature: 0.1 })
 */
export const supervisedContrastive = <B, E>(
  features: Tensor<[B, E]>,
  labels: Tensor<[NoInfer<B>], 'i32'>,
  { temperature = 0.07 }: { readonly temperature?: number } = {},
): Tensor<[]> => {
  const unit = l2Normalize(features, { epsilon: 1e-12 })
  const batch = axis(features, 0)
  const self = equal(iota([batch, batch], 0), iota([batch, batch], 1))
  const similarity = div(matmul(unit, transposeLast(unit)), temperature)
  // A row is not compared with itself. A finite number keeps a batch of one row finite.
  const logProbability = logSoftmax(where(self, -1e30, similarity), 1)
  const ofRow = broadcastTo(expandDims(labels, 1), [batch, batch])
  const ofColumn = broadcastTo(expandDims(labels, 0), [batch, batch])
  const positive = and(equal(ofRow, ofColumn), not(self))
  const count = sum(cast(positive, 'f32'), 1)
  const perRow = div(sum(where(positive, logProbability, 0), 1), maximum(count, 1))
  return withSignature(
    'supervisedContrastive',
    { features: [features, 'batch width'], labels: [labels, 'batch', 'i32'] },
    withSettings('supervisedContrastive', { temperature: [temperature, aboveZero] }, neg(mean(perRow, 0))),
  )
}
