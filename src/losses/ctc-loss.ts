/** Connectionist temporal classification: sequences of labels without their places. */
import {
  add,
  and,
  axis,
  broadcastTo,
  cast,
  div,
  equal,
  exp,
  expandDims,
  full,
  iota,
  less,
  lessEqual,
  log,
  logSoftmax,
  maximum,
  mean,
  neg,
  not,
  roll,
  scan,
  stopGradient,
  sub,
  sum,
  takeAlongAxis,
  takeElement,
  where,
  withSignature,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { wholeFromZero, withSettings } from './setting.js'

/** How much of each padded row belongs to the sequence, and which class is the blank. */
export interface CtcOptions<B> {
  /** [B]: how many of the T steps each row of logits has; all where none are given. */
  readonly logitLengths?: Tensor<[B], 'i32'>
  /** [B]: how many of the L labels each row has; all where none are given. */
  readonly labelLengths?: Tensor<[B], 'i32'>
  /** The class that stands for no label; 0 where none is given. */
  readonly blank?: number
  /** Whether a row whose labels do not fit in its steps counts 0 in place of Infinity. */
  readonly zeroInfinity?: boolean
}

/** The logarithm of a probability of 0. Finite, so that sums and differences of it stay numbers. */
const impossible = -1e30

/** ln(eˣ + eʸ) of finite numbers. */
const logAddExp = <S>(x: Tensor<S>, y: Tensor<S>): Tensor<S> => {
  const largest = stopGradient(maximum(x, y))
  return add(largest, log(add(exp(sub(x, largest)), exp(sub(y, largest)))))
}

/**
 * -ln of the probability that the steps of each row spell its labels (Graves et al. 2006, "Connectionist Temporal
 * Classification", sec. 4.1), in nats: [B]. Each step spells a class or the blank; repeated classes count once, blanks
 * not at all, so that equal labels in a row have a blank between them. The sum over all alignments is made by a loop over
 * the steps, in logarithms. As PyTorch's `ctc_loss` of `log_softmax(logits)` with `reduction='none'`.
 *
 * `logits` [B,T,K]; `labels` [B,L], L at least 1, in 0 ... K - 1, none of them the blank; what is after the lengths is not read.
 *
 * A row whose labels do not fit in its steps has no alignment: its loss is Infinity (0 with `zeroInfinity`), and its
 * gradient 0.
 *
 * @example
 * const labels = input('labels', ['B', 'L'], 'i32')
 * const perRow = ctcLossOfRows(input('logits', ['B', 'T', 28]), labels, { labelLengths: input('n', ['B'], 'i32') })
 */
export const ctcLossOfRows = <B, T, K, L>(
  logits: Tensor<[B, T, K]>,
  labels: Tensor<[NoInfer<B>, L], 'i32'>,
  { logitLengths, labelLengths, blank = 0, zeroInfinity = false }: CtcOptions<NoInfer<B>> = {},
): Tensor<[B]> => {
  const [batch, steps, length] = [axis(logits, 0), axis(logits, 1), axis(labels, 1)]
  const ofClass = maximum(logSoftmax(logits, -1), impossible)
  const ofLabel = takeAlongAxis(ofClass, broadcastTo(expandDims(labels, 1), [batch, steps, length]), 2)
  const first = equal(iota([batch, length], 1), 0)
  /** What the place before each label has; at the first label, `start`. */
  const before = (x: Tensor<[B, L]>, start: Tensor<[B, L]>): Tensor<[B, L]> =>
    where(first, start, roll(x, 1, 1))
  const column = (x: Tensor<[B]>): Tensor<[B, L]> => broadcastTo(expandDims(x, 1), [batch, length])
  const nowhere = full([batch, length], impossible)
  const repeated = and(equal(labels, roll(labels, 1, 1)), not(first))
  const { carry } = scan(
    {
      // ln of the probability of all alignments that end before the first label, on each label, or on the blank after it.
      carry: { start: full([batch], 0), onLabel: nowhere, afterLabel: nowhere },
      sequences: {
        ofBlank: takeElement(ofClass, full([batch, steps], blank, 'i32')),
        ofLabel,
        step: iota([batch, steps], 1),
      },
      axis: 1,
    },
    ({ start, onLabel, afterLabel }, at) => {
      const ofBlank = column(at.ofBlank)
      const previous = before(afterLabel, column(start))
      const skipped = where(repeated, impossible, before(onLabel, nowhere))
      const next = {
        start: add(start, at.ofBlank),
        onLabel: add(logAddExp(logAddExp(onLabel, previous), skipped), at.ofLabel),
        afterLabel: add(logAddExp(afterLabel, onLabel), ofBlank),
      }
      if (logitLengths === undefined) return { carry: next }
      const goesOn = less(at.step, logitLengths)
      const goesOnEverywhere = broadcastTo(expandDims(goesOn, 1), [batch, length])
      return {
        carry: {
          start: where(goesOn, next.start, start),
          onLabel: where(goesOnEverywhere, next.onLabel, onLabel),
          afterLabel: where(goesOnEverywhere, next.afterLabel, afterLabel),
        },
      }
    },
  )
  const count = labelLengths ?? sum(full([batch, length], 1, 'i32'), 1)
  const last = sub(count, 1)
  const spelled = logAddExp(takeElement(carry.onLabel, last), takeElement(carry.afterLabel, last))
  const total = where(lessEqual(count, 0), carry.start, spelled)
  return withSignature(
    'ctcLoss',
    {
      logits: [logits, 'batch steps classes'],
      labels: [labels, 'batch length', 'i32'],
      ...(logitLengths === undefined ? {} : { logitLengths: [logitLengths, 'batch', 'i32'] }),
      ...(labelLengths === undefined ? {} : { labelLengths: [labelLengths, 'batch', 'i32'] }),
    },
    withSettings(
      'ctcLoss',
      { blank: [blank, wholeFromZero] },
      where(less(total, impossible / 2), zeroInfinity ? 0 : Infinity, neg(total)),
    ),
  )
}

/**
 * Connectionist temporal classification (Graves et al. 2006, "Connectionist Temporal Classification", sec. 4.1): the mean
 * over the batch of `ctcLossOfRows`, each divided by the number of its labels (by 1 where it has none); a scalar in nats. As
 * PyTorch's `ctc_loss` of `log_softmax(logits)`.
 *
 * `logits` [B,T,K]; `labels` [B,L], L at least 1, in 0 ... K - 1, none of them the blank; what is after the lengths is not read.
 *
 * @example
 * const [frames, characters] = [input('frames', ['B'], 'i32'), input('characters', ['B'], 'i32')]
 * const loss = ctcLoss(input('logits', ['B', 'T', 28]), input('text', ['B', 'L'], 'i32'), {
 *   logitLengths: frames,
 *   labelLengths: characters,
 * })
 */
export const ctcLoss = <B, T, K, L>(
  logits: Tensor<[B, T, K]>,
  labels: Tensor<[NoInfer<B>, L], 'i32'>,
  options: CtcOptions<NoInfer<B>> = {},
): Tensor<[]> => {
  const counts = options.labelLengths ?? sum(full([axis(logits, 0), axis(labels, 1)], 1, 'i32'), 1)
  return mean(div(ctcLossOfRows(logits, labels, options), cast(maximum(counts, 1), 'f32')), 0)
}
