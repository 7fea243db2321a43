/**
 * A sparse mixture of experts (Shazeer et al. 2017): a router sends each example to two of eight small networks, and only these
 * two are computed. It learns a function that is another wave in each quadrant.
 *
 * After 1000 steps, squared errors on new examples: test/error 0.038, and test/denseError 0.098 for one network that takes as
 * many products. The experts are nearly equally busy: test/imbalance 1.12.
 */
import {
  add,
  dim,
  einsum,
  gather,
  input,
  mean,
  mul,
  oneHot,
  parameter,
  randomKey,
  relu,
  softmax,
  sum,
  tensor,
  topK,
} from 'tensile'
import type { Tensor } from 'tensile'
import { dataset } from 'tensile/data'
import { onnxEngine } from 'tensile/engines'
import { meanSquaredError } from 'tensile/losses'
import { heNormal, initialise, linearLayer, normal, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { evaluateOn, logMetrics, train } from 'tensile/training'

const waves = (seed: number, count: number) => {
  const drawn = randomKey.uniform(randomKey.keyFromSeed(seed), 2 * count).map((u) => 2 * u - 1)
  const points = Array.from({ length: count }, (_, i) => [drawn[2 * i] ?? 0, drawn[2 * i + 1] ?? 0] as const)
  const wave = (a: number, b: number) => {
    const angle = 2 * Number(a > 0) + 4 * Number(b > 0)
    return [Math.sin(7 * (a * Math.cos(angle) + b * Math.sin(angle)) + angle)]
  }
  return dataset({ x: tensor.f32(points), y: tensor.f32(points.map(([a, b]) => wave(a, b))) })
}

const [experts, hidden] = [dim(8), dim(16)]
const [up, upBias] = [parameter('up.weight', [experts, 2, hidden]), parameter('up.bias', [experts, hidden])]
const [down, downBias] = [
  parameter('down.weight', [experts, hidden, 1]),
  parameter('down.bias', [experts, 1]),
]

/** The sum of two experts, weighted by the router, and how unequally busy the experts are: 1 if equally. */
const mixture = <B>(x: Tensor<[B, 2]>): { output: Tensor<[B, 1]>; imbalance: Tensor<[]> } => {
  const chances = softmax(linearLayer('router', dim(2), experts)(x), -1)
  const { values, indices } = topK(chances, 2, -1)
  const inner = relu(
    add(einsum('b i, b k i h -> b k h', x, gather(up, indices, 0)), gather(upBias, indices, 0)),
  )
  const outputs = add(
    einsum('b k h, b k h o -> b k o', inner, gather(down, indices, 0)),
    gather(downBias, indices, 0),
  )
  // Fedus et al. 2021, "Switch transformers", equations 4 to 6, for two experts of eight
  const busy = mean(sum(oneHot(indices, experts), 1), 0)
  const imbalance = mul(sum(mul(busy, mean(chances, 0)), 0), 8 / 2)
  return { output: einsum('b k, b k o -> b o', values, outputs), imbalance }
}

const [x, y] = [input('x', ['B', 2]), input('y', ['B', 1])]
const { output, imbalance } = mixture(x)
const error = meanSquaredError(output, y)

/** One network with as many products for each example. */
const dense = linearLayer('dense.down', dim(32), dim(1))(relu(linearLayer('dense.up', dim(2), dim(32))(x)))
const denseError = meanSquaredError(dense, y)

const loss = add(add(error, mul(imbalance, 0.03)), denseError)

export const run = train({
  objective: { loss },
  optimizer: adam({ learningRate: 1e-2 }),
  weights: initialise(loss, randomKey.keyFromSeed(0), {
    default: heNormal,
    rules: [
      [/bias$/, zeros],
      [/^up/, normal(1)],
      [/^down/, normal(0.35)],
    ],
  }),
  batches: waves(1, 4000).shuffled(randomKey.keyFromSeed(2)).batches(100),
  steps: 1000,
  engine: onnxEngine(),
  every: { 250: [evaluateOn(waves(3, 1000), { error, denseError, imbalance }), logMetrics] },
})
