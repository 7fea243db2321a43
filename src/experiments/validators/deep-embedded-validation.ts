/** Deep embedded validation: the risk on the target, estimated from labelled images of the source that are weighted. */
import type { Row, Rows } from './rows.js'
import { meanOf } from '../../values/mean.js'
import { dot, logSoftmaxOf, meanRow } from './rows.js'

/** The weight of ½ |w|² in the logistic regression that tells the domains apart: it has one optimum. */
const ridge = 1
const mostSteps = 50

/** The solution of A x = b for a positive definite matrix, by elimination. */
const solved = (matrix: Rows, right: Row): Row => {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0])
  const size = rows.length
  for (const [i, pivot] of rows.entries()) {
    const head = pivot[i] ?? 1
    for (const row of rows.slice(i + 1)) {
      const factor = (row[i] ?? 0) / head
      for (let j = i; j <= size; j += 1) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0)
    }
  }
  return rows.reduceRight<number[]>((x, row, i) => {
    const known = x.reduce((total, value, k) => total + value * (row[i + 1 + k] ?? 0), 0)
    return [((row[size] ?? 0) - known) / (row[i] ?? 1), ...x]
  }, [])
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Weights of a logistic regression whose last feature is 1, by Newton's steps; that last weight is not held down. */
const regression = (features: Rows, isTarget: readonly boolean[]): Row => {
  const width = features[0]?.length ?? 0
  const held = (i: number): number => (i === width - 1 ? 1e-9 : ridge)
  const step = (weights: Row): Row => {
    const chances = features.map((row) => sigmoid(dot(weights, row)))
    const gradient = weights.map(
      (weight, a) =>
        held(a) * weight +
        features.reduce(
          (sum, row, i) => sum + ((chances[i] ?? 0) - (isTarget[i] === true ? 1 : 0)) * (row[a] ?? 0),
          0,
        ),
    )
    const curvature = weights.map((_, a) => {
      const weighted = features.map((row, i) => (row[a] ?? 0) * (chances[i] ?? 0) * (1 - (chances[i] ?? 0)))
      return weights.map(
        (__, b) =>
          features.reduce((sum, row, i) => sum + (weighted[i] ?? 0) * (row[b] ?? 0), 0) +
          (a === b ? held(a) : 0),
      )
    })
    const change = solved(curvature, gradient)
    return weights.map((weight, i) => weight - (change[i] ?? 0))
  }
  const from = (weights: Row, left: number): Row => {
    const next = step(weights)
    const moved = next.reduce((most, weight, i) => Math.max(most, Math.abs(weight - (weights[i] ?? 0))), 0)
    return left === 0 || moved < 1e-10 ? next : from(next, left - 1)
  }
  return from(
    Array.from({ length: width }, () => 0),
    mostSteps,
  )
}

/** Features of mean 0 and deviation 1 over both domains, and a last one of 1. */
const standardized = (rows: Rows): Rows => {
  const means = meanRow(rows)
  const squares = meanRow(rows.map((row) => row.map((value, i) => (value - (means[i] ?? 0)) ** 2)))
  return rows.map((row) => [
    ...row.map((value, i) => (value - (means[i] ?? 0)) / Math.max(Math.sqrt(squares[i] ?? 0), 1e-12)),
    1,
  ])
}

/**
 * Minus the risk of deep embedded validation (You et al. 2019, "Towards accurate model selection in deep unsupervised domain
 * adaptation", ICML 2019, sec. 4): the cross entropy of labelled images of the source [M,K], each weighted by how much more
 * probable it is in the target, with a control variate: mean(w l) + η mean(w) - η, η = -cov(w l, w) / var(w).
 *
 * Two things differ from the released code. The features by which the domains are told apart are the logits, which is all that a
 * run keeps; and a logistic regression tells them apart, whose optimum is unique, not a network that is drawn.
 */
export const negativeEmbeddedRisk = (
  source: { readonly logits: Rows; readonly labels: readonly number[] },
  target: Rows,
): number => {
  const count = source.logits.length
  const features = standardized([...source.logits, ...target])
  const weights = regression(
    features,
    features.map((_, i) => i >= count),
  )
  // p(target | x) / p(source | x) is exp of the score; the sizes of the domains are divided out.
  const ratios = features.slice(0, count).map((row) => (Math.exp(dot(weights, row)) * count) / target.length)
  const losses = source.logits.map(
    (row, i) => -(logSoftmaxOf(row)[source.labels[i] ?? -1] ?? Number.NaN) * (ratios[i] ?? 0),
  )
  const [meanLoss, meanRatio] = [meanOf(losses), meanOf(ratios)]
  const covariance = meanOf(losses.map((loss, i) => (loss - meanLoss) * ((ratios[i] ?? 0) - meanRatio)))
  const variance = meanOf(ratios.map((ratio) => (ratio - meanRatio) ** 2))
  const eta = variance === 0 ? 0 : -covariance / variance
  return -(meanLoss + eta * meanRatio - eta)
}
