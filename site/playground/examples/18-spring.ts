/** A spring: its stiffness is found through 50 steps of a simulation. */
import { add, exp, full, input, iota, mul, neg, parameter, scan, tensor } from 'tensile'
import { meanSquaredError } from 'tensile/losses'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

// Positive, because it is the exponential of what is learned.
const stiffness = exp(parameter('log stiffness', []))
const start = { place: full([1], 1), speed: full([1], 0) }

// A loop is one node of the program, whatever its length. Its gradient goes back through all steps.
const { outputs: places } = scan({ carry: start, sequences: iota([50], 0) }, ({ place, speed }) => {
  const faster = add(speed, mul(neg(mul(stiffness, place)), 0.1))
  const moved = add(place, mul(faster, 0.1))
  return { carry: { place: moved, speed: faster }, outputs: moved }
})
export const loss = meanSquaredError(places, input('seen', [50, 1]))

const seen: number[][] = []
let [place, speed] = [1, 0]
for (let step = 0; step < 50; step += 1) {
  speed -= 2 * place * 0.1
  place += speed * 0.1
  seen.push([place])
}

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 0.05 }),
  weights: { 'log stiffness': tensor.f32(0) },
  batches: () => ({ seen: tensor.f32(seen) }),
  steps: 80,
})
