/** A sparse graph of images: each with its nearest others, found without a table of all pairs. */
import type { Tensor } from '../../dsl/index.js'
import {
  add,
  arange,
  argMax,
  axis,
  equal,
  expandDims,
  gather,
  less,
  matmul,
  max,
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

/** For each of N nodes J others, the most similar first, and how similar they are. */
export interface NeighbourGraph {
  readonly neighbours: Tensor<['J', 'N'], 'i32'>
  readonly weights: Tensor<['J', 'N']>
}

/** The most cosines that are held at once: 64 MiB in float32. */
export const mostCosines = 2 ** 24

/** Below every cosine: what an image has in common with itself, and with those that were found before. */
const excluded = -2

/** The row of a cosine that is no cosine: there is no such neighbour. */
const isMissing = (cosines: Tensor<['J', 'N']>): Tensor<['J', 'N'], 'bool'> => less(cosines, -1.5)

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
      const without = (cosines: Tensor<['R', 'N']>, found: Tensor<['R'], 'i32'>): Tensor<['R', 'N']> =>
        where(equal(expandDims(found, 1), expandDims(columns, 0)), excluded, cosines)
      const cosines = matmul(gather(images, positions, 0), everyOther)
      const nearest = scan(
        { carry: without(cosines, positions), sequences: arange(sized('J', count)) },
        (left) => {
          const found = argMax(left, 1)
          return { carry: without(left, found), outputs: { found, cosine: max(left, 1) } }
        },
      )
      return { carry, outputs: nearest.outputs }
    },
  )
  const { found, cosine } = {
    found: slice(rearrange(outputs.found, 's j r -> j (s r)'), 1, 0, axis(images, 0)),
    cosine: slice(rearrange(outputs.cosine, 's j r -> j (s r)'), 1, 0, axis(images, 0)),
  }
  return { neighbours: found, weights: where(isMissing(cosine), 0, cosine) }
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
