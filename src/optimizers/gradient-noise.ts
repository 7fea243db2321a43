/** Noise that is added to gradients, and dies away. */
import * as b from '../dsl/builder.js'
import { dimHandle, erased, typed } from '../dsl/erasure.js'
import { add, div, mul, pow, sqrt } from '../dsl/ops/elementwise.js'
import type { Key } from '../dsl/ops/random/random.js'
import { randomNormal, splitKey } from '../dsl/ops/random/random.js'
import type { Tensor } from '../dsl/tensor.js'
import { productOfDims } from '../shapes/dim.js'
import { keyFromSeed } from '../values/random-key.js'
import { nonNegativeSetting, seedSetting, withSettings } from './setting.js'
import type { Transformation } from './transformation.js'
import { transformation } from './transformation.js'

export interface GradientNoiseOptions {
  /** η, the variance of the noise at the first step; the paper takes 0.01, 0.3 or 1. */
  readonly variance: number
  /** γ, how fast the variance falls; 0.55 by default. */
  readonly decay?: number
  /** Equal seeds give equal noise. */
  readonly seed: number
}

/** Standard normal numbers of the shape of another tensor. */
const normalLike = <S>(key: Key, { node: { shape } }: Tensor<S>): Tensor<S> => {
  const flat = randomNormal(key, [dimHandle<'elements'>(productOfDims(shape))])
  return erased(b.reshape(flat.node, shape))
}

/**
 * Adds normal noise of mean 0 and variance η / (1 + t)^γ to every gradient at step t = 0, 1, ... (Neelakantan et al. 2015,
 * "Adding gradient noise improves learning for very deep networks", eq. 1). Put it first in a chain. The key of the noise is part of
 * the optimizer's state, so that a run that is resumed has the noise of one that was not interrupted.
 *
 * A variance or decay that is negative or not finite is a fault of the step.
 *
 * @example
 * const optimizer = chain(addGradientNoise({ variance: 0.3, seed: 0 }), adam({ learningRate: 1e-3 }))
 */
export const addGradientNoise = ({ variance, decay = 0.55, seed }: GradientNoiseOptions): Transformation => {
  const first = nonNegativeSetting('addGradientNoise', 'the variance', variance)
  const number = seedSetting('addGradientNoise', 'the seed', seed)
  const exponent = nonNegativeSetting('addGradientNoise', 'the decay', decay)
  return transformation<{ readonly key: Key }>({
    init: () => ({ key: typed(b.literal(keyFromSeed(seed), [2], 'i32')) }),
    update: ({ updates, state, step }) => {
      const deviation = withSettings([number], sqrt(div(first, pow(add(step, 1), exponent))))
      const noisy: (readonly [string, Tensor<unknown>])[] = []
      let { key } = state
      for (const [name, gradient] of Object.entries(updates)) {
        const [next, own] = splitKey(key)
        key = next
        noisy.push([name, add(gradient, mul(normalLike(own, gradient), deviation))])
      }
      return { updates: Object.fromEntries(noisy), state: { key } }
    },
  })
}
