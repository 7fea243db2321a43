/** The formulas of the losses in plain numbers: what the declarations compare programs with. */
import type { TensorValue } from '../../values/value.js'
import { realTensor } from '../tensor-values.js'
import type { Trial } from '../trial.js'
import { largest } from '../../values/extremes.js'

type Rows = readonly (readonly number[])[]

/** The values of an argument, as a list. */
export const listOf = ({ values }: Trial, name: string): readonly number[] => [...(values[name]?.data ?? [])]

/** The rows of an argument of two axes. */
export const plainRows = (trial: Trial, name: string): Rows => {
  const [count = 0, length = 0] = trial.values[name]?.shape ?? []
  const all = listOf(trial, name)
  return Array.from({ length: count }, (_, i) => all.slice(i * length, (i + 1) * length))
}

/** An argument with each element replaced by a function of its place in a matrix: the last two axes. */
export const plainFilled = (
  { values }: Trial,
  name: string,
  element: (row: number, column: number) => number,
): TensorValue => {
  const shape = values[name]?.shape ?? []
  const length = shape.at(-1) ?? 1
  return realTensor(shape, (flat) => element(Math.floor(flat / length), flat % length))
}

export const plainSum = (list: readonly number[]): number => list.reduce((total, x) => total + x, 0)
export const average = (list: readonly number[]): number => plainSum(list) / list.length

const logSoftmax = (row: readonly number[]): readonly number[] => {
  const shift = largest(row)
  const total = Math.log(plainSum(row.map((x) => Math.exp(x - shift))))
  return row.map((x) => x - shift - total)
}
const softmax = (row: readonly number[]): readonly number[] => logSoftmax(row).map(Math.exp)
const entropyOfRow = (p: readonly number[]): number =>
  -plainSum(p.map((x) => (x === 0 ? 0 : x * Math.log(x))))

export const plainCrossEntropy = (logits: Rows, labels: readonly number[]): number =>
  average(logits.map((row, i) => -(logSoftmax(row)[labels[i] ?? 0] ?? 0)))

export const plainEntropies = (logits: Rows): readonly number[] =>
  logits.map((row) => entropyOfRow(softmax(row)))

export const plainMutualInformation = (logits: Rows): number => {
  const predictions = logits.map(softmax)
  const classes = predictions[0] ?? []
  return (
    entropyOfRow(classes.map((_, k) => average(predictions.map((row) => row[k] ?? 0)))) -
    average(plainEntropies(logits))
  )
}

export const plainDivergence = (p: Rows, q: Rows): number =>
  average(
    p.map((row, i) => {
      const [logP, logQ] = [logSoftmax(row), logSoftmax(q[i] ?? [])]
      return plainSum(logP.map((x, k) => Math.exp(x) * (x - (logQ[k] ?? 0))))
    }),
  )

export const plainMeanSquaredError = (a: readonly number[], b: readonly number[]): number =>
  average(a.map((x, i) => (x - (b[i] ?? 0)) ** 2))

/** What a path of classes spells: repetitions once, without the blank 0. */
const spelledBy = (path: readonly number[]): readonly number[] =>
  path.filter((k, step) => k !== 0 && k !== path[step - 1])

/** -ln of the probability of all paths through the steps that spell the labels, path by path. */
export const plainCtcLoss = (logits: Rows, labels: readonly number[]): number => {
  const steps = logits.map(logSoftmax)
  const paths = steps.reduce<readonly (readonly [path: readonly number[], logProbability: number])[]>(
    (sofar, step) => sofar.flatMap(([path, total]) => step.map((x, k) => [[...path, k], total + x] as const)),
    [[[], 0]],
  )
  const spelling = paths
    .filter(([path]) => spelledBy(path).join(' ') === labels.join(' '))
    .map(([, total]) => total)
  const shift = largest(spelling)
  return -shift - Math.log(plainSum(spelling.map((x) => Math.exp(x - shift))))
}

/** Every series of an argument of three axes along its middle one: [B,K,E] makes B·E rows of K. */
export const middleRows = (trial: Trial, name: string): Rows => {
  const [batch = 0, classes = 0, features = 0] = trial.values[name]?.shape ?? []
  const all = listOf(trial, name)
  return Array.from({ length: batch * features }, (_, i) => {
    const start = Math.floor(i / features) * classes * features + (i % features)
    return Array.from({ length: classes }, (__, k) => all[start + k * features] ?? 0)
  })
}
