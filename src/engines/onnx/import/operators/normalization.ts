/** Normalisations and attention of ONNX. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../../../../dsl/builder.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import type { Dim, Shape } from '../../../../shapes/dim.js'
import { divideDims, productOfDims, showShape } from '../../../../shapes/dim.js'
import type { Call, Operator, Operators } from '../call.js'
import { dimAt, front } from '../call.js'

/** A vector of the channels [C], to be combined with [B,C,...]. */
const perChannel = (vector: Node, x: Node): Node =>
  b.reshape(vector, [dimAt(vector, 0), ...x.shape.slice(2).map(() => 1)])

/** (x - mean) / sqrt(variance + ε), moments taken over these axes. */
const standardised = (x: Node, axes: readonly number[], epsilon: number): Node => {
  const centred = b.sub(x, b.mean(x, axes, true))
  return b.mul(centred, b.rsqrt(b.add(b.mean(b.mul(centred, centred), axes, true), b.scalar(epsilon))))
}

/** With the moments that are stored, as at inference: a multiple and an offset of each channel. */
const batchNormalization: Operator = ({ node, float, int, refuse }) => {
  if (int('training_mode', 0) === 1)
    return refuse('only the form for inference is read: export the model in eval mode')
  const [x, gain, bias, mean, variance] = [node(0), node(1), node(2), node(3), node(4)]
  const scale = b.mul(gain, b.rsqrt(b.add(variance, b.scalar(float('epsilon', 1e-5)))))
  const offset = b.sub(bias, b.mul(mean, scale))
  return b.add(b.mul(x, perChannel(scale, x)), perChannel(offset, x))
}

const layerNormalization: Operator = ({ node, has, int, float, results, refuse }) => {
  const [x, gain] = [node(0), node(1)]
  const rank = x.shape.length
  const axis = front(int('axis', -1), rank)
  const epsilon = float('epsilon', 1e-5)
  if (results > 1) return refuse('mean and deviation are not read as results')
  const bias = has(2) ? node(2) : b.zerosLike(gain)
  if (axis === rank - 1 && gain.shape.length === 1) return b.layerNorm(x, gain, bias, epsilon)
  const axes = x.shape.flatMap((_, each) => (each < axis ? [] : [each]))
  return b.add(b.mul(standardised(x, axes, epsilon), gain), bias)
}

const rootMeanSquare: Operator = ({ node, int, float }) => {
  const x = node(0)
  const from = front(int('axis', -1), x.shape.length)
  const axes = x.shape.flatMap((_, axis) => (axis < from ? [] : [axis]))
  const squares = b.mean(b.mul(x, x), axes, true)
  return b.mul(b.mul(x, b.rsqrt(b.add(squares, b.scalar(float('epsilon', 1e-5))))), node(1))
}

const instanceNormalization: Operator = ({ node, float }) => {
  const x = node(0)
  const axes = x.shape.flatMap((_, axis) => (axis < 2 ? [] : [axis]))
  const normal = standardised(x, axes, float('epsilon', 1e-5))
  return b.add(b.mul(normal, perChannel(node(1), x)), perChannel(node(2), x))
}

/** Gain and bias are of the groups before opset 21, of the channels since. */
const groupNormalization: Operator = ({ node, int, float, refuse }) => {
  const [x, gain, bias] = [node(0), node(1), node(2)]
  const groups = int('num_groups', 1)
  const [batch = 1, channels = 1, ...sides] = x.shape
  const inGroup = divideDims(channels, groups)
  if (E.isLeft(inGroup)) return refuse(inGroup.left)
  const split = b.reshape(x, [batch, groups, productOfDims([inGroup.right, ...sides])])
  const normal = standardised(split, [2], float('epsilon', 1e-5))
  if (dimAt(gain, 0) === channels) {
    const whole = b.reshape(normal, x.shape)
    return b.add(b.mul(whole, perChannel(gain, x)), perChannel(bias, x))
  }
  const each = (vector: Node): Node => b.reshape(vector, [groups, 1])
  return b.reshape(b.add(b.mul(normal, each(gain)), each(bias)), x.shape)
}

/** xᵖ norms: x / |x| along one axis. */
const lpNormalization: Operator = ({ node, int }) => {
  const x = node(0)
  const axes = [front(int('axis', -1), x.shape.length)]
  return int('p', 2) === 1
    ? b.div(x, b.sum(b.abs(x), axes, true))
    : b.div(x, b.sqrt(b.sum(b.mul(x, x), axes, true)))
}

