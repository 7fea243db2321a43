/** A model of letters: which one follows which. */
import { embedding, input, parameter, tensor } from 'tensile'
import { crossEntropy } from 'tensile/losses'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'

const verse = 'tyger tyger burning bright in the forests of the night'
const letters = [...new Set(verse)]
const indices = Array.from(verse, (letter) => letters.indexOf(letter))

// 'N' gets its size from the batch; the number of letters is a name, too, because the text says how many there are.
const now = input('now', ['N'], 'i32')
const next = input('next', ['N'], 'i32')
const scores = embedding(parameter('table', ['letters', 'letters']), now)
export const loss = crossEntropy(scores, next)

export const training = trainingRun({
  objective: { loss },
  optimizer: adam({ learningRate: 0.1 }),
  weights: { table: tensor.f32(letters.map(() => letters.map(() => 0))) },
  batches: () => ({ now: tensor.i32(indices.slice(0, -1)), next: tensor.i32(indices.slice(1)) }),
  sizes: { letters: letters.length },
  steps: 200,
})
