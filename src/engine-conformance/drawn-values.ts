/** Values for the leaves of the fixed programs of the checks. They are the same in every run. */
import type { Node } from '../dsl/primitives/primitive.js'
import { normal } from '../values/random-key.js'
import type { TensorValue } from '../values/value.js'
import { elementCount, tensorValue } from '../values/value.js'

export const f32 = (shape: readonly number[], values: readonly number[]): TensorValue =>
  tensorValue('f32', shape, values)

export const i32 = (shape: readonly number[], values: readonly number[]): TensorValue =>
  tensorValue('i32', shape, values)

/** Normally distributed numbers. */
export const drawnNormal = (shape: readonly number[], seed = 1): TensorValue => ({
  dtype: 'f32',
  shape,
  data: normal([0, seed], elementCount(shape)),
})

/** Whole numbers from 0 to `end` - 1, in mixed order. */
export const mixed = (shape: readonly number[], end: number): TensorValue =>
  i32(
    shape,
    Array.from({ length: elementCount(shape) }, (_, i) => (i * 7919) % end),
  )

/** Normally distributed values for leaves without symbols, by name. */
export const drawnFor = (leaves: readonly Node[]): Readonly<Record<string, TensorValue>> =>
  Object.fromEntries(
    leaves.flatMap((leaf, i) =>
      leaf.op === 'input' || leaf.op === 'parameter'
        ? [[leaf.attributes.name, drawnNormal(leaf.shape.map(Number), i + 1)]]
        : [],
    ),
  )
