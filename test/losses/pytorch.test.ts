/** Losses and their gradients against figures of PyTorch 2.15 in double precision, for the same numbers. */
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../src/dsl/index.js'
import { gradientNodes, input } from '../../src/dsl/index.js'
import {
  batchHardTripletLoss,
  binaryCrossEntropy,
  binaryFocalLoss,
  coral,
  crossEntropy,
  diceLoss,
  focalLoss,
  hingeLoss,
  huberLoss,
  infoNCE,
  maximumMeanDiscrepancy,
  multiMarginLoss,
  tripletLoss,
} from '../../src/losses/index.js'
import { expectClose, f32, i32, numberOf, numbersOf } from '../support/evaluation.js'

const values = {
  logits: f32([4, 3], [2, -1, 0.5, 0.3, 0.1, -2, -0.7, 1.2, 4, 0, 0, 0]),
  labels: i32([4], [0, 2, 1, 1]),
  unknown: i32([4], [0, -100, 1, 1]),
  z: f32([4], [1, -2, 0.5, 3]),
  t: f32([4], [1, 1, 0, 0]),
  x: f32([4], [0.5, -3, 1, 2.2]),
  y: f32([4], [0, 0, 1, 0.2]),
  s: f32([4], [0.5, 2, -0.3, -4]),
  signs: f32([4], [-1, 1, 1, -1]),
  q: f32([3, 2], [1, 0.5, -0.2, 0.8, 0.3, -1.5]),
  k: f32([3, 2], [0.9, 0.1, 0.4, 1, 1, -1]),
  n: f32([2, 2], [-1, 0.2, 0.5, 0.5]),
  p: f32([2, 2, 2], [0.9, 0.2, 0.7, 0.1, 0.3, 0.6, 0, 0.5]),
  g: f32([2, 2, 2], [1, 0, 1, 0, 0, 1, 1, 1]),
  a: f32([3, 2], [0, 0, 1, 1, 2, -1]),
  b: f32([3, 2], [3, 4, 1, 2, 2.5, -1]),
  c: f32([3, 2], [0, 2, 1.5, 1, -2, 0]),
  e: f32([5, 2], [0, 0, 1, 0.2, 0.5, 2, -1, 0.3, 3, 3]),
  l: i32([5], [0, 1, 0, 1, 0]),
  u: f32([3, 2], [0, 0.5, 1, -1, 0.3, 0.2]),
  v: f32([4, 2], [1, 1, 2, 0, 0.5, 0.5, 1.5, -0.2]),
}

const logits = input('logits', ['B', 'K'])
const labels = input('labels', ['B'], 'i32')
const [z, t] = [input('z', ['B']), input('t', ['B'])]
const [x, y] = [input('x', ['B']), input('y', ['B'])]
const [s, signs] = [input('s', ['B']), input('signs', ['B'])]
const [q, k, n] = [input('q', ['B', 'E']), input('k', ['B', 'E']), input('n', ['M', 'E'])]
const [p, g] = [input('p', ['B', 'H', 'W']), input('g', ['B', 'H', 'W'])]
const [a, b, c] = [input('a', ['B', 'E']), input('b', ['B', 'E']), input('c', ['B', 'E'])]
const [e, l] = [input('e', ['B', 'E']), input('l', ['B'], 'i32')]
const [u, v] = [input('u', ['N', 'D']), input('v', ['M', 'D'])]
const bandwidths = [0.5, 1, 2]

/** A loss, its value, and its gradients by some of its inputs, one after the other. */
interface Figures {
  readonly of: string
  readonly loss: Tensor<[]>
  readonly value: number
  readonly by: readonly Pick<Tensor<unknown>, 'node'>[]
  readonly slopes: readonly number[]
}

