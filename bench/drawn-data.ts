/** Weights and data at random, drawn fast: times do not depend on the values, if they are ordinary numbers. */
import type { DType, TensorValue } from '../src/values/value.js'
import { elementCount } from '../src/values/value.js'

/** Uniform in [-1, 1): a linear congruential generator (Park & Miller 1988). */
const uniform = (count: number, seed: number, scale: number, shift = 0): Float32Array => {
  const values = new Float32Array(count)
  let state = 1 + seed
  for (let i = 0; i < count; i += 1) {
    state = (state * 48_271) % 2_147_483_647
    values[i] = ((2 * state) / 2_147_483_647 - 1) * scale + shift
  }
  return values
}

export const drawnValue = (shape: readonly number[], seed: number, scale = 1): TensorValue => ({
  dtype: 'f32',
  shape,
  data: uniform(elementCount(shape), seed, scale),
})

/** A weight of the size that its name asks for: gains and variances about 1, all others small. */
export const drawnWeight = (
  name: string,
  shape: readonly number[],
  dtype: DType,
  seed: number,
): TensorValue => {
  const count = elementCount(shape)
  if (dtype === 'i32') return { dtype, shape, data: new Int32Array(count) }
  if (dtype === 'bool') return { dtype, shape, data: new Uint8Array(count) }
  const aboutOne = (shape.length === 1 && name.endsWith('.weight')) || name.endsWith('.running_var')
  return { dtype, shape, data: uniform(count, seed, aboutOne ? 0.1 : 0.03, aboutOne ? 1 : 0) }
}

/**
 * Tokens from the name to the end of text for 65 classes, as Office-Home's are with CLIP's tokenizer: 3.2 on average, 5
 * at most.
 */
export const officeHomeLengths: readonly number[] = [
  ...Array.from({ length: 54 }, () => 3),
  ...Array.from({ length: 9 }, () => 4),
  5,
  5,
]

/** As many classes as are wanted, with names as long as Office-Home's. */
export const repeatedLengths = (classes: number): readonly number[] =>
  Array.from({ length: classes }, (_, k) => officeHomeLengths[k % officeHomeLengths.length] ?? 3)

/** Token rows: start, placeholders up to `before`, names of these lengths, the last token of each the largest id. */
export const drawnIds = (endings: readonly number[], before: number, vocabulary: number): TensorValue => {
  const length = before + Math.max(...endings)
  const data = endings.flatMap((ending, k) =>
    Array.from({ length }, (_, i) => {
      if (i === 0) return vocabulary - 2
      if (i === before + ending - 1) return vocabulary - 1
      return i < before ? 1 : i < before + ending ? (1000 + ((31 * k + i) % 1000)) % (vocabulary - 2) : 0
    }),
  )
  return { dtype: 'i32', shape: [endings.length, length], data: Int32Array.from(data) }
}
