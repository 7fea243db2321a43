/** The contrastive losses, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { clipContrastive, supervisedContrastive } from '../../../src/losses/index.js'
import {
  clipContrastiveLaws,
  supervisedContrastiveLaws,
} from '../../../src/laws/declarations/losses/contrastive.js'
import { planted } from '../planted-fault.js'

const clip = clipContrastiveLaws.of
const supervised = supervisedContrastiveLaws.of

const cosines = <B, E>(a: d.Tensor<[B, E]>, b: d.Tensor<[B, E]>): d.Tensor<[B, B]> =>
  d.matmul(d.l2Normalize(a), d.transposeLast(d.l2Normalize(b)))

/** 1 where column = row + offset. */
const diagonal = <B, E>(of: d.Tensor<[B, E]>, offset = 0): d.Tensor<[B, B]> => {
  const batch = d.axis(of, 0)
  return d.cast(d.equal(d.add(d.iota([batch, batch], 0), offset), d.iota([batch, batch], 1)), 'f32')
}

const matched = <B>(logProbabilities: d.Tensor<[B, B]>, where: d.Tensor<[B, B]>): d.Tensor<[]> =>
  d.neg(d.mean(d.sum(d.mul(logProbabilities, where), 1), 0))

export const clipContrastiveFaults = [
  planted(
    'images to texts only',
    'symmetric',
    clip((images, texts, scale) =>
      matched(d.logSoftmax(d.mul(cosines(images, texts), scale), 1), diagonal(images)),
    ),
  ),
  planted(
    'both directions over the same axis',
    'symmetric',
    clip((images, texts, scale) => {
      const logits = d.mul(cosines(images, texts), scale)
      const one = matched(d.logSoftmax(logits, 1), diagonal(images))
      return d.mul(d.add(one, one), 0.5)
    }),
  ),
  planted(
    'images not normalised',
    'positive scaling',
    clip((images, texts, scale) => {
      const logits = d.mul(d.matmul(images, d.transposeLast(d.l2Normalize(texts))), scale)
      const both = [
        matched(d.logSoftmax(logits, 1), diagonal(images)),
        matched(d.logSoftmax(logits, 0), diagonal(images)),
      ] as const
      return d.mul(d.add(both[0], both[1]), 0.5)
    }),
  ),
  planted(
    'scale applied twice',
    'known value',
    clip((images, texts, scale) => clipContrastive(images, texts, d.mul(scale, scale))),
  ),
  planted(
    'divided by the scale',
    'known value',
    clip((images, texts, scale) => clipContrastive(images, texts, d.div(1, scale))),
  ),
  planted(
    'the exponential of the scale',
    'known value',
    clip((images, texts, scale) => clipContrastive(images, texts, d.exp(scale))),
  ),
  planted(
    'the half forgotten',
    'known value',
    clip((images, texts, scale) => d.mul(clipContrastive(images, texts, scale), 2)),
  ),
  planted(
    'sum over the batch instead of mean',
    'known value',
    clip((images, texts, scale) => d.mul(clipContrastive(images, texts, scale), d.count(images, 0))),
  ),
  planted(
    'each image with the next text',
    'zero at the optimum',
    clip((images, texts, scale) => {
      const logits = d.mul(cosines(images, texts), scale)
      const next = diagonal(images, 1)
      return d.mul(d.add(matched(d.logSoftmax(logits, 1), next), matched(d.logSoftmax(logits, 0), next)), 0.5)
    }),
  ),
  planted(
    'logarithm of softmax: underflows in float32',
    'float32',
    clip((images, texts, scale) => {
      const logits = d.mul(cosines(images, texts), scale)
      const own = d.takeElement(d.softmax(logits, 1), d.iota([d.axis(images, 0)], 0))
      const other = d.takeElement(d.transposeLast(d.softmax(logits, 0)), d.iota([d.axis(images, 0)], 0))
      return d.mul(d.add(d.neg(d.mean(d.log(own), 0)), d.neg(d.mean(d.log(other), 0))), 0.5)
    }),
  ),
  planted(
    'gradient stopped at the scale',
    'gradient',
    clip((images, texts, scale) => clipContrastive(images, texts, d.stopGradient(scale))),
  ),
]

/** Supervised contrastive loss with every choice that may go wrong. */
const contrast = <B, E>(
  features: d.Tensor<[B, E]>,
  labels: d.Tensor<[B], 'i32'>,
  choices: {
    readonly selfInDenominator?: boolean
    readonly selfIsPositive?: boolean
    readonly averaged?: boolean
    readonly loneRowsGuarded?: boolean
    readonly otherClasses?: boolean
    readonly normalised?: boolean
  },
): d.Tensor<[]> => {
  const batch = d.axis(features, 0)
  const unit = choices.normalised === false ? features : d.l2Normalize(features)
  const similarity = d.div(d.matmul(unit, d.transposeLast(unit)), 0.07)
  const self = d.equal(d.iota([batch, batch], 0), d.iota([batch, batch], 1))
  const compared = choices.selfInDenominator === true ? similarity : d.where(self, -Infinity, similarity)
  const logProbability = d.sub(similarity, d.logSumExp(compared, 1, { keepDims: true }))
  const alike = d.equal(
    d.broadcastTo(d.expandDims(labels, 1), [batch, batch]),
    d.broadcastTo(d.expandDims(labels, 0), [batch, batch]),
  )
  const wanted = choices.otherClasses === true ? d.not(alike) : alike
  const positive = choices.selfIsPositive === true ? wanted : d.and(wanted, d.not(self))
  const count = d.sum(d.cast(positive, 'f32'), 1)
  const total = d.sum(d.where(positive, logProbability, 0), 1)
  const divisor = choices.loneRowsGuarded === false ? count : d.maximum(count, 1)
  return d.neg(d.mean(choices.averaged === false ? total : d.div(total, divisor), 0))
}

export const supervisedContrastiveFaults = [
  planted(
    'a row is its own positive',
    'zero at the optimum',
    supervised((features, labels) => contrast(features, labels, { selfIsPositive: true })),
  ),
  planted(
    'a row is among those it is compared with',
    'known value',
    supervised((features, labels) => contrast(features, labels, { selfInDenominator: true })),
  ),
  planted(
    'positives summed instead of averaged',
    'known value',
    supervised((features, labels) => contrast(features, labels, { averaged: false })),
  ),
  planted(
    'lone rows divided by 0',
    'finite',
    supervised((features, labels) => contrast(features, labels, { loneRowsGuarded: false })),
  ),
  planted(
    'drawn to the other classes',
    'zero at the optimum',
    supervised((features, labels) => contrast(features, labels, { otherClasses: true })),
  ),
  planted(
    'features not normalised',
    'positive scaling',
    supervised((features, labels) => contrast(features, labels, { normalised: false })),
  ),
  planted(
    'temperature applied twice',
    'known value',
    supervised((features, labels) => supervisedContrastive(features, labels, { temperature: 0.07 * 0.07 })),
  ),
  planted(
    'multiplied by the temperature',
    'known value',
    supervised((features, labels) => supervisedContrastive(features, labels, { temperature: 1 / 0.07 })),
  ),
  planted(
    'neighbouring labels taken for equal',
    'relabelling',
    supervised((features, labels) => supervisedContrastive(features, d.div(labels, 2))),
  ),
]
