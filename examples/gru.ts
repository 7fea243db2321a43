/**
 * A GRU over sequences of any length learns to continue waves: at each position it tells the next value.
 *
 * After 200 steps, squared errors of waves of 24 positions 0.0057, of 60 positions 0.0027: the first values are the hardest.
 */
import { dim, input, randomKey, tensor } from 'tensile'
import { onnxEngine } from 'tensile/engines'
import { meanSquaredError } from 'tensile/losses'
import { gruLayer, initialise, linearLayer, uniform } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { compute, logMetrics, train } from 'tensile/training'

const width = dim(16)
const [x, next] = [input('x', ['B', 'T', 1]), input('next', ['B', 'T', 1])]
const predicted = linearLayer('readout', width, dim(1))(gruLayer('gru', dim(1), width)(x).outputs)
const loss = meanSquaredError(predicted, next)

/** Sine waves of random phases and periods, and the same one position later. */
const waves = (seed: number, count: number, length: number) => {
  const drawn = randomKey.uniform(randomKey.keyFromSeed(seed), 2 * count)
  const at = (shift: number) =>
    Array.from({ length: count }, (_, i) =>
      Array.from({ length }, (__, t) => {
        const [phase, pace] = [2 * Math.PI * (drawn[2 * i] ?? 0), 0.3 + 0.4 * (drawn[2 * i + 1] ?? 0)]
        return [Math.sin(phase + pace * (t + shift))]
      }),
    )
  return { x: tensor.f32(at(0)), next: tensor.f32(at(1)) }
}

export const run = train({
  objective: { loss },
  optimizer: adam({ learningRate: 0.02 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: uniform(0.25) }),
  batches: (step) => waves(step, 16, 24),
  steps: 200,
  engine: onnxEngine({ threads: 1 }),
  every: { 50: logMetrics },
})

/** The loss on new waves, of any length. */
export const lossOn = async (length: number): Promise<number | undefined> => {
  const { weights } = await run
  const inputs = waves(-1, 8, length)
  const computed = await compute({ outputs: { loss }, weights, inputs, engine: onnxEngine({ threads: 1 }) })
  return computed.loss.data[0]
}
