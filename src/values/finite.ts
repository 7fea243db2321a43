/** Elements of tensors that are no finite number: NaN and infinities. */
import type { NamedValues } from './named-values.js'
import type { TensorValue } from './value.js'

/** An element that is NaN or infinite, and its place in the tensor, one index for each axis. */
export interface NotFiniteElement {
  readonly value: number
  readonly place: readonly number[]
}

const placeOf = (position: number, shape: readonly number[]): readonly number[] =>
  shape.reduceRight<{ readonly rest: number; readonly place: readonly number[] }>(
    ({ rest, place }, size) => ({ rest: Math.floor(rest / size), place: [rest % size, ...place] }),
    { rest: position, place: [] },
  ).place

/**
 * Whether all elements are finite. x - x is 0 for these and NaN for all others: one pass without a branch, since weights
 * have millions.
 */
const allFinite = (data: Float32Array | Float64Array): boolean => {
  let sum = 0
  for (let i = 0; i < data.length; i += 1) {
    const x = data[i] ?? 0
    sum += x - x
  }
  return sum === 0
}

/** The first element, in row-major order, that satisfies a condition; only tensors that are not all finite are searched. */
const firstElement = (
  { dtype, shape, data }: TensorValue,
  isWrong: (element: number) => boolean,
): NotFiniteElement | undefined => {
  if (dtype !== 'f32' || allFinite(data)) return undefined
  const position = data.findIndex(isWrong)
  const value = data[position]
  return value === undefined ? undefined : { value, place: placeOf(position, shape) }
}

/** The first element that is NaN or infinite; undefined where all are finite. */
export const firstNotFinite = (tensor: TensorValue): NotFiniteElement | undefined =>
  firstElement(tensor, (element) => !Number.isFinite(element))

/** The first element that is NaN; undefined where there is none. Infinities pass: masks hold them. */
export const firstNaN = (tensor: TensorValue): NotFiniteElement | undefined =>
  firstElement(tensor, Number.isNaN)

/** The first named tensor that has such an element. */
export const firstAmong = (
  values: NamedValues,
  find: (tensor: TensorValue) => NotFiniteElement | undefined,
): (NotFiniteElement & { readonly name: string }) | undefined => {
  for (const [name, tensor] of Object.entries(values)) {
    const found = find(tensor)
    if (found !== undefined) return { name, ...found }
  }
  return undefined
}
