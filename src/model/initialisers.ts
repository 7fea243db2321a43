/**
 * Initialisers: the values that parameters have before training. Random ones are drawn under a key that is folded with
 * the parameter's name, so that the values of one parameter do not depend on which others there are.
 */
import type { RandomKey } from '../values/random-key.js'
import * as randomKey from '../values/random-key.js'
import type { NamedValues } from '../values/named-values.js'
import type { TensorValue } from '../values/value.js'
import { elementCount } from '../values/value.js'

/** A tensor whose elements all have one value. */
export const constantInitialiser = (shape: readonly number[], value: number): TensorValue => ({
  dtype: 'f32',
  shape,
  data: new Float32Array(elementCount(shape)).fill(value),
})

/** A stable number of 32 bits for a name. */
export const numberOfName = (name: string): number =>
  Array.from(name).reduce((hash, character) => (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0, 7)

/** The key of a parameter: the key folded with the number of its name. */
export const keyOfParameter = (key: RandomKey, name: string): RandomKey =>
  randomKey.foldIn(key, numberOfName(name))

/** Normal numbers with mean 0 and a standard deviation. */
export const drawNormal = (key: RandomKey, shape: readonly number[], deviation: number): TensorValue => ({
  dtype: 'f32',
  shape,
  data: randomKey.normal(key, elementCount(shape)).map((value) => value * deviation),
})

/** Uniform numbers within ±`bound`. */
export const drawUniform = (key: RandomKey, shape: readonly number[], bound: number): TensorValue => ({
  dtype: 'f32',
  shape,
  data: randomKey.uniform(key, elementCount(shape)).map((value) => (2 * value - 1) * bound),
})

/**
 * Normal with mean 0 and a standard deviation.
 *
 * @example
 * const context = normalInitialiser(randomKey.keyFromSeed(1), 'prompt_learner.ctx', [16, 512], 0.02)
 */
export const normalInitialiser = (
  key: RandomKey,
  name: string,
  shape: readonly number[],
  deviation: number,
): TensorValue => drawNormal(keyOfParameter(key, name), shape, deviation)

/**
 * Uniform within ±1/√fanIn, `fanIn` being the number of inputs of each output: PyTorch's default for linear layers and
 * convolutions (He et al. 2015 with a = √5).
 */
export const uniformInitialiser = (
  key: RandomKey,
  name: string,
  shape: readonly number[],
  fanIn: number,
): TensorValue => drawUniform(keyOfParameter(key, name), shape, 1 / Math.sqrt(fanIn))

/** PyTorch's default for a linear layer: `name.weight` [outputs,inputs] and `name.bias` [outputs], both uniform. */
export const linearInitialiser = (
  key: RandomKey,
  name: string,
  inputs: number,
  outputs: number,
): NamedValues => ({
  [`${name}.weight`]: uniformInitialiser(key, `${name}.weight`, [outputs, inputs], inputs),
  [`${name}.bias`]: uniformInitialiser(key, `${name}.bias`, [outputs], inputs),
})

/** A norm that only normalises: `name.weight` [width] is 1 and `name.bias` [width] is 0. */
export const normInitialiser = (name: string, width: number): NamedValues => ({
  [`${name}.weight`]: constantInitialiser([width], 1),
  [`${name}.bias`]: constantInitialiser([width], 0),
})
