/** How well predicted classes agree with clusters of the images. */
import type { Row, Rows } from './rows.js'
import { argMaxOf, entropyOf, meanRow } from './rows.js'

const squaredDistance = (a: Row, b: Row): number =>
  a.reduce((total, value, i) => total + (value - (b[i] ?? 0)) ** 2, 0)

/** The position of the nearest centre; the first of equals. */
const nearest = (centres: Rows, row: Row): number =>
  argMaxOf(centres.map((centre) => -squaredDistance(centre, row)))

/** Rows far from each other: first the one farthest from the mean, then each time the one farthest from all before. */
const farRows = (rows: Rows, count: number): Rows => {
  const mean = meanRow(rows)
  const first = rows[argMaxOf(rows.map((row) => squaredDistance(row, mean)))] ?? []
  const from = (chosen: Rows, distances: Row): Rows => {
    const last = chosen.at(-1) ?? []
    const closer = rows.map((row, i) => Math.min(distances[i] ?? Infinity, squaredDistance(row, last)))
    return chosen.length >= count ? chosen : from([...chosen, rows[argMaxOf(closer)] ?? []], closer)
  }
  return from([first], [])
}

const mostRounds = 100

/** k-means (Lloyd 1982) from rows far from each other, so that nothing is drawn: the cluster of each row. */
export const clustersOf = (rows: Rows, count: number): readonly number[] => {
  const from = (centres: Rows, before: readonly number[], left: number): readonly number[] => {
    const clusters = rows.map((row) => nearest(centres, row))
    if (left === 0 || clusters.every((cluster, i) => cluster === before[i])) return clusters
    const moved = centres.map((centre, cluster) => {
      const own = rows.filter((_, i) => clusters[i] === cluster)
      return own.length === 0 ? centre : meanRow(own)
    })
    return from(moved, clusters, left - 1)
  }
  return from(farRows(rows, count), [], mostRounds)
}

/** ln 0!, ln 1!, ... ln n!. */
const logFactorials = (n: number): Row => {
  const table = [0]
  for (let i = 1; i <= n; i += 1) table.push((table[i - 1] ?? 0) + Math.log(i))
  return table
}

const countsOf = (labels: readonly number[]): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}

/** The mutual information of two labellings of n items with so many of each label, expected by chance: a hypergeometric mean. */
const expectedInformation = (rows: Row, columns: Row, n: number): number => {
  const log = logFactorials(n)
  const of = (k: number): number => log[k] ?? 0
  let total = 0
  for (const a of rows) {
    for (const b of columns) {
      const fixed = of(a) + of(b) + of(n - a) + of(n - b) - of(n)
      for (let k = Math.max(1, a + b - n); k <= Math.min(a, b); k += 1) {
        const chance = Math.exp(fixed - of(k) - of(a - k) - of(b - k) - of(n - a - b + k))
        total += (k / n) * Math.log((n * k) / (a * b)) * chance
      }
    }
  }
  return total
}

/**
 * The mutual information of two labellings, adjusted for chance (Vinh, Epps and Bailey 2010, "Information theoretic measures for
 * clusterings comparison", JMLR 11): 1 for the same partition, about 0 for independent ones. Of one cluster each it is 1.
 */
export const adjustedInformation = (a: readonly number[], b: readonly number[]): number => {
  const n = a.length
  const [rows, columns] = [countsOf(a), countsOf(b)]
  if (rows.size === columns.size && (rows.size === 1 || rows.size === n)) return 1
  const shares = (counts: ReadonlyMap<number, number>): Row => [...counts.values()].map((count) => count / n)
  const both = countsOf(a.map((label, i) => label * (n + 1) + (b[i] ?? 0)))
  const average = (entropyOf(shares(rows)) + entropyOf(shares(columns))) / 2
  const information = entropyOf(shares(rows)) + entropyOf(shares(columns)) - entropyOf(shares(both))
  const expected = expectedInformation([...rows.values()], [...columns.values()], n)
  const range = average - expected
  // Of two partitions that chance explains wholly, nothing is left.
  return Math.abs(range) < 1e-15 ? 0 : (information - expected) / range
}

/**
 * Class AMI (Musgrave, Belongie and Lim 2022, "Three new validators and a large-scale benchmark ranking for unsupervised domain
 * adaptation", arXiv 2208.07360, sec. 3): the adjusted mutual information of predicted classes and clusters of the target's images, as
 * many as there are classes. What is clustered are the logits [N,K], which is all that a run keeps; the clusters are those of
 * k-means from rows far from each other, so that nothing is drawn.
 */
export const classAmi = (logits: Rows): number =>
  adjustedInformation(logits.map(argMaxOf), clustersOf(logits, logits[0]?.length ?? 1))