/** [B,L,heads·E] as [B,heads,L,E]. */
const intoHeads = (x: Node, heads: number): E.Either<string, Node> => {
  if (x.shape.length === 4) return E.right(x)
  const [batch = 1, length = 1, width = 1] = x.shape
  return E.map((each: Dim) => b.transpose(b.reshape(x, [batch, length, heads, each]), [0, 2, 1, 3]))(
    divideDims(width, heads),
  )
}

/** Keys and values of fewer heads, each repeated for the queries of its group. */
const repeatedHeads = (x: Node, heads: Dim): Node => {
  const [batch = 1, own = 1, ...rest] = x.shape
  if (own === heads) return x
  const times = divideDims(heads, own)
  if (E.isLeft(times)) return x
  const copies: Shape = [batch, own, times.right, ...rest]
  return b.reshape(b.broadcastTo(b.expandDims(x, 2), copies), [batch, heads, ...rest])
}

const attention: Operator = (call: Call) => {
  const { node, has, int, float, attribute, results, refuse } = call
  if (results > 1 || has(4) || has(5)) return refuse('attention with keys and values of before is not read')
  const heads = int('q_num_heads', 1)
  const parts = [
    intoHeads(node(0), heads),
    intoHeads(node(1), int('kv_num_heads', heads)),
    intoHeads(node(2), int('kv_num_heads', heads)),
  ]
  const [queries, keys, values] = parts
  if (queries === undefined || keys === undefined || values === undefined)
    return refuse('an operand is missing')
  if (E.isLeft(queries)) return refuse(queries.left)
  if (E.isLeft(keys)) return refuse(keys.left)
  if (E.isLeft(values)) return refuse(values.left)
  const [q, all] = [queries.right, dimAt(queries.right, 1)]
  const [k, v] = [repeatedHeads(keys.right, all), repeatedHeads(values.right, all)]
  const width = q.shape.at(-1)
  const scale = attribute('scale')?.f ?? (typeof width === 'number' ? 1 / Math.sqrt(width) : undefined)
  if (scale === undefined) return refuse(`queries of ${showShape(q.shape)} have no known width`)
  const raw = b.scale(b.matmul(q, b.transposeLast(k)), scale)
  const softcap = float('softcap', 0)
  const scores = softcap === 0 ? raw : b.scale(b.tanh(b.scale(raw, 1 / softcap)), softcap)
  const sides = scores.shape.slice(-2)
  const causal = b.lessEqual(b.iota(sides, 1), b.iota(sides, 0))
  const below = b.scalar(-Infinity)
  const ordered = int('is_causal', 0) === 1 ? b.where(causal, scores, below) : scores
  const masked = !has(3)
    ? ordered
    : node(3).dtype === 'bool'
      ? b.where(node(3), ordered, below)
      : b.add(ordered, node(3))
  const mixed = b.matmul(b.softmax(masked, 3), v)
  const [batch = 1, , length = 1, each = 1] = mixed.shape
  return node(0).shape.length === 4
    ? mixed
    : b.reshape(b.transpose(mixed, [0, 2, 1, 3]), [batch, length, productOfDims([all, each])])
}

/** Pairs of elements turned by an angle, for positions in transformers (Su et al. 2021). */
const rotary: Operator = ({ node, has, int, refuse }) => {
  if (
    has(3) ||
    int('interleaved', 0) === 1 ||
    int('rotary_embedding_dim', 0) !== 0 ||
    node(0).shape.length !== 4
  )
    return refuse('only whole, halved heads [B,heads,L,E] with angles [B,L,E/2] are read')
  const x = node(0)
  const half = divideDims(dimAt(x, 3), 2)
  if (E.isLeft(half)) return refuse(half.left)
  const [first, second] = [b.slice(x, 3, 0, half.right), b.slice(x, 3, half.right, half.right)]
  const [cos, sin] = [b.expandDims(node(1), 1), b.expandDims(node(2), 1)]
  return b.concat(
    [b.sub(b.mul(first, cos), b.mul(second, sin)), b.add(b.mul(first, sin), b.mul(second, cos))],
    3,
  )
}

export const normalizationOperators: Operators = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  RMSNormalization: rootMeanSquare,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  LpNormalization: lpNormalization,
  Attention: attention,
  RotaryEmbedding: rotary,
}
