/** Validators that look at each prediction, and at their mean. */
import type { Rows } from './rows.js'
import { meanOf } from '../../values/mean.js'
import { argMaxOf, entropyOf, meanRow, softmaxOf } from './rows.js'

/**
 * Accuracy on labelled images of the source [M,K], balanced over the classes that occur: the usual choice without labels of the
 * target (Musgrave, Belongie and Lim 2022, "Benchmarking validation methods for unsupervised domain adaptation", arXiv 2208.07360,
 * sec. 3.1). It knows nothing of the target. In [0, 1].
 */
export const sourceAccuracy = (logits: Rows, labels: readonly number[]): number => {
  const right = logits.map((row, i) => (argMaxOf(row) === labels[i] ? 1 : 0))
  const classes = [...new Set(labels)]
  return meanOf(classes.map((label) => meanOf(right.filter((_, i) => labels[i] === label))))
}

/**
 * Minus the mean entropy of predictions of the target [N,K], in nats (Morerio, Cavazza and Murino 2018, "Minimal-entropy correlation
 * alignment", sec. 3.3). Predicting one class for all images, surely, is best.
 */
export const negativeEntropy = (logits: Rows): number =>
  -meanOf(logits.map((row) => entropyOf(softmaxOf(row))))

/**
 * Mutual information of images and predictions of the target [N,K], in nats (Krause, Perona and Gomes 2010; as a validator the
 * information maximisation of Musgrave et al. 2022): the entropy of the mean prediction minus the mean entropy.
 */
export const informationOf = (logits: Rows): number =>
  entropyOf(meanRow(logits.map(softmaxOf))) + negativeEntropy(logits)
