/**
 * ZLaP (Stojnić, Kalantidis and Tolias 2024, "Label propagation for zero-shot classification with vision-language models",
 * CVPR 2024, arXiv 2404.04072), transductive: classes spread from their texts over a graph of texts and images.
 */
import * as t from 'io-ts'
import { positiveInteger } from '../../dsl/documents/integer.js'
import { nonNegative, numberIn } from '../../dsl/documents/number-in.js'
import { fromZeroBelowOne } from '../../dsl/setting.js'
import type { Tensor } from '../../dsl/index.js'
import {
  add,
  axis,
  div,
  einsum,
  equal,
  expandDims,
  eye,
  iota,
  l2Normalize,
  less,
  log,
  matmul,
  max,
  maximum,
  mul,
  pow,
  scan,
  square,
  sqrt,
  sub,
  sum,
  transposeLast,
  where,
  whileLoop,
  zerosLike,
  concat,
  full,
  plus,
  slice,
} from '../../dsl/index.js'
import { defineMethod } from '../definition.js'
import { noTraining } from '../training-defaults.js'
import type { TargetFeatures, SourceFreeMethod } from '../transductive-method.js'
import type { NeighbourGraph } from '../transductive/nearest-images.js'
import { largestOfRows, noMore } from '../transductive/largest-of-rows.js'
import { nearestImages, received } from '../transductive/nearest-images.js'

const zlapSettings = t.type({
  /** k: how many images, and how many texts, each image is connected with. As in the released code, the image itself is one. */
  neighbours: positiveInteger,
  /** γ: the power of the similarities of images and texts, which are smaller than those of images. */
  textPower: nonNegative,
  /** α: the share of a node's scores that comes from its neighbours. */
  propagation: numberIn(fromZeroBelowOne),
})

export type ZlapSettings = Readonly<t.TypeOf<typeof zlapSettings>>

/** A row of numbers for each node: first the texts, then the images. */
type Nodes<C> = Tensor<['K+N', C]>

/** The edges between images, and from images to texts [N,K]: 0 where there is none. */
interface Graph {
  readonly images: NeighbourGraph
  readonly texts: Tensor<['N', 'K']>
}

/** The largest `count` of each row of cosines [N,K], not below 0, to a power; 0 in the place of the others. */
const edgesToTexts = (cosines: Tensor<['N', 'K']>, count: number, power: number): Tensor<['N', 'K']> => {
  const places = iota([axis(cosines, 0), axis(cosines, 1)], 1)
  const { carry } = scan(
    { carry: zerosLike(cosines), sequences: largestOfRows(cosines, count) },
    (edges, { columns, values }) => {
      // A row that has no more texts names one that was found before.
      const weights = where(less(values, noMore), 0, pow(maximum(values, 0), power))
      const found = equal(places, expandDims(columns, 1))
      return { carry: add(edges, where(found, expandDims(weights, 1), 0)) }
    },
  )
  return carry
}

const graphOf = (
  x: Tensor<['N', 'E']>,
  texts: Tensor<['K', 'E']>,
  { neighbours, textPower }: ZlapSettings,
): Graph => {
  const { neighbours: found, weights } = nearestImages(x, Math.max(1, neighbours - 1))
  return {
    images: { neighbours: found, weights: neighbours === 1 ? mul(weights, 0) : maximum(weights, 0) },
    texts: edgesToTexts(einsum('n e, k e -> n k', x, texts), neighbours, textPower),
  }
}

/** (W + Wᵀ) of the graph times a table. */
const along = <C>({ images, texts }: Graph, x: Nodes<C>): Nodes<C> => {
  const [count, classes] = [axis(texts, 0), axis(texts, 1)]
  const ofTexts = slice(x, 0, 0, classes)
  const ofImages = slice(x, 0, classes, count)
  return concat(
    [matmul(transposeLast(texts), ofImages), add(received(images, ofImages), matmul(texts, ofTexts))],
    0,
  )
}

