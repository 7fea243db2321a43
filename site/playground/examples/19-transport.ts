/** Optimal transport: points are moved until they lie as others do. */
import { input, parameter, randomKey, tensor } from 'tensile'
import { sinkhorn } from 'tensile/losses'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const angles = Array.from({ length: 24 }, (_, i) => (2 * Math.PI * i) / 24)
const circle = tensor.f32(angles.map((angle) => [Math.cos(angle), Math.sin(angle)]))
const drawn = randomKey.normal(randomKey.keyFromSeed(4), 48)
const cloud = tensor.f32(angles.map((_, i) => [(drawn[2 * i] ?? 0) / 4 + 2, (drawn[2 * i + 1] ?? 0) / 4]))

// The points are the parameters.
export const loss = sinkhorn(parameter('points', [24, 2]), input('circle', [24, 2]), { epsilon: 0.1 })

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 0.1 }),
  weights: { points: cloud },
  batches: () => ({ circle }),
  steps: 40,
})
