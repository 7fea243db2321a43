/**
 * Connectionist temporal classification (Graves et al. 2006): a recurrent network learns to spell words from noisy sounds. It is
 * given the letters of each word, but not when they are heard. Each step makes new words, in the program itself.
 *
 * After 400 steps, of 500 new words: spelled right 0.84.
 */
import {
  add,
  and,
  argMax,
  cast,
  concat,
  cos,
  cumsum,
  dim,
  einsum,
  expandDims,
  input,
  iota,
  less,
} from 'tensile'
import {
  lessEqual,
  mul,
  randomIntegers,
  randomKey,
  randomNormal,
  sin,
  splitKey,
  stack,
  sub,
  tensor,
} from 'tensile'
import type { Tensor } from 'tensile'
import { onnxEngine } from 'tensile/engines'
import { ctcLoss } from 'tensile/losses'
import { gruLayer, initialise, linearLayer, uniform } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { compute, logMetrics, train } from 'tensile/training'

/** Words of one to four letters out of 1, 2, 3, 4, and their sounds: after a pause of 1 to 3 steps, a letter lasts 2 to 5. */
const words = (key: Tensor<[2], 'i32'>) => {
  const [letterKey, lengthKey, pauseKey, spanKey, noiseKey] = splitKey(key, 5)
  const letters = randomIntegers(letterKey, ['B', 4], 1, 5)
  const lengths = randomIntegers(lengthKey, ['B'], 1, 5)
  const spans = randomIntegers(spanKey, ['B', 4], 2, 6)
  const ends = cumsum(add(spans, randomIntegers(pauseKey, ['B', 4], 1, 4)), 1)
  const step = iota([32, 1], 0)
  const spoken = less(iota([4], 0), expandDims(lengths, 1))
  const during = and(lessEqual(expandDims(sub(ends, spans), 1), step), less(step, expandDims(ends, 1)))
  const heard = cast(and(during, expandDims(spoken, 1)), 'f32') // [B,32,4]: which letter at which step
  const angle = mul(cast(letters, 'f32'), Math.PI / 2)
  const clear = einsum('b t l, b l s -> b t s', heard, stack([cos(angle), sin(angle)], 2))
  return { letters, lengths, sounds: add(clear, mul(randomNormal(noiseKey, ['B', 32, 2]), 0.3)) }
}

const { letters, lengths, sounds } = words(input('key', [2], 'i32'))
const [forth, back] = [
  gruLayer('forth', dim(2), dim(16)),
  gruLayer('back', dim(2), dim(16), { reverse: true }),
]
const states = concat([forth(sounds).outputs, back(sounds).outputs], 2)
const logits = linearLayer('classes', dim(32), dim(5))(states) // [B,32,5]; class 0 is the blank
const loss = ctcLoss(logits, letters, { labelLengths: lengths })

export const run = train({
  objective: { loss },
  optimizer: adam({ learningRate: 1e-2 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), { default: uniform(0.25) }),
  batches: (step) => ({ key: tensor.key(step) }),
  sizes: { B: 50 },
  steps: 400,
  engine: onnxEngine(),
  every: { 100: logMetrics },
})

/** New words, and what the likeliest classes spell: repeated ones count once, blanks not at all. */
export const spelled = run.then(async ({ weights }) => {
  const outputs = { path: argMax(logits, 2), letters, lengths }
  const inputs = { key: tensor.key(-1) }
  const found = await compute({ outputs, weights, inputs, sizes: { B: 500 }, engine: onnxEngine() })
  return Array.from(found.lengths.data, (length, word) => {
    const path = found.path.data.slice(32 * word, 32 * (word + 1))
    return {
      wanted: found.letters.data.slice(4 * word, 4 * word + length).join(''),
      found: path.filter((at, i) => at > 0 && at !== path[i - 1]).join(''),
    }
  })
})
