/**
 * Which of two classifiers a third one sides with, where they differ: a sign test without labels. If its mistakes are independent of
 * theirs, it sides more often with the one that is right more often.
 */
import type { Tensor } from '../../dsl/index.js'
import {
  abs,
  add,
  argMax,
  axis,
  div,
  expandDims,
  minimum,
  mul,
  oneHot,
  sqrt,
  square,
  sub,
  sum,
} from '../../dsl/index.js'

/** 1 in the column of the most probable class of each row, else 0. */
export const predictedClass = (logits: Tensor<['N', 'K']>): Tensor<['N', 'K']> =>
  oneHot(argMax(logits, 1), axis(logits, 1))

/** The weighted sum [] of signs [N] over its standard deviation, were each sign drawn by a coin; one coin more, of weight `extra`, is never 0. */
const deviations = (signs: Tensor<['N']>, weights: Tensor<['N']>, extra: number): Tensor<[]> =>
  div(sum(mul(signs, weights), 0), sqrt(add(sum(mul(abs(signs), square(weights)), 0), extra * extra)))

/**
 * By how many standard deviations [] a witness prefers `candidate` to `present`; all are logits [N,K]. Images that both classify
 * alike, and those that the witness classifies otherwise than both, do not count. It is the smaller of two numbers: one counts each image alike, the
 * other each class of the witness, as balanced accuracy does (a quarter of an even share is added to the images of each class, so that no few
 * images decide).
 *
 * @example
 * const logits = (name: string) => input(name, [sized('N', 100), sized('K', 7)])
 * const by = preference({ witness: logits('w'), present: logits('p'), candidate: logits('c') })
 */
export const preference = ({
  witness,
  present,
  candidate,
}: {
  readonly witness: Tensor<['N', 'K']>
  readonly present: Tensor<['N', 'K']>
  readonly candidate: Tensor<['N', 'K']>
}): Tensor<[]> => {
  const says = predictedClass(witness)
  const signs = sum(mul(says, sub(predictedClass(candidate), predictedClass(present))), 1)
  const even = Number(axis(witness, 0).dim) / Number(axis(witness, 1).dim)
  const ofClass = add(sum(says, 0), even / 4)
  const shares = sum(div(says, expandDims(ofClass, 0)), 1)
  return minimum(deviations(signs, sum(says, 1), 1), deviations(signs, shares, 1 / even))
}