const figures: readonly Figures[] = [
  {
    of: 'crossEntropy with a label smoothing of 0.1: F.cross_entropy(label_smoothing=0.1)',
    loss: crossEntropy(logits, labels, { labelSmoothing: 0.1 }),
    value: 1.783156472882104,
    by: [logits],
    slopes: [
      -0.036934074686, 0.00144480998434, 0.0354892647017, 0.121943558431, 0.0983283643698, -0.220271922801,
      -0.00620808057405, -0.219124117722, 0.225332198296, 0.075, -0.15, 0.075,
    ],
  },
  {
    of: 'crossEntropy with smoothing and an unknown label: the sum of F.cross_entropy(ignore_index=-100), over the batch',
    loss: crossEntropy(logits, input('unknown', ['B'], 'i32'), { labelSmoothing: 0.1 }),
    value: 1.0818734405851642,
    by: [logits],
    slopes: [
      -0.036934074686, 0.00144480998434, 0.0354892647017, 0, 0, 0, -0.00620808057405, -0.219124117722,
      0.225332198296, 0.075, -0.15, 0.075,
    ],
  },
  {
    of: 'focalLoss with a gamma of 1/2: the formula',
    loss: focalLoss(logits, labels, { gamma: 0.5 }),
    value: 1.6668226391387786,
    by: [logits],
    slopes: [
      -0.0357915411669, 0.00652929064521, 0.0292622505217, 0.137146772401, 0.11228628025, -0.24943305265,
      0.00224230577807, -0.24877748585, 0.246535180072, 0.0867291562744, -0.173458312549, 0.0867291562744,
    ],
  },
  {
    of: 'focalLoss with a gamma of 2: the formula',
    loss: focalLoss(logits, labels),
    value: 1.4254124883690737,
    by: [logits],
    slopes: [
      -0.0068211685201, 0.00124435524025, 0.00557681327985, 0.15510259538, 0.12698726472, -0.2820898601,
      0.00254392144089, -0.282240890807, 0.279696969366, 0.0777263810618, -0.155452762124, 0.0777263810618,
    ],
  },
  {
    of: 'binaryCrossEntropy: F.binary_cross_entropy_with_logits()',
    loss: binaryCrossEntropy(z, t),
    value: 1.615713508578761,
    by: [z],
    slopes: [-0.0672353553425, -0.220199269494, 0.1556148328, 0.238143531706],
  },
  {
    of: 'binaryFocalLoss: sigmoid_focal_loss(alpha=0.25, gamma=2) of torchvision',
    loss: binaryFocalLoss(z, t, { alpha: 0.25 }),
    value: 0.6939882726614934,
    by: [z],
    slopes: [-0.0032863206236, -0.067294608153, 0.0986534666015, 0.211265602619],
  },
  {
    of: 'binaryFocalLoss without alpha: sigmoid_focal_loss(alpha=-1, gamma=1.5) of torchvision',
    loss: binaryFocalLoss(z, t, { gamma: 1.5 }),
    value: 1.2786390666976977,
    by: [z],
    slopes: [-0.0213552449432, -0.260617587872, 0.144147731847, 0.27181206232],
  },
  {
    of: 'huberLoss: F.huber_loss(delta=1)',
    loss: huberLoss(x, y),
    value: 1.03125,
    by: [x],
    slopes: [0.125, -0.25, 0, 0.25],
  },
  {
    of: 'huberLoss with a delta of 1.5: F.huber_loss(delta=1.5)',
    loss: huberLoss(x, y, { delta: 1.5 }),
    value: 1.34375,
    by: [x],
    slopes: [0.125, -0.375, 0, 0.375],
  },
  {
    of: 'hingeLoss: the mean of clamp(1 - y s, min=0)',
    loss: hingeLoss(s, signs),
    value: 0.7,
    by: [s],
    slopes: [0.25, 0, -0.25, 0],
  },
  {
    of: 'multiMarginLoss: F.multi_margin_loss()',
    loss: multiMarginLoss(logits, labels),
    value: 1.0166666666666666,
    by: [logits],
    slopes: [0, 0, 0, 1 / 12, 1 / 12, -1 / 6, 0, -1 / 12, 1 / 12, 1 / 12, -1 / 6, 1 / 12],
  },
  {
    of: 'multiMarginLoss of power 2: F.multi_margin_loss(p=2, margin=0.5)',
    loss: multiMarginLoss(logits, labels, { power: 2, margin: 0.5 }),
    value: 2.165833333333333,
    by: [logits],
    slopes: [
      0, 0, 0, 0.466666666667, 0.433333333333, -0.9, 0, -0.55, 0.55, 0.0833333333333, -0.166666666667,
      0.0833333333333,
    ],
  },
  {
    of: 'infoNCE: F.cross_entropy of cosines over 0.5',
    loss: infoNCE(q, k, { temperature: 0.5 }),
    value: 0.360421034534282,
    by: [q, k],
    slopes: [
      -0.0697810030901, 0.13956200618, 0.0388496954617, 0.00971242386544, 0.0336039108649, 0.00672078217299,
      0.0180478228726, -0.162430405853, 0.194030342489, -0.0776121369957, 0.0896074886554, 0.0896074886554,
    ],
  },
  {
    of: 'infoNCE with negatives: F.cross_entropy of the positive before the negatives',
    loss: infoNCE(q, k, { temperature: 0.5, negatives: n }),
    value: 0.5204022370774698,
    by: [q, k, n],
    slopes: [
      -0.0917353543932, 0.183470708786, -0.210795732245, -0.0526989330612, -0.0417425815361,
      -0.00834851630723, 0.0144123247102, -0.129710922392, 0.169766938684, -0.0679067754738, 0.0241435469779,
      0.0241435469779, 0.0188916213203, 0.0944581066015, -0.0216637172124, 0.0216637172124,
    ],
  },
  {
    of: 'diceLoss: the formula',
    loss: diceLoss(p, g),
    value: 0.2751322751322752,
    by: [p],
    slopes: [
      -0.116618075802, 0.0874635568513, -0.116618075802, 0.0874635568513, 0.0548696844993, -0.130315500686,
      -0.130315500686, -0.130315500686,
    ],
  },
  {
    of: 'diceLoss with squares: the formula',
    loss: diceLoss(p, g, { smooth: 0.5, squared: true }),
    value: 0.19805194805194803,
    by: [p],
    slopes: [
      -0.0350818013156, 0.0499241018722, -0.0850059031877, 0.0249620509361, 0.0459183673469, -0.146258503401,
      -0.238095238095, -0.16156462585,
    ],
  },
  {
    of: 'tripletLoss: F.triplet_margin_loss(eps=0)',
    loss: tripletLoss(a, b, c),
    value: 1.8333333333333333,
    by: [a, b, c],
    slopes: [
      -0.2, 0.0666666666667, 0.333333333333, -0.333333333333, 0, 0, 0.2, 0.266666666667, 0, 0.333333333333, 0,
      0, 0, -0.333333333333, -0.333333333333, 0, 0, 0,
    ],
  },
  {
    of: 'batchHardTripletLoss: the largest and smallest of cdist',
    loss: batchHardTripletLoss(e, l, { margin: 0.2 }),
    value: 1.558027584866764,
    by: [e],
    slopes: [
      -0.0821756992425, -0.146926681306, 0.0699875312614, 0.257028775335, -0.13216656542, -0.266981717197,
      -0.207935678507, -0.0374945303357, 0.352290411908, 0.194374153504,
    ],
  },
  {
    of: 'batchHardTripletLoss with a soft margin: softplus of the largest less the smallest of cdist',
    loss: batchHardTripletLoss(e, l, { margin: 'soft' }),
    value: 1.6411831172281892,
    by: [e],
    slopes: [
      -0.0407935102139, -0.125830875794, 0.00146376611261, 0.165566067199, -0.0918789611069, -0.185599154617,
      -0.151263331031, -0.0270533902228, 0.282472036239, 0.172917353434,
    ],
  },
  {
    of: 'maximumMeanDiscrepancy: the formula',
    loss: maximumMeanDiscrepancy(u, v, { bandwidths }),
    value: 0.3859622907708702,
    by: [u, v],
    slopes: [
      -0.110417178044, -0.13388146364, -0.125964459329, -0.0772587759147, -0.241381270474, -0.0728603762837,
      0.0973563111439, -0.00125247600592, -0.0229318755098, 0.0322350829583, 0.251952450072, 0.128092866476,
      0.151386022141, 0.12492514241,
    ],
  },
  {
    of: 'maximumMeanDiscrepancy, unbiased: the formula',
    loss: maximumMeanDiscrepancy(u, v, { bandwidths, unbiased: true }),
    value: 0.10362442915044934,
    by: [u, v],
    slopes: [
      -0.0528548215881, -0.198285696664, -0.156802529013, -0.0273257464133, -0.268105557246, -0.0583891727616,
      0.0942636212887, -0.0401440899838, -0.0653379964232, 0.0352195180762, 0.291848961092, 0.13329578532,
      0.15698832189, 0.155629402426,
    ],
  },
  {
    of: 'coral: the distance of torch.cov',
    loss: coral(u, v),
    value: 0.012779904513888891,
    by: [u, v],
    slopes: [
      -0.00519444444444, 0.0353125, 0.00938888888889, -0.05109375, -0.00419444444444, 0.01578125,
      0.00693055555556, -0.022921875, 0.00470833333333, 0.0204809027778, -0.00695833333333, -0.0162204861111,
      -0.00468055555556, 0.0186614583333,
    ],
  },
]

describe('losses have the values and gradients of PyTorch', () => {
  it.each(figures)('$of', ({ loss, value, by, slopes }) => {
    expect(loss.node.fault).toBeUndefined()
    expectClose([numberOf(loss, values)], [value], 1e-12)
    const gradients = gradientNodes(
      loss.node,
      by.map(({ node }) => node),
    )
    expectClose(
      gradients.flatMap((node) => numbersOf({ node }, values)),
      slopes,
      1e-11,
    )
  })
})
