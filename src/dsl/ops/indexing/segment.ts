/**
 * Reductions over segments: rows of a tensor that belong together, such as the nodes of a graph or the words of a sentence.
 * `segmentIds` names the segment of each row; rows of a segment may lie anywhere. An id outside of the `count` segments
 * fails at run time.
 */
import * as b from '../../builder.js'
import { erased } from '../../erasure.js'
import type { Node } from '../../primitives/primitive.js'
import type { Literal } from '../../../shapes/decide.js'
import type { DimLike, DimOf, LiteralDim } from '../../../shapes/dim-argument.js'
import type { Tensor } from '../../tensor.js'
import { dimOf } from '../leaf.js'
import { checked } from '../signature.js'

type Rows = { readonly node: Node }

/** The result, once there is an id for each row. */
const bySegment = (op: string, data: Rows, ids: Rows, result: (data: Node, ids: Node) => Node): never => {
  const axes = `n ${rest(data)}`
  const rows = checked(op, { data: [data, axes, 'f32', 'i32'], segmentIds: [ids, 'n', 'i32'] }, data.node)
  return erased(rows.fault === undefined ? result(data.node, ids.node) : rows)
}

/** Names of the axes after the first. */
const rest = ({ node }: Rows): string =>
  node.shape
    .slice(1)
    .map((_, axis) => `axis${axis + 1}`)
    .join(' ')

/**
 * The sum of the rows of each segment; 0 for a segment without rows.
 *
 * @example
 * const [messages, targets] = [input('messages', ['E', 64]), input('targets', ['E'], 'i32')]
 * const received = segmentSum(messages, targets, 'N') // [N,64]
 */
export const segmentSum = <
  N,
  Row extends readonly unknown[],
  D extends 'f32' | 'i32',
  const K extends DimLike,
>(
  data: Tensor<[N, ...Row], D>,
  segmentIds: Tensor<[NoInfer<N>], 'i32'>,
  count: K & Literal<LiteralDim<K>>,
): Tensor<[DimOf<K>, ...Row], D> =>
  bySegment('segmentSum', data, segmentIds, (rows, ids) => b.scatterAdd(rows, ids, 0, dimOf(count)))

/**
 * The mean of the rows of each segment; 0 for a segment without rows.
 *
 * @example
 * const [pixels, regions] = [input('pixels', ['N', 3]), input('regions', ['N'], 'i32')]
 * const colours = segmentMean(pixels, regions, 'K') // [K,3]
 */
export const segmentMean = <N, Row extends readonly unknown[], const K extends DimLike>(
  data: Tensor<[N, ...Row]>,
  segmentIds: Tensor<[NoInfer<N>], 'i32'>,
  count: K & Literal<LiteralDim<K>>,
): Tensor<[DimOf<K>, ...Row]> =>
  bySegment('segmentMean', data, segmentIds, (rows, ids) => means(rows, ids, dimOf(count)))

const means = (data: Node, ids: Node, count: ReturnType<typeof dimOf>): Node => {
  const [rows = 1, ...row] = data.shape
  const sizes = b.scatterAdd(b.full([rows, ...row.map(() => 1)], 1), ids, 0, count)
  return b.div(b.scatterAdd(data, ids, 0, count), b.maximum(sizes, b.scalar(1)))
}

/**
 * The largest element of the rows of each segment; -Infinity (-2^31 for i32) for a segment without rows. A gradient goes to
 * the largest element, in equal parts where several are equal.
 *
 * @example
 * const [words, sentences] = [input('words', ['N', 300]), input('sentences', ['N'], 'i32')]
 * const pooled = segmentMax(words, sentences, 'B') // [B,300]
 */
export const segmentMax = <
  N,
  Row extends readonly unknown[],
  D extends 'f32' | 'i32',
  const K extends DimLike,
>(
  data: Tensor<[N, ...Row], D>,
  segmentIds: Tensor<[NoInfer<N>], 'i32'>,
  count: K & Literal<LiteralDim<K>>,
): Tensor<[DimOf<K>, ...Row], D> =>
  bySegment('segmentMax', data, segmentIds, (rows, ids) => maxima(rows, ids, dimOf(count)))

const maxima = (data: Node, ids: Node, count: ReturnType<typeof dimOf>): Node =>
  b.scatterMax(data, ids, 0, count)

/**
 * The softmax of each segment: the exponentials of its rows add up to 1, for each of the other axes by itself. The shape is
 * that of `data`. The segment's maximum is subtracted first, so nothing overflows. It is the attention over a node's
 * neighbours in a graph (Veličković et al. 2018, "Graph attention networks", equation 2).
 *
 * @example
 * const [scores, targets] = [input('scores', ['E', 8]), input('targets', ['E'], 'i32')]
 * const attention = segmentSoftmax(scores, targets, 'N') // [E,8]
 */
export const segmentSoftmax = <N, Row extends readonly unknown[], const K extends DimLike>(
  data: Tensor<[N, ...Row]>,
  segmentIds: Tensor<[NoInfer<N>], 'i32'>,
  count: K & Literal<LiteralDim<K>>,
): Tensor<[N, ...Row]> =>
  bySegment('segmentSoftmax', data, segmentIds, (rows, ids) => shares(rows, ids, dimOf(count)))

const shares = (data: Node, ids: Node, count: ReturnType<typeof dimOf>): Node => {
  const largest = b.stopGradient(b.gather(maxima(data, ids, count), ids, 0))
  const positive = b.exp(b.sub(data, largest))
  return b.div(positive, b.gather(b.scatterAdd(positive, ids, 0, count), ids, 0))
}
