/** The kinds of arguments that losses and layers take: real numbers, logits, distributions, unit rows, labels, masks. */
import { elementCount } from '../../values/value.js'
import type { Kind, Region, TensorRequest } from './kind.js'
import { mapRows, rowLength } from './kind.js'
import type { RandomSource } from './random-source.js'
import { normalNumber, numbersOf, oneOf, uniformNumber } from './random-source.js'

/** A way to draw all elements of a tensor. */
type Style = (random: RandomSource, wanted: TensorRequest) => Float64Array

/** Extreme tensors are drawn in one of the extreme styles, or in a typical one. */
const styled = (typical: readonly [Style, ...Style[]], extreme: readonly Style[]): Kind['draw'] => {
  const stylesOf: Readonly<Record<Region, readonly [Style, ...Style[]]>> = {
    typical,
    extreme: [...typical, ...extreme],
  }
  return (random, wanted) => oneOf(random, ...stylesOf[wanted.region])(random, wanted)
}

const elementwise =
  (draw: (random: RandomSource) => number): Style =>
  (random, { shape }) =>
    numbersOf(elementCount(shape), () => draw(random))

const rowwise =
  (draw: (random: RandomSource, length: number, row: number) => Float64Array): Style =>
  (random, { shape }) => {
    const length = rowLength(shape)
    return mapRows(new Float64Array(elementCount(shape)), length, (_, row) => draw(random, length, row))
  }

const normals = (spread: number): Style => elementwise((random) => spread * normalNumber(random))
/** The same number all along a row. */
const ties = rowwise((random, length) => new Float64Array(length).fill(2 * normalNumber(random)))
const huge = elementwise((random) => oneOf(random, -1e4, 1e4) * uniformNumber(random, 0.5, 1))
const oneHot = (hot: number): Style =>
  rowwise((random, length) => {
    const chosen = random.nextInt(0, length - 1)
    return numbersOf(length, (i) => (i === chosen ? hot : 0))
  })

const asItIs: Kind['repair'] = (elements) => elements

/** Real numbers of any size. */
export const realKind: Kind = {
  words: 'real numbers',
  draw: styled([normals(1), normals(3)], [ties, huge, normals(1e-3), elementwise(() => 0), oneHot(1)]),
  repair: asItIs,
}

/** Activations of a layer: real numbers of moderate size. */
export const activationKind: Kind = {
  words: 'activations',
  draw: styled([normals(1)], [ties, normals(4), normals(1e-2), elementwise(() => 0), oneHot(1)]),
  repair: asItIs,
}

const masked: Style = (random, wanted) => {
  const length = rowLength(wanted.shape)
  return mapRows(normals(2)(random, wanted), length, (row) => {
    const kept = random.nextInt(0, length - 1)
    return row.map((x, i) => (i !== kept && random.nextInt(0, 2) === 0 ? -Infinity : x))
  })
}

/** A row without a possible class is not a distribution: its first class is made possible. */
const keepOnePossible: Kind['repair'] = (elements, { shape }) =>
  mapRows(elements, rowLength(shape), (row) =>
    row.every((x) => x === -Infinity) ? row.map((x, i) => (i === 0 ? 0 : x)) : row,
  )

/** Rows of logits: normal, tied, ±1e4, one-hot and, where `mask` says so, classes masked with −∞. */
export const logitsKind = (mask: boolean): Kind => ({
  words: mask ? 'logits, some of them -∞' : 'logits',
  draw: styled([normals(1), normals(4)], [ties, huge, oneHot(1e4), ...(mask ? [masked] : [])]),
  repair: mask ? keepOnePossible : asItIs,
})

const total = (row: Float64Array): number => row.reduce((sum, x) => sum + x, 0)

const toDistribution = (row: Float64Array): Float64Array => {
  const positive = row.map((x) => Math.max(x, 0))
  const sum = total(positive)
  if (Math.abs(sum - 1) < 1e-12) return positive
  return sum === 0 ? row.map((_, i) => Number(i === 0)) : positive.map((x) => x / sum)
}