/** 1 / √degree of each node; 1 for a node without edges. */
const rootsOfDegrees = (graph: Graph): Nodes<1> => {
  const [count, classes] = [axis(graph.texts, 0), axis(graph.texts, 1)]
  const degrees = along(graph, full([plus(classes, count), 1], 1))
  return div(1, sqrt(where(equal(degrees, 0), 1, degrees)))
}

/** The most steps of conjugate gradients, and the length of a residual that ends them: of the released code. */
const mostSteps = 50
const tolerance = 1e-6

/** The squared length of each column. */
const squaredLengths = (x: Nodes<'K'>): Tensor<['K']> => sum(square(x), 0)

/**
 * The solution of A x = b by conjugate gradients (Hestenes and Stiefel 1952), each column by itself, from x = 0. A column whose
 * residual is short enough stays as it is.
 */
const conjugateGradients = (times: (x: Nodes<'K'>) => Nodes<'K'>, b: Nodes<'K'>): Nodes<'K'> => {
  const { x } = whileLoop(
    { carry: { x: zerosLike(b), residual: b, direction: b, squares: squaredLengths(b) }, bound: mostSteps },
    ({ squares }) => less(tolerance ** 2, max(squares, 0)),
    (before) => {
      const { direction, squares } = before
      const active = less(tolerance ** 2, squares)
      const image = times(direction)
      const curvatures = where(active, sum(mul(direction, image), 0), 1)
      const step = where(active, div(squares, curvatures), 0)
      const residual = sub(before.residual, mul(image, expandDims(step, 0)))
      const next = squaredLengths(residual)
      const turn = where(active, div(next, where(active, squares, 1)), 0)
      return {
        x: add(before.x, mul(direction, expandDims(step, 0))),
        residual,
        direction: add(residual, mul(direction, expandDims(turn, 0))),
        squares: next,
      }
    },
  )
  return x
}

/** The scores [N,K] of images: (I - α D^-½ (W + Wᵀ) D^-½)⁻¹ times a 1 at the text of each class. */
export const propagatedScores = (
  { images, texts }: TargetFeatures,
  settings: ZlapSettings,
): Tensor<['N', 'K']> => {
  const graph = graphOf(l2Normalize(images), l2Normalize(texts), settings)
  const [count, classes] = [axis(images, 0), axis(texts, 0)]
  const roots = rootsOfDegrees(graph)
  const times = (x: Nodes<'K'>): Nodes<'K'> =>
    sub(x, mul(mul(along(graph, mul(x, roots)), roots), settings.propagation))
  const solution = conjugateGradients(times, concat([eye(classes), zerosLike(graph.texts)], 0))
  return slice(solution, 0, classes, count)
}

/** The smallest score that counts, so that every one has a logarithm. */
const leastScore = 1e-12

/**
 * ZLaP. Logits are the logarithms of its scores, whose softmax are the scores of an image over their sum.
 *
 * @example
 * const towers = openAiTowers(architecture)
 * const settings = { neighbours: 5, textPower: 5, propagation: 0.3 }
 * const images = input('images', [sized('N', 4000), towers.embedding])
 * const logits = zlap(settings).classify({ images, texts: input('texts', ['K', towers.embedding]) })
 */
export const zlap = (settings: ZlapSettings): SourceFreeMethod => ({
  tag: 'Transductive',
  classify: (target) => log(maximum(propagatedScores(target, settings), leastScore)),
})

export const zlapDefinition = defineMethod({
  name: 'zlap',
  title: 'ZLaP',
  settings: zlapSettings,
  descriptions: {
    neighbours: 'images, and texts, that each image is connected with; the image itself is one',
    textPower: 'power of the similarities of images and texts',
    propagation: 'share of a score that comes from neighbours, from 0 to below 1',
  },
  defaults: {
    settings: { neighbours: 5, textPower: 5, propagation: 0.3 },
    training: noTraining,
  },
  learns: false,
  // The text of every class spreads as much.
  takesClassesAsEven: () => true,
  on: (_, settings) => zlap(settings),
})
