/** Tensors that weights start as: filled, or drawn under a key of their own name. */
import type { NamedValues } from '../../dsl/values/named-values.js'
import type { RandomKey } from '../../dsl/random-key.js'
import { foldIn, normal, uniform } from '../../dsl/random-key.js'
import type { TensorValue } from '../../dsl/values/value.js'
import { elementCount } from '../../dsl/values/value.js'

/** The same number everywhere. */
export const filled = (shape: readonly number[], value: number): TensorValue => ({
  dtype: 'f32',
  shape,
  data: new Float32Array(elementCount(shape)).fill(value),
})

/** A stable number for a name, so that each weight has a key of its own. */
const nameHash = (name: string): number =>
  Array.from(name).reduce((hash, character) => (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0, 7)

/** Normal with mean 0. */
export const drawnNormal = (
  key: RandomKey,
  name: string,
  shape: readonly number[],
  deviation: number,
): TensorValue => ({
  dtype: 'f32',
  shape,
  data: normal(foldIn(key, nameHash(name)), elementCount(shape)).map((value) => value * deviation),
})

/** Uniform within ±1/sqrt(inputs): the default of a linear layer in PyTorch (He et al. 2015 with a = sqrt 5). */
export const drawnUniform = (
  key: RandomKey,
  name: string,
  shape: readonly number[],
  inputs: number,
): TensorValue => ({
  dtype: 'f32',
  shape,
  data: uniform(foldIn(key, nameHash(name)), elementCount(shape)).map(
    (value) => (2 * value - 1) / Math.sqrt(inputs),
  ),
})

/** A linear layer's `weight` [outputs, inputs] and `bias` [outputs]. */
export const initialLinear = (
  key: RandomKey,
  name: string,
  inputs: number,
  outputs: number,
): NamedValues => ({
  [`${name}.weight`]: drawnUniform(key, `${name}.weight`, [outputs, inputs], inputs),
  [`${name}.bias`]: drawnUniform(key, `${name}.bias`, [outputs], inputs),
})

/** One parameter, normal with mean 0. */
export const initialNormal = (
  key: RandomKey,
  name: string,
  shape: readonly number[],
  deviation: number,
): NamedValues => ({ [name]: drawnNormal(key, name, shape, deviation) })

/** A norm's `weight` and `bias` [width], which change nothing yet. */
export const norm = (name: string, width: number): NamedValues => ({
  [`${name}.weight`]: filled([width], 1),
  [`${name}.bias`]: filled([width], 0),
})