/** Rows that are distributions: not negative, of sum 1; extreme ones have zeros. */
export const simplexKind: Kind = {
  words: 'rows of sum 1',
  draw: styled(
    [
      rowwise((random, length) => toDistribution(numbersOf(length, () => Math.exp(normalNumber(random))))),
      rowwise((random, length) =>
        toDistribution(numbersOf(length, () => Math.exp(3 * normalNumber(random)))),
      ),
    ],
    [
      oneHot(1),
      rowwise((_, length) => new Float64Array(length).fill(1 / length)),
      rowwise((random, length) => toDistribution(numbersOf(length, () => random.nextInt(0, 1)))),
    ],
  ),
  repair: (elements, { shape }) => mapRows(elements, rowLength(shape), toDistribution),
}

const norm = (row: Float64Array): number => Math.sqrt(total(row.map((x) => x * x)))

const toNonZero = (row: Float64Array): Float64Array =>
  norm(row) === 0 ? row.map((_, i) => Number(i === 0)) : row

const toUnit = (row: Float64Array): Float64Array => {
  const length = norm(row)
  if (Math.abs(length - 1) < 1e-12) return row
  return length === 0 ? toNonZero(row) : row.map((x) => x / length)
}

const repairRows =
  (f: (row: Float64Array) => Float64Array): Kind['repair'] =>
  (elements, { shape }) =>
    mapRows(elements, rowLength(shape), f)

/** The first row again and again, turned around at random. */
const parallel: Style = (random, wanted) => {
  const row = numbersOf(rowLength(wanted.shape), () => normalNumber(random))
  return rowwise(() => row.map((x) => x * oneOf(random, 1, -1)))(random, wanted)
}

/** Rows that are not zero: directions, whose length a cosine does not see. */
export const directionsKind: Kind = {
  words: 'rows that are not 0',
  draw: (random, wanted) =>
    repairRows(toNonZero)(
      styled([normals(1), normals(2)], [oneHot(1), parallel, normals(1e-2), normals(1e3)])(random, wanted),
      wanted,
    ),
  repair: repairRows(toNonZero),
}

/** Rows of Euclidean length 1. */
export const unitRowsKind: Kind = {
  words: 'rows of length 1',
  draw: (random, wanted) =>
    repairRows(toUnit)(styled([normals(1)], [oneHot(1), parallel])(random, wanted), wanted),
  repair: repairRows(toUnit),
}

/** Real numbers between two bounds, both included. */
export const betweenKind = (low: number, high: number): Kind => ({
  words: `numbers from ${low} to ${high}`,
  draw: styled(
    [elementwise((random) => uniformNumber(random, low, high))],
    [elementwise((random) => oneOf(random, low, high))],
  ),
  repair: (elements) => elements.map((x) => Math.min(Math.max(x, low), high)),
})

/** Whole numbers 0 ... count - 1, `count` depending on the sizes: labels of classes, ids of tokens. */
export const indexKind = (words: string, countOf: (wanted: TensorRequest) => number): Kind => ({
  words,
  draw: (random, wanted) => {
    const count = countOf(wanted)
    const length = elementCount(wanted.shape)
    const anywhere = (): number => random.nextInt(0, count - 1)
    const style = wanted.region === 'typical' ? 'any' : oneOf(random, 'any', 'same', 'in turn')
    if (style === 'in turn') return numbersOf(length, (i) => i % count)
    const same = anywhere()
    return numbersOf(length, style === 'same' ? () => same : anywhere)
  },
  repair: (elements, wanted) => {
    const last = countOf(wanted) - 1
    return elements.map((x) => Math.min(Math.max(Math.trunc(x), 0), last))
  },
})

/** True and false; each row has at least one true. */
export const maskKind: Kind = {
  words: 'a mask, of each row at least one true',
  draw: (random, wanted) =>
    maskKind.repair(
      styled(
        [elementwise(() => Number(random.nextInt(0, 3) > 0)), elementwise(() => random.nextInt(0, 1))],
        [elementwise(() => 1), oneHot(1)],
      )(random, wanted),
      wanted,
    ),
  repair: repairRows((row) =>
    row.some((x) => x !== 0) ? row.map((x) => Number(x !== 0)) : row.map((_, i) => Number(i === 0)),
  ),
}
