/** A sparse graph of images: each with its nearest others, found without a table of all pairs. */
import type { Tensor } from '../../dsl/index.js'
import {
  add,
  arange,
  axis,
  equal,
  expandDims,
  gather,
  less,
  matmul,
  minimum,
  mul,
  rearrange,
  scan,
  scatterAdd,
  sized,
  slice,
  transposeLast,
  where,
  zerosLike,
} from '../../dsl/index.js'
import { excluded, largestOfRows, noMore } from './largest-of-rows.js'

/** For each of N nodes J others, the most similar first, and how similar they are. */
export interface NeighbourGraph {
  readonly neighbours: Tensor<['J', 'N'], 'i32'>
  readonly weights: Tensor<['J', 'N']>
}

/** The most cosines that are held at once: 64 MiB in float32. */
export const mostCosines = 2 ** 24

/**
 * The `count` images that are most similar to each image [N,E] of unit length, by their cosine; of equal ones the first. An
 * image is no neighbour of itself. Where there are too few others, the weight of those that lack is 0.
 *
 * Cosines are computed for some rows at a time, `most` of them at once.
 *
 * @example
 * const images = input('images', [sized('N', 4000), sized('E', 512)])
 * const { neighbours, weights } = nearestImages(l2Normalize(images), 3) // [J,N], J = 3
 */
export const nearestImages = (
  images: Tensor<['N', 'E']>,
  count: number,
  most: number = mostCosines,
): NeighbourGraph => {
  const total = Number(axis(images, 0).dim)
  const size = Math.max(1, Math.min(total, Math.floor(most / total)))
  const rows = sized('R', size)
  const columns = arange(axis(images, 0))
  const everyOther = transposeLast(images)
  const { outputs } = scan(
    { carry: columns, sequences: arange(sized('S', Math.ceil(total / size))) },
    (carry, block) => {
      // The last block is filled up with the last image.
      const positions = minimum(add(mul(block, size), arange(rows)), total - 1)
      const cosines = matmul(gather(images, positions, 0), everyOther)
      const isItself = equal(expandDims(positions, 1), expandDims(columns, 0))
      return { carry, outputs: largestOfRows(where(isItself, excluded, cosines), count) }
    },
  )
  const neighbours = slice(rearrange(outputs.columns, 's j r -> j (s r)'), 1, 0, axis(images, 0))
  const cosines = slice(rearrange(outputs.values, 's j r -> j (s r)'), 1, 0, axis(images, 0))
  return { neighbours, weights: where(less(cosines, noMore), 0, cosines) }
}

/**
 * (W + Wᵀ) x of a graph W [N,N] and rows x [N,K]: what each node receives from its neighbours, and from the nodes whose
 * neighbour it is.
 */
export const received = <K>(
  { neighbours, weights }: NeighbourGraph,
  x: Tensor<['N', K]>,
): Tensor<['N', K]> => {
  const nodes = axis(neighbours, 1)
  const { carry } = scan(
    { carry: zerosLike(x), sequences: { neighbours, weights } },
    (sum: Tensor<['N', K]>, nearest) => {
      const weight = expandDims(nearest.weights, 1)
      const given = mul(gather(x, nearest.neighbours, 0), weight)
      return { carry: add(sum, add(given, scatterAdd(mul(x, weight), nearest.neighbours, 0, nodes))) }
    },
  )
  return carry
}
